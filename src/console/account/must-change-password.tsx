import { Center, Paper, Stack, Text, Title } from '@mantine/core'
import { useWords } from '../words/index.tsx'
import { changeSelf } from './own-changes.ts'
import { PasswordForm } from './password-form.tsx'

/** Instead of the whole page, until the password is one's own. */
export function MustChangePassword() {
  const { say } = useWords()
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper w={360} p="lg" shadow="sm">
        <Stack gap="sm">
          <Title order={1}>{say('account.password')}</Title>
          <Text size="sm">{say('account.passwordMust')}</Text>
          <PasswordForm onChanged={() => changeSelf({ mustChangePassword: false })} />
        </Stack>
      </Paper>
    </Center>
  )
}
