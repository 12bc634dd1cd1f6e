import { Badge, Group, Paper, SegmentedControl, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { Page } from '../shell/page.tsx'
import { useSelf } from '../sign-in/self.ts'
import { type UiLanguage, uiLanguages, useWords } from '../words/index.tsx'
import { Authenticator } from './authenticator.tsx'
import { useSetLanguage } from './own-changes.ts'
import { PasswordForm } from './password-form.tsx'

export function AccountPage() {
  const { say } = useWords()
  const self = useSelf()
  const setLanguage = useSetLanguage()
  return (
    <Page title={say('account.title')}>
      <SimpleGrid cols={{ base: 1, md: 2 }} maw={900}>
        <Paper>
          <Stack gap="sm">
            <div>
              <Text fw={600}>{self.displayName}</Text>
              <Text size="sm" c="dimmed">
                {self.name}
              </Text>
            </div>
            <Group gap={4} aria-label={say('account.roles')} role="group">
              {self.roles.map((role) => (
                <Badge key={role}>{say(`role.${role}`)}</Badge>
              ))}
            </Group>
            <div>
              <Text size="sm" mb={4} id="own-language">
                {say('account.language')}
              </Text>
              <SegmentedControl
                aria-labelledby="own-language"
                value={self.language}
                data={Object.entries(uiLanguages).map(([value, label]) => ({ value, label }))}
                onChange={(value) => setLanguage.mutate(value as UiLanguage)}
              />
            </div>
          </Stack>
        </Paper>
        <Paper>
          <Title order={2} mb="xs">
            {say('account.totp')}
          </Title>
          <Authenticator />
        </Paper>
        <Paper>
          <Title order={2} mb="xs">
            {say('account.password')}
          </Title>
          <PasswordForm onChanged={() => notifications.show({ message: say('account.passwordChanged') })} />
        </Paper>
      </SimpleGrid>
    </Page>
  )
}
