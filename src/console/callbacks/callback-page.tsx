import { Anchor, Button, Group, Paper, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { api } from '../api/client.ts'
import type { CallbackDetail } from '../api/generated.ts'
import { Facts } from '../shell/facts.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { Page } from '../shell/page.tsx'
import { mayOf, useSelf } from '../sign-in/self.ts'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { Actions } from './actions.tsx'
import { FullNumber } from './full-number.tsx'
import { History } from './history.tsx'
import { Listen } from './listen.tsx'
import { StateBadge } from './state-badge.tsx'
import { useChange } from './use-change.ts'
import { useKeepClaim } from './use-keep-claim.ts'

/** Others may have the request by now, or may have done something to it. */
const refreshMs = 15_000

/** A request: who waits, what was said, what was done, and what to do now. */
export function CallbackPage() {
  const { say } = useWords()
  const { id = '' } = useParams({ strict: false })
  const request = useQuery({
    queryKey: ['callback', id],
    queryFn: () => api.getCallback({ id }),
    refetchInterval: refreshMs,
  })
  const reference = request.data?.reference
  return (
    <Page
      title={reference ? say('callback.titleOf', { reference }) : say('callback.title')}
      actions={
        <Button
          component={Link}
          to="/callbacks"
          variant="default"
          leftSection={<IconArrowLeft size={16} aria-hidden />}
        >
          {say('callback.toQueue')}
        </Button>
      }
    >
      <Loaded query={request}>{(data) => <Request key={id} request={data} />}</Loaded>
    </Page>
  )
}

function Request({ request }: { request: CallbackDetail }) {
  const { say } = useWords()
  const { moment, age, duration } = useFormats()
  const self = useSelf()
  const change = useChange(request.id)
  const mine = request.claimedBy?.id === self.id
  const supervises = mayOf(self, ['supervisor'])
  const sees = mayOf(self, ['supervisor', 'auditor'])
  useKeepClaim(mine ? request.id : undefined)

  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Stack>
        <Paper>
          <Group justify="space-between" mb="sm">
            <StateBadge row={request} />
            {request.overdue && (
              <Text size="sm" c="red" fw={500}>
                {say('callback.overdue')}
              </Text>
            )}
          </Group>
          <Facts
            facts={[
              [say('callback.number'), <FullNumber key="number" request={request} mayAsk={mine || sees} />],
              [say('callback.reason'), say(`reason.${request.reason}`)],
              [say('common.language'), say(`common.language.${request.language}`)],
              [say('common.region'), request.region ? say(`region.${request.region}`) : '—'],
              [say('callback.left'), `${moment(request.createdAt)} · ${age(request.createdAt)}`],
              [say('callback.due'), moment(request.dueAt)],
              [say('callback.attempts'), String(request.attempts)],
              [say('callback.nextAttempt'), request.nextAttemptAt ? moment(request.nextAttemptAt) : '—'],
              [say('callback.consent'), moment(request.consentedAt)],
              [
                say('callback.call'),
                sees ? (
                  <Anchor key="call" fz="sm" component={Link} to={`/calls/${request.callId}`}>
                    {say('callback.toCall')}
                  </Anchor>
                ) : (
                  '—'
                ),
              ],
              ...(request.commission ? [[say('callback.commission'), `№ ${request.commission}`] as const] : []),
            ]}
          />
        </Paper>
        <Paper>
          <Title order={2} mb="xs">
            {say('callback.message')}
          </Title>
          <Text size="sm" c="dimmed" mb="sm">
            {say('callback.messageLength', {
              length: duration(request.durationMs),
              talking: duration(request.talkingMs),
            })}
          </Text>
          <Listen request={request} mayAsk={mine || sees} />
        </Paper>
      </Stack>
      <Stack>
        {mayOf(self, ['operator', 'supervisor']) && (
          <Paper>
            <Actions request={request} mine={mine} change={change} supervises={supervises} />
          </Paper>
        )}
        {request.same.length > 0 && (
          <Paper>
            <Title order={2} mb="xs">
              {say('callback.same')}
            </Title>
            <Table fz="sm" verticalSpacing={4}>
              <Table.Tbody>
                {request.same.map((row) => (
                  <Table.Tr key={row.id}>
                    <Table.Td>
                      <Anchor fz="sm" component={Link} to={`/callbacks/${row.id}`}>
                        {row.reference ?? say('callback.noReference')}
                      </Anchor>
                    </Table.Td>
                    <Table.Td>{say(`reason.${row.reason}`)}</Table.Td>
                    <Table.Td>{age(row.createdAt)}</Table.Td>
                    <Table.Td>
                      <StateBadge row={row} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Paper>
        )}
        <Paper>
          <Title order={2} mb="md">
            {say('callback.history')}
          </Title>
          <History events={request.history} />
        </Paper>
      </Stack>
    </SimpleGrid>
  )
}
