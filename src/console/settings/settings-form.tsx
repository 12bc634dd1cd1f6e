import { Alert, Button, Group, Paper, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { mayOf, useSelf } from '../sign-in/self.ts'
import { useWords } from '../words/index.tsx'

/** A part of the settings: to change for an administrator, to read for the others. */
export function SettingsForm({
  note,
  ready,
  busy,
  onSave,
  children,
}: {
  note: string
  ready: boolean
  busy: boolean
  onSave: () => void
  children: ReactNode
}) {
  const { say } = useWords()
  const may = mayOf(useSelf(), ['administrator'])
  return (
    <Paper maw={760}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) onSave()
        }}
      >
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {note}
          </Text>
          {!may && <Alert color="gray">{say('settings.readOnly')}</Alert>}
          <fieldset disabled={!may} style={{ border: 0, margin: 0, padding: 0, minInlineSize: 0 }}>
            <Stack gap="sm">{children}</Stack>
          </fieldset>
          {may && (
            <Group>
              <Button type="submit" disabled={!ready} loading={busy}>
                {say('common.save')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
    </Paper>
  )
}
