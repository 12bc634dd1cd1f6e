import { Paper, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { api } from '../api/client.ts'
import type { RetentionSettings, Settings } from '../api/generated.ts'
import { Facts } from '../shell/facts.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { isWord, useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { SettingsForm } from './settings-form.tsx'
import { useSave, useSettings } from './use-settings.ts'
import { areFilled, WholeNumbers } from './whole-numbers.tsx'

const kinds = ['calls', 'callers', 'callbacks', 'recordings', 'messages', 'audit'] as const
const longestDays = 3650

/** How long each kind of data is kept, and what was removed last. */
export function Retention() {
  return (
    <Loaded query={useSettings()}>
      {({ retention, retentionRun }) => (
        <Stack>
          <Form key={JSON.stringify(retention)} given={retention} />
          <LastRun run={retentionRun} />
        </Stack>
      )}
    </Loaded>
  )
}

function Form({ given }: { given: RetentionSettings }) {
  const { say } = useWords()
  const save = useSave((retention: RetentionSettings) => api.setRetention(retention))
  const [days, setDays] = useState(given)
  return (
    <SettingsForm
      note={say('settings.retentionNote')}
      ready={areFilled({ ...days })}
      busy={save.isPending}
      onSave={() => save.mutate(days)}
    >
      <WholeNumbers
        values={days}
        onChange={setDays}
        fields={kinds.map((name) => ({
          name,
          label: say(`retention.${name}`),
          unit: say('unit.days'),
          most: longestDays,
          ...(name === 'callers' && { description: say('retention.callersNote') }),
        }))}
      />
    </SettingsForm>
  )
}

function LastRun({ run }: { run: Settings['retentionRun'] }) {
  const { say } = useWords()
  const { moment, number } = useFormats()
  return (
    <Paper maw={760}>
      <Title order={2} mb="xs">
        {say('retention.lastRun')}
      </Title>
      {run ? (
        <Facts
          facts={[
            [say('common.when'), moment(run.at)],
            ...Object.entries(run.removed).map(([kind, count]) => {
              const key = `retention.${kind}`
              return [isWord(key) ? say(key) : kind, say('retention.removed', { count: number(count) })] as const
            }),
          ]}
        />
      ) : (
        <Text size="sm" c="dimmed">
          {say('retention.neverRan')}
        </Text>
      )}
    </Paper>
  )
}
