import { Alert, Anchor, Badge, Button, Code, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../api/client.ts'
import { problemText } from '../api/problem-text.ts'
import { useSelf } from '../sign-in/self.ts'
import { useWords } from '../words/index.tsx'
import { changeSelf } from './own-changes.ts'

/** The second factor of one's own sign-in, on or off. */
export function Authenticator() {
  const { say } = useWords()
  const { totp } = useSelf()
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Badge color={totp ? 'teal' : 'gray'}>{say(totp ? 'account.totpOn' : 'account.totpOff')}</Badge>
      </Group>
      <Text size="sm">{say('account.totpText')}</Text>
      {totp ? <SwitchOff /> : <SwitchOn />}
    </Stack>
  )
}

function SwitchOn() {
  const { say } = useWords()
  const [code, setCode] = useState('')
  const begin = useMutation({ mutationFn: () => api.beginTotp() })
  const confirm = useMutation({
    mutationFn: () => api.confirmTotp({ code: code.replaceAll(/\s/g, '') }),
    onSuccess: () => {
      changeSelf({ totp: true })
      notifications.show({ message: say('account.totpDone') })
    },
  })
  const error = begin.error ?? confirm.error

  function submit(event: FormEvent) {
    event.preventDefault()
    confirm.mutate()
  }

  return (
    <>
      {error && (
        <Alert color="red" role="alert" p="xs">
          {problemText(error, say)}
        </Alert>
      )}
      {begin.data ? (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Text size="sm">{say('account.totpSecret')}</Text>
            <Code fz="sm">{begin.data.secret.match(/.{1,4}/g)?.join(' ')}</Code>
            <Anchor size="sm" href={begin.data.uri}>
              {say('account.totpOpen')}
            </Anchor>
            <TextInput
              label={say('signIn.code')}
              description={say('signIn.codeHint')}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={7}
              required
              withAsterisk={false}
              value={code}
              onChange={({ currentTarget }) => setCode(currentTarget.value)}
            />
            <Button type="submit" loading={confirm.isPending} style={{ alignSelf: 'flex-start' }}>
              {say('account.totpConfirm')}
            </Button>
          </Stack>
        </form>
      ) : (
        <Button loading={begin.isPending} onClick={() => begin.mutate()} style={{ alignSelf: 'flex-start' }}>
          {say('account.totpBegin')}
        </Button>
      )}
    </>
  )
}

function SwitchOff() {
  const { say } = useWords()
  const [password, setPassword] = useState('')
  const remove = useMutation({
    mutationFn: () => api.removeTotp({ password }),
    onSuccess: () => {
      changeSelf({ totp: false })
      notifications.show({ message: say('account.totpRemoved') })
    },
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    remove.mutate()
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <PasswordInput
          label={say('signIn.password')}
          autoComplete="current-password"
          required
          withAsterisk={false}
          error={remove.error && problemText(remove.error, say)}
          value={password}
          onChange={({ currentTarget }) => setPassword(currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={remove.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('account.totpRemove')}
        </Button>
      </Stack>
    </form>
  )
}
