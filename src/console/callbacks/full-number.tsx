import { Anchor, Button, Group, Text } from '@mantine/core'
import { IconEye } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import type { CallbackDetail } from '../api/generated.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../words/index.tsx'

/** The number masked, and whole once somebody who may has asked for it: that is in the audit log. */
export function FullNumber({ request: { id, number }, mayAsk }: { request: CallbackDetail; mayAsk: boolean }) {
  const { say } = useWords()
  const full = useMutation({ mutationFn: () => api.showCallbackNumber({ id }) })
  if (number === null) return say('common.withheld')
  if (full.data?.number) {
    return (
      <Anchor href={`tel:${full.data.number}`} className="tabular" fw={600}>
        {full.data.number}
      </Anchor>
    )
  }
  return (
    <Group gap="xs">
      <span className="tabular">{number}</span>
      {mayAsk && (
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconEye size={14} aria-hidden />}
          title={say('common.showNumberNote')}
          loading={full.isPending}
          onClick={() => full.mutate()}
        >
          {say('common.showNumber')}
        </Button>
      )}
      {full.error && (
        <Text size="sm" c="red" role="alert">
          {problemText(full.error, say)}
        </Text>
      )}
    </Group>
  )
}
