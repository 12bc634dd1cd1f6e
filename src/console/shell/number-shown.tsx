import { ActionIcon, Code, Group, Text, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconEye } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { FullNumber } from '../api/generated.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../words/index.tsx'

interface NumberShownProps {
  /** `+996555••••56`, or null when it was withheld. */
  readonly masked: string | null
  /** Asks for the full number; the server notes who did. */
  readonly ask: () => Promise<FullNumber>
}

/** A masked number, and the full one once somebody has asked for it. */
export function NumberShown({ masked, ask }: NumberShownProps) {
  const { say } = useWords()
  const shown = useMutation({
    mutationFn: ask,
    // Not kept any longer than it is in sight.
    gcTime: 0,
    onError: (error) => notifications.show({ color: 'red', message: problemText(error, say) }),
  })
  if (masked === null) return <Text size="sm">{say('common.withheld')}</Text>
  if (shown.data) return <Code fz="sm">{shown.data.number ?? say('common.withheld')}</Code>
  return (
    <Group gap={4} wrap="nowrap">
      <span className="tabular">{masked}</span>
      <Tooltip label={say('common.showNumberNote')}>
        <ActionIcon
          variant="subtle"
          size="sm"
          aria-label={say('common.showNumber')}
          aria-description={say('common.showNumberNote')}
          loading={shown.isPending}
          onClick={() => shown.mutate()}
        >
          <IconEye size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  )
}
