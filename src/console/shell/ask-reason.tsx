import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useWords } from '../words/index.tsx'

/** As the API wants it. */
const length = { least: 3, most: 500 }

/** Asks why before something is done that others will want to understand. */
export function AskReason({
  title,
  children,
  button,
  danger = false,
  busy,
  onSend,
  onClose,
}: {
  title: string
  children?: ReactNode
  button: string
  danger?: boolean
  busy: boolean
  onSend: (reason: string) => void
  onClose: () => void
}) {
  const { say } = useWords()
  const [reason, setReason] = useState('')
  const ready = reason.trim().length >= length.least
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': say('common.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) onSend(reason.trim())
        }}
      >
        <Stack gap="sm">
          {children && (
            <Text size="sm" component="div">
              {children}
            </Text>
          )}
          <Textarea
            label={say('common.reason')}
            description={say('common.reasonNote')}
            required
            autosize
            minRows={2}
            maxLength={length.most}
            data-autofocus
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {say('common.cancel')}
            </Button>
            <Button type="submit" {...(danger && { color: 'red' })} disabled={!ready} loading={busy}>
              {button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
