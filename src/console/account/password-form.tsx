import { Alert, Button, PasswordInput, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../api/client.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../words/index.tsx'

const shortest = 12
const empty = { current: '', next: '', repeat: '' }

export function PasswordForm({ onChanged }: { readonly onChanged: () => void }) {
  const { say } = useWords()
  const [given, setGiven] = useState(empty)
  const [tried, setTried] = useState(false)
  const change = useMutation({
    mutationFn: () => api.changePassword({ current: given.current, next: given.next }),
    onSuccess: () => {
      setGiven(empty)
      setTried(false)
      onChanged()
    },
  })
  const tooShort = given.next.length < shortest
  const notSame = given.next !== given.repeat

  function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (!tooShort && !notSame) change.mutate()
  }

  const field = (name: keyof typeof empty) => ({
    value: given[name],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
      setGiven((before) => ({ ...before, [name]: value })),
    required: true,
    withAsterisk: false,
  })

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {change.error && (
          <Alert color="red" role="alert" p="xs">
            {problemText(change.error, say)}
          </Alert>
        )}
        <PasswordInput label={say('account.current')} autoComplete="current-password" {...field('current')} />
        <PasswordInput
          label={say('account.next')}
          description={say('account.nextHint')}
          autoComplete="new-password"
          error={tried && tooShort && say('account.tooShort')}
          {...field('next')}
        />
        <PasswordInput
          label={say('account.repeat')}
          autoComplete="new-password"
          error={tried && notSame && say('account.notSame')}
          {...field('repeat')}
        />
        <Button type="submit" loading={change.isPending} style={{ alignSelf: 'flex-start' }}>
          {say('account.change')}
        </Button>
      </Stack>
    </form>
  )
}
