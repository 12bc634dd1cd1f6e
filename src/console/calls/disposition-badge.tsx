import { Badge } from '@mantine/core'
import type { CallRow } from '../api/generated.ts'
import { useWords } from '../words/index.tsx'

const colors = { completed: 'teal', abandoned: 'gray', 'gave-up': 'orange', failed: 'red' } as const

export function DispositionBadge({ disposition }: Pick<CallRow, 'disposition'>) {
  const { say } = useWords()
  return <Badge color={colors[disposition]}>{say(`disposition.${disposition}`)}</Badge>
}
