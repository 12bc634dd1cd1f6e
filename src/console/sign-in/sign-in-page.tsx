import {
  Alert,
  Anchor,
  Button,
  Center,
  Group,
  Image,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, Refusal } from '../api/client.ts'
import { problemText } from '../api/problem-text.ts'
import { queryClient, signInEndedKey } from '../api/query-client.ts'
import { type UiLanguage, uiLanguages, useWords } from '../words/index.tsx'
import { becomeSelf } from './self.ts'

export function SignInPage({ onChooseLanguage }: { readonly onChooseLanguage: (language: UiLanguage) => void }) {
  const { say, language } = useWords()
  const ended = queryClient.getQueryData(signInEndedKey) === true
  const [given, setGiven] = useState({ name: '', password: '', code: '' })
  const signIn = useMutation({
    mutationFn: () => {
      const { name, password, code } = given
      return api.signIn({ name: name.trim(), password, ...(code && { code: code.replaceAll(/\s/g, '') }) })
    },
    onSuccess: becomeSelf,
  })
  const codeAsked = signIn.error instanceof Refusal && signIn.error.code === 'code-needed'
  const [withCode, setWithCode] = useState(false)
  if (codeAsked && !withCode) setWithCode(true)

  function submit(event: FormEvent) {
    event.preventDefault()
    signIn.mutate()
  }

  return (
    <Center component="main" mih="100vh" p="md">
      <Paper w={340} p="lg" shadow="sm">
        <form onSubmit={submit}>
          <Stack gap="sm">
            <Group gap="sm">
              <Image src="/icon.svg" w={32} h={32} alt="" />
              <div>
                <Title order={1}>{say('shell.name')}</Title>
                <Text size="sm" c="dimmed">
                  {say('shell.subtitle')}
                </Text>
              </div>
            </Group>
            {!signIn.error && ended && (
              <Alert color="cyan" role="alert" p="xs">
                {say('signIn.ended')}
              </Alert>
            )}
            {signIn.error && (
              <Alert color={codeAsked ? 'cyan' : 'red'} role="alert" p="xs">
                {problemText(signIn.error, say)}
              </Alert>
            )}
            <TextInput
              size="sm"
              label={say('signIn.name')}
              autoComplete="username"
              autoFocus
              required
              withAsterisk={false}
              value={given.name}
              onChange={({ currentTarget: { value: name } }) => setGiven((before) => ({ ...before, name }))}
            />
            <PasswordInput
              size="sm"
              label={say('signIn.password')}
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={given.password}
              onChange={({ currentTarget: { value: password } }) => setGiven((before) => ({ ...before, password }))}
            />
            {withCode && (
              <TextInput
                size="sm"
                label={say('signIn.code')}
                description={say('signIn.codeHint')}
                autoComplete="one-time-code"
                inputMode="numeric"
                maxLength={7}
                autoFocus
                value={given.code}
                onChange={({ currentTarget: { value: code } }) => setGiven((before) => ({ ...before, code }))}
              />
            )}
            <Button type="submit" size="sm" loading={signIn.isPending}>
              {say('signIn.submit')}
            </Button>
            <Group gap="md" justify="center" mt="xs">
              {Object.entries(uiLanguages).map(([code, name]) => (
                <Anchor
                  key={code}
                  component="button"
                  type="button"
                  size="sm"
                  lang={code}
                  aria-current={code === language ? 'true' : undefined}
                  fw={code === language ? 600 : 400}
                  onClick={() => onChooseLanguage(code as UiLanguage)}
                >
                  {name}
                </Anchor>
              ))}
            </Group>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}
