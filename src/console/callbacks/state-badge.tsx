import { Badge } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { CallbackRow } from '../api/generated.ts'
import { useWords } from '../words/index.tsx'

const colors = { open: 'blue', incomplete: 'orange', duplicate: 'violet', closed: 'gray' }

/** How a request stands: whose it is while somebody has it, else its state or how it ended. */
export function StateBadge({ row }: { row: CallbackRow }) {
  const { say } = useWords()
  if (row.claimedBy) {
    return (
      <Badge color="teal" variant="light" leftSection={<IconLock size={12} aria-hidden="true" />} miw="max-content">
        {row.claimedBy.displayName}
      </Badge>
    )
  }
  return (
    <Badge color={colors[row.state]} variant="light" miw="max-content">
      {row.state === 'closed' && row.outcome
        ? say(`callback.outcome.${row.outcome}`)
        : say(`callback.state.${row.state}`)}
    </Badge>
  )
}
