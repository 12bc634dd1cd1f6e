import { Alert, Button, Group, Select, Stack, Text, Textarea, Title } from '@mantine/core'
import { IconHandGrab, IconLock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/client.ts'
import type { CallbackDetail } from '../api/generated.ts'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { AttemptForm } from './attempt-form.tsx'
import type { Change } from './use-change.ts'

interface Props {
  request: CallbackDetail
  mine: boolean
  supervises: boolean
  change: Change
}

/** What can be done about a request now, depending on whose it is. */
export function Actions(props: Props) {
  const { request, mine } = props
  if (request.state === 'closed') return <Closed {...props} />
  if (mine) return <Mine {...props} />
  return request.claimedBy ? <Theirs {...props} /> : <Free {...props} />
}

function Free({ request: { id }, change }: Props) {
  const { say } = useWords()
  return (
    <Stack gap="xs" align="start">
      <Button
        leftSection={<IconHandGrab size={18} />}
        loading={change.isPending}
        onClick={() => change.mutate(() => api.claimCallback({ id }))}
      >
        {say('callback.claimIt')}
      </Button>
      <Text size="sm" c="dimmed">
        {say('callback.claimNote')}
      </Text>
      <Note id={id} change={change} />
    </Stack>
  )
}

function Theirs({ request, supervises, change }: Props) {
  const { say } = useWords()
  const { moment } = useFormats()
  const { id, claimedBy, claimedUntil } = request
  return (
    <Stack gap="sm" align="start">
      <Alert icon={<IconLock />} color="gray" w="100%">
        {say('callback.theirs', {
          name: claimedBy?.displayName ?? '',
          until: claimedUntil ? moment(claimedUntil) : '',
        })}
      </Alert>
      {supervises && (
        <>
          <Button
            variant="default"
            loading={change.isPending}
            onClick={() => change.mutate(() => api.releaseCallback({ id }))}
          >
            {say('callback.releaseTheirs')}
          </Button>
          <HandOver id={id} change={change} />
        </>
      )}
      <Note id={id} change={change} />
    </Stack>
  )
}

function Mine({ request, change }: Props) {
  const { say } = useWords()
  const { moment } = useFormats()
  const { id, claimedUntil } = request
  return (
    <Stack>
      <Group justify="space-between">
        <Title order={2}>{say('callback.mine')}</Title>
        {claimedUntil && (
          <Text size="sm" c="dimmed">
            {say('callback.mineUntil', { until: moment(claimedUntil) })}
          </Text>
        )}
      </Group>
      <AttemptForm
        key={request.attempts}
        busy={change.isPending}
        onSend={(attempt) => change.mutate(() => api.attemptCallback({ id }, attempt))}
      />
      <Group gap="xs" align="start">
        <Button
          variant="default"
          loading={change.isPending}
          onClick={() => change.mutate(() => api.releaseCallback({ id }))}
        >
          {say('callback.release')}
        </Button>
        <HandOver id={id} change={change} />
        <Note id={id} change={change} />
      </Group>
    </Stack>
  )
}

function Closed({ request: { id, outcome, commission }, supervises, change }: Props) {
  const { say } = useWords()
  return (
    <Stack gap="sm">
      <Text>
        {say('callback.closed')}
        {outcome && ` ${say(`callback.outcome.${outcome}`)}`}
        {commission && ` № ${commission}`}
      </Text>
      {supervises && (
        <Worded
          button={say('callback.reopen')}
          label={say('callback.reopenWhy')}
          busy={change.isPending}
          onSend={(text) => change.mutate(() => api.reopenCallback({ id }, { text }))}
        />
      )}
    </Stack>
  )
}

function Note({ id, change }: { id: string; change: Change }) {
  const { say } = useWords()
  return (
    <Worded
      button={say('callback.addNote')}
      label={say('callback.note')}
      busy={change.isPending}
      onSend={(text) => change.mutate(() => api.noteCallback({ id }, { text }))}
    />
  )
}

function HandOver({ id, change }: { id: string; change: Change }) {
  const { say } = useWords()
  const [open, setOpen] = useState(false)
  const [to, setTo] = useState<string | null>(null)
  const colleagues = useQuery({ queryKey: ['colleagues'], queryFn: () => api.listColleagues(), enabled: open })
  if (!open) {
    return (
      <Button variant="default" onClick={() => setOpen(true)}>
        {say('callback.handOver')}
      </Button>
    )
  }
  return (
    <Group gap="xs" align="end">
      <Select
        label={say('callback.handOverTo')}
        searchable
        data={(colleagues.data ?? []).map((it) => ({ value: it.id, label: it.displayName }))}
        value={to}
        onChange={setTo}
        data-autofocus
      />
      <Button
        disabled={to === null}
        loading={change.isPending}
        onClick={() => to !== null && change.mutate(() => api.handOverCallback({ id }, { to }))}
      >
        {say('callback.handOver')}
      </Button>
      <Button variant="subtle" onClick={() => setOpen(false)}>
        {say('common.cancel')}
      </Button>
    </Group>
  )
}

/** A button that opens a text to be sent. */
function Worded({
  button,
  label,
  busy,
  onSend,
}: {
  button: string
  label: string
  busy: boolean
  onSend: (text: string) => void
}) {
  const { say } = useWords()
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  if (!open) {
    return (
      <Button variant="default" onClick={() => setOpen(true)}>
        {button}
      </Button>
    )
  }
  return (
    <form
      style={{ width: '100%' }}
      onSubmit={(event) => {
        event.preventDefault()
        if (!text.trim()) return
        onSend(text.trim())
        setText('')
        setOpen(false)
      }}
    >
      <Stack gap="xs">
        <Textarea
          label={label}
          autosize
          minRows={2}
          maxLength={2000}
          autoFocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button type="submit" disabled={!text.trim()} loading={busy}>
            {button}
          </Button>
          <Button variant="subtle" onClick={() => setOpen(false)}>
            {say('common.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
