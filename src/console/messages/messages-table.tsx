import { Anchor, Badge, Table } from '@mantine/core'
import { IconPhoneIncoming } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { api } from '../api/client.ts'
import type { MessageRow } from '../api/generated.ts'
import { NumberShown } from '../shell/number-shown.tsx'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'

const colors = {
  received: 'cyan',
  queued: 'gray',
  sending: 'gray',
  sent: 'cyan',
  delivered: 'teal',
  undeliverable: 'red',
  expired: 'orange',
  rejected: 'red',
  unknown: 'gray',
} as const

export function MessagesTable({ rows }: { readonly rows: readonly MessageRow[] }) {
  const { say } = useWords()
  const { exactMoment, shortMoment, number } = useFormats()
  return (
    <Table.ScrollContainer minWidth={1000} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table
        highlightOnHover
        withTableBorder
        className="tabular"
        style={{ whiteSpace: 'nowrap' }}
        aria-label={say('messages.table')}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('messages.at')}</Table.Th>
            <Table.Th>{say('messages.direction')}</Table.Th>
            <Table.Th>{say('messages.bind')}</Table.Th>
            <Table.Th>{say('messages.number')}</Table.Th>
            <Table.Th>{say('common.language')}</Table.Th>
            <Table.Th>{say('messages.outcome')}</Table.Th>
            <Table.Th>{say('messages.state')}</Table.Th>
            <Table.Th ta="end">{say('messages.parts')}</Table.Th>
            <Table.Th ta="end">{say('messages.attempts')}</Table.Th>
            <Table.Th>{say('messages.error')}</Table.Th>
            <Table.Th>{say('messages.call')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td title={exactMoment(row.at)}>{shortMoment(row.at)}</Table.Td>
              <Table.Td>{say(`messages.direction.${row.direction}`)}</Table.Td>
              <Table.Td>{row.bind}</Table.Td>
              <Table.Td>
                <NumberShown masked={row.number} ask={() => api.showMessageNumber({ id: row.id })} />
              </Table.Td>
              <Table.Td>{row.language ? say(`common.language.${row.language}`) : '—'}</Table.Td>
              <Table.Td>{say(`messages.outcome.${row.outcome}`)}</Table.Td>
              <Table.Td>
                <Badge color={colors[row.state]}>{say(`messages.state.${row.state}`)}</Badge>
              </Table.Td>
              <Table.Td ta="end">{number(row.parts)}</Table.Td>
              <Table.Td ta="end">{number(row.attempts)}</Table.Td>
              <Table.Td>{row.error ?? ''}</Table.Td>
              <Table.Td>
                {row.callId && (
                  <Anchor
                    component={Link}
                    to={`/calls/${encodeURIComponent(row.callId)}`}
                    aria-label={say('messages.openCall')}
                  >
                    <IconPhoneIncoming size={16} aria-hidden display="block" />
                  </Anchor>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
