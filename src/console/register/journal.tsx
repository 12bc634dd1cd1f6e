import { Button, Group, Paper, Table, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { RegisterState } from '../api/generated.ts'
import { WideTable } from '../shell/wide-table.tsx'
import { isWord, useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'

const shownAtFirst = 15

/** Who did what to the register, newest first. */
export function Journal({ state: { journal } }: { state: RegisterState }) {
  const { say } = useWords()
  const { moment } = useFormats()
  const [whole, setWhole] = useState(false)
  const what = (name: string) => {
    const key = `register.did.${name}`
    return isWord(key) ? say(key) : name
  }
  return (
    <Paper>
      <Title order={2} mb="xs">
        {say('register.journal')}
      </Title>
      {journal.length === 0 && (
        <Text size="sm" c="dimmed">
          {say('register.noJournal')}
        </Text>
      )}
      {journal.length > 0 && (
        <WideTable label={say('register.journal')} minWidth={640}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('common.when')}</Table.Th>
              <Table.Th>{say('common.who')}</Table.Th>
              <Table.Th>{say('common.what')}</Table.Th>
              <Table.Th>{say('register.subject')}</Table.Th>
              <Table.Th>{say('common.reason')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {(whole ? journal : journal.slice(0, shownAtFirst)).map((it) => (
              <Table.Tr key={`${it.at} ${it.what} ${it.snapshot} ${it.station}`}>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{moment(it.at)}</Table.Td>
                <Table.Td>{it.by ?? '—'}</Table.Td>
                <Table.Td>{what(it.what)}</Table.Td>
                <Table.Td ff="monospace" fz="xs">
                  {it.station ?? it.snapshot ?? ''}
                </Table.Td>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>{it.reason ?? ''}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
      {!whole && journal.length > shownAtFirst && (
        <Group justify="center">
          <Button variant="subtle" onClick={() => setWhole(true)}>
            {say('common.more')}
          </Button>
        </Group>
      )}
    </Paper>
  )
}
