import { Anchor, Badge, Button, Group, Paper, Stack, Table, Text, Title, VisuallyHidden } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../api/client.ts'
import type { RegisterState, Snapshot } from '../api/generated.ts'
import { AskReason } from '../shell/ask-reason.tsx'
import { WideTable } from '../shell/wide-table.tsx'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import type { useRegisterChange } from './use-register.ts'

type Asking = { readonly what: 'activate' | 'override'; readonly snapshot: Snapshot }

/** Every list that was brought in, newest first, with what can be done with each. */
export function Editions({
  state,
  may,
  change,
}: {
  state: RegisterState
  may: boolean
  change: ReturnType<typeof useRegisterChange>
}) {
  const { say } = useWords()
  const { moment, number } = useFormats()
  const [asking, setAsking] = useState<Asking>()
  const snapshots = new Map(state.snapshots.map((it) => [it.id, it]))
  const reports = new Map(state.reports.map((it) => [it.id, it]))
  const ids = [...new Set([...snapshots.keys(), ...reports.keys()])]
  const at = (id: string) => snapshots.get(id)?.madeAt ?? reports.get(id)?.at ?? ''
  const newestFirst = ids.toSorted((one, other) => at(other).localeCompare(at(one)))

  return (
    <Paper>
      <Title order={2} mb="xs">
        {say('register.editions')}
      </Title>
      <WideTable label={say('register.editions')} minWidth={760}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('register.id')}</Table.Th>
            <Table.Th>{say('register.madeAt')}</Table.Th>
            <Table.Th>{say('register.asOf')}</Table.Th>
            <Table.Th ta="end">{say('register.voters')}</Table.Th>
            <Table.Th ta="end">{say('register.stations')}</Table.Th>
            <Table.Th>{say('register.verdict')}</Table.Th>
            <Table.Th>
              <VisuallyHidden>{say('register.actions')}</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {newestFirst.map((id) => {
            const snapshot = snapshots.get(id)
            const report = reports.get(id)
            return (
              <Table.Tr key={id}>
                <Table.Td>
                  {report ? (
                    <Anchor
                      component={Link}
                      to={`/register/${encodeURIComponent(id)}`}
                      ff="monospace"
                      fz="xs"
                      underline="always"
                    >
                      {id}
                    </Anchor>
                  ) : (
                    <code>{id}</code>
                  )}
                </Table.Td>
                <Table.Td>{moment(at(id))}</Table.Td>
                <Table.Td>{snapshot ? moment(snapshot.asOf) : '—'}</Table.Td>
                <Table.Td ta="end" className="tabular">
                  {snapshot ? number(snapshot.voters) : '—'}
                </Table.Td>
                <Table.Td ta="end" className="tabular">
                  {snapshot ? number(snapshot.stations) : '—'}
                </Table.Td>
                <Table.Td>
                  <Verdict snapshot={snapshot} refused={report?.verdict === 'refused'} />
                </Table.Td>
                <Table.Td ta="end">
                  {may && snapshot && !snapshot.active && (
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() => setAsking({ what: snapshot.red ? 'override' : 'activate', snapshot })}
                    >
                      {say(
                        !snapshot.red
                          ? 'register.activate'
                          : snapshot.override
                            ? 'register.agree'
                            : 'register.override',
                      )}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </WideTable>
      {asking && (
        <AskReason
          title={say(asking.what === 'activate' ? 'register.activateOf' : 'register.overrideOf', {
            id: asking.snapshot.id,
          })}
          button={say(
            asking.what === 'activate'
              ? 'register.activate'
              : asking.snapshot.override
                ? 'register.agree'
                : 'register.override',
          )}
          danger={asking.what === 'override'}
          busy={change.isPending}
          onClose={() => setAsking(undefined)}
          onSend={(reason) => {
            const { what, snapshot } = asking
            change.mutate(
              () =>
                (what === 'activate' ? api.activateSnapshot : api.overrideSnapshot)({ id: snapshot.id }, { reason }),
              { onSettled: () => setAsking(undefined) },
            )
          }}
        >
          <AskingNote asking={asking} />
        </AskReason>
      )}
    </Paper>
  )
}

function AskingNote({ asking: { what, snapshot } }: { asking: Asking }) {
  const { say } = useWords()
  const { moment } = useFormats()
  if (what === 'activate') return say('register.activateNote')
  if (!snapshot.override) return say('register.overrideNote')
  const { by, at, reason } = snapshot.override
  return say('register.agreeNote', { by, at: moment(at), reason })
}

function Verdict({ snapshot, refused }: { snapshot: Snapshot | undefined; refused: boolean }) {
  const { say } = useWords()
  if (refused) return <Badge color="red">{say('register.refused')}</Badge>
  if (!snapshot) return <Badge color="gray">{say('register.gone')}</Badge>
  return (
    <Stack gap={2}>
      <Group gap={4}>
        {snapshot.active && <Badge color="teal">{say('register.isActive')}</Badge>}
        <Badge color={snapshot.red ? 'red' : 'gray'}>{say(snapshot.red ? 'register.red' : 'register.fit')}</Badge>
      </Group>
      {snapshot.override && (
        <Text size="xs" c="dimmed">
          {say('register.overrideAsked', { by: snapshot.override.by })}
        </Text>
      )}
    </Stack>
  )
}
