import { Anchor, Badge, Button, Grid, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useRouter } from '@tanstack/react-router'
import { api } from '../api/client.ts'
import type { CallDetail } from '../api/generated.ts'
import { Facts } from '../shell/facts.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { NumberShown } from '../shell/number-shown.tsx'
import { Page } from '../shell/page.tsx'
import { isWord, stepName, useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { DispositionBadge } from './disposition-badge.tsx'
import { Steps } from './steps.tsx'
import { TimeLine } from './time-line.tsx'

export function CallPage() {
  const { say } = useWords()
  const { id } = useParams({ from: '/calls/$id' })
  const call = useQuery({
    queryKey: ['call', id],
    queryFn: () => api.getCall({ id }),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Page title={say('call.title')} actions={<Back />}>
      <Loaded query={call}>{(data) => <Sheet key={data.id} call={data} />}</Loaded>
    </Page>
  )
}

/** To the calls as one left them, filter and all. */
function Back() {
  const { say } = useWords()
  const router = useRouter()
  return (
    <Button
      component={Link}
      to="/calls"
      variant="default"
      leftSection={<IconArrowLeft size={16} aria-hidden />}
      onClick={(event) => {
        if (!router.history.canGoBack()) return
        event.preventDefault()
        router.history.back()
      }}
    >
      {say('call.back')}
    </Button>
  )
}

function Sheet({ call }: { readonly call: CallDetail }) {
  const { say } = useWords()
  const { exactMoment, duration } = useFormats()
  const phase = `call.phase.${call.phase}`
  return (
    <Grid gap="sm">
      <Grid.Col span={{ base: 12, md: 4 }}>
        <Stack gap="sm">
          <Paper>
            <Facts
              facts={[
                [say('calls.disposition'), <DispositionBadge key="disposition" disposition={call.disposition} />],
                [
                  say('calls.caller'),
                  <NumberShown key="caller" masked={call.caller} ask={() => api.showCaller({ id: call.id })} />,
                ],
                [say('calls.did'), call.did],
                [say('common.language'), say(`common.language.${call.language}`)],
                [say('calls.startedAt'), exactMoment(call.startedAt)],
                [say('call.answeredAt'), call.answeredAt ? exactMoment(call.answeredAt) : say('call.notAnswered')],
                [say('call.endedAt'), exactMoment(call.endedAt)],
                [say('calls.duration'), duration(call.durationMs)],
                [say('calls.lastStep'), stepName(call.lastStep, say)],
                [say('calls.station'), call.station ?? '—'],
                [say('common.region'), call.region ? say(`region.${call.region}`) : '—'],
                [say('call.phase'), isWord(phase) ? say(phase) : call.phase],
                [say('call.cause'), <Cause key="cause" code={call.hangupCause} />],
              ]}
            />
          </Paper>
          <Linked call={call} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 8 }}>
        <Paper component="section" aria-labelledby="steps">
          <Title order={2} id="steps" mb="xs">
            {say('call.steps')}
          </Title>
          {call.steps.length === 0 ? (
            <Text size="sm" c="dimmed">
              {say('call.noSteps')}
            </Text>
          ) : (
            <Stack gap="sm">
              <TimeLine call={call} />
              <Steps call={call} />
            </Stack>
          )}
        </Paper>
      </Grid.Col>
    </Grid>
  )
}

/** Q.850's number, and what it means where that is commonly met. */
function Cause({ code }: { readonly code: number | null }) {
  const { say } = useWords()
  if (code === null) return '—'
  const key = `cause.${code}`
  return isWord(key) ? `${code} · ${say(key)}` : code
}

/** The request left in it, and the messages that belong to it. */
function Linked({ call: { callbacks, messages } }: { readonly call: CallDetail }) {
  const { say } = useWords()
  return (
    <Paper component="section" aria-label={say('call.callbacks')}>
      <Title order={2} mb="xs">
        {say('call.callbacks')}
      </Title>
      {callbacks.map((request) => (
        <Group key={request.id} gap="xs" mb={4}>
          <Anchor component={Link} to={`/callbacks/${encodeURIComponent(request.id)}`} size="sm">
            {request.reference ? say('call.reference', { reference: request.reference }) : say('call.noReference')}
          </Anchor>
          <Text size="sm">{say(`reason.${request.reason}`)}</Text>
          <CallbackState state={request.state} />
        </Group>
      ))}
      {messages.length > 0 && (
        <>
          <Title order={3} mt="sm" mb={4}>
            {say('call.messages')}
          </Title>
          {messages.map((message) => (
            <Group key={message.id} gap="xs" mb={4}>
              <Text size="sm">{say(`messages.outcome.${message.outcome}`)}</Text>
              <Badge color="gray">{say(`messages.state.${message.state}`)}</Badge>
            </Group>
          ))}
        </>
      )}
      {callbacks.length + messages.length === 0 && (
        <Text size="sm" c="dimmed">
          {say('call.nothingLinked')}
        </Text>
      )}
    </Paper>
  )
}

function CallbackState({ state }: { readonly state: string }) {
  const { say } = useWords()
  const key = `callback.state.${state}`
  return <Badge color={state === 'closed' ? 'gray' : 'cyan'}>{isWord(key) ? say(key) : state}</Badge>
}
