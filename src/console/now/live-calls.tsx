import { Badge, Group, Paper, Table, Text, Title } from '@mantine/core'
import type { LiveCall } from '../api/generated.ts'
import { stepName, useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { useSeconds } from './use-seconds.ts'

interface LiveCallsProps {
  readonly calls: readonly LiveCall[]
  /** How far the server's clock is ahead of ours: calls begin by its. */
  readonly aheadMs: number
}

export function LiveCalls({ calls, aheadMs }: LiveCallsProps) {
  const { say } = useWords()
  const { clockTime, time } = useFormats()
  const at = useSeconds() + aheadMs
  return (
    <Paper component="section" aria-labelledby="live-calls">
      <Group gap="xs" mb={4}>
        <Title order={2} id="live-calls">
          {say('now.calls')}
        </Title>
        <Badge color="gray">{calls.length}</Badge>
      </Group>
      {calls.length === 0 ? (
        <Text size="sm" c="dimmed" py="xs">
          {say('now.noCalls')}
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={560} mah={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
          <Table highlightOnHover style={{ whiteSpace: 'nowrap' }} aria-labelledby="live-calls">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('now.startedAt')}</Table.Th>
                <Table.Th>{say('now.duration')}</Table.Th>
                <Table.Th>{say('now.caller')}</Table.Th>
                <Table.Th>{say('now.did')}</Table.Th>
                <Table.Th>{say('common.language')}</Table.Th>
                <Table.Th>{say('now.step')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody className="tabular">
              {calls.map((call) => (
                <Table.Tr key={call.id} data-call={call.id}>
                  <Table.Td>{time(call.startedAt)}</Table.Td>
                  <Table.Td>{clockTime(at - Date.parse(call.startedAt))}</Table.Td>
                  <Table.Td>{call.caller ?? say('common.withheld')}</Table.Td>
                  <Table.Td>{call.did}</Table.Td>
                  <Table.Td>{say(`common.language.${call.language}`)}</Table.Td>
                  <Table.Td>{stepName(call.step, say)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Paper>
  )
}
