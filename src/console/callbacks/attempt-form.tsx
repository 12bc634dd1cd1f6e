import { Button, Group, Radio, Stack, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { AttemptCallbackPayload } from '../api/generated.ts'
import { useWords } from '../words/index.tsx'

const outcomes = ['reached', 'no-answer', 'wrong-number', 'resolved', 'passed-to-commission'] as const

/** What came of phoning the citizen. */
export function AttemptForm({ busy, onSend }: { busy: boolean; onSend: (attempt: AttemptCallbackPayload) => void }) {
  const { say } = useWords()
  const [outcome, setOutcome] = useState<AttemptCallbackPayload['outcome']>()
  const [commission, setCommission] = useState('')
  const [text, setText] = useState('')
  const passed = outcome === 'passed-to-commission'
  const ready = outcome !== undefined && (!passed || /^\d{1,4}$/.test(commission))

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!outcome || !ready) return
        onSend({ outcome, ...(text.trim() && { text: text.trim() }), ...(passed && { commission }) })
      }}
    >
      <Stack gap="sm">
        <Radio.Group
          label={say('callback.outcome')}
          value={outcome ?? null}
          onChange={(value) => setOutcome(value as typeof outcome)}
        >
          <Stack gap={6} mt={6}>
            {outcomes.map((value) => (
              <Radio
                key={value}
                value={value}
                label={say(`callback.outcome.${value}`)}
                description={say(`callback.outcomeMeans.${value}`)}
              />
            ))}
          </Stack>
        </Radio.Group>
        {passed && (
          <TextInput
            label={say('callback.commission')}
            description={say('callback.commissionShape')}
            inputMode="numeric"
            maxLength={4}
            required
            w={220}
            value={commission}
            onChange={(event) => setCommission(event.currentTarget.value)}
          />
        )}
        <Textarea
          label={say('callback.remark')}
          autosize
          minRows={2}
          maxLength={2000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit" disabled={!ready} loading={busy}>
            {say('callback.saveAttempt')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
