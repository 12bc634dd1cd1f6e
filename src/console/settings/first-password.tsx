import { Alert, Button, Code, CopyButton, Group, Modal, Stack } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useWords } from '../words/index.tsx'

/** A password made for somebody else: it is shown once, and changed at the first sign-in. */
export function FirstPassword({ name, password, onClose }: { name: string; password: string; onClose: () => void }) {
  const { say } = useWords()
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      title={say('people.passwordOf', { name })}
      closeButtonProps={{ 'aria-label': say('common.close') }}
    >
      <Stack>
        <Alert color="orange">{say('people.passwordNote')}</Alert>
        <Group>
          <Code fz="lg" data-password>
            {password}
          </Code>
          <CopyButton value={password}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                onClick={copy}
              >
                {say(copied ? 'people.copied' : 'people.copy')}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Group justify="flex-end">
          <Button onClick={onClose}>{say('common.close')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
