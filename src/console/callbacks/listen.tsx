import { Button, Group, Text } from '@mantine/core'
import { IconHeadphones } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import type { CallbackDetail } from '../api/generated.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../words/index.tsx'
import { Player } from './player.tsx'

/** The message, fetched only when asked for: each time is in the audit log. */
export function Listen({ request: { id, mayListen }, mayAsk }: { request: CallbackDetail; mayAsk: boolean }) {
  const { say } = useWords()
  const message = useMutation({ mutationFn: () => api.listenToCallback({ id }, { format: 'blob' }) })

  if (message.data) return <Player message={message.data} />
  if (!mayListen) return <Text size="sm">{say(mayAsk ? 'callback.noRecording' : 'callback.claimToListen')}</Text>
  return (
    <Group>
      <Button
        variant="light"
        leftSection={<IconHeadphones size={18} />}
        loading={message.isPending}
        onClick={() => message.mutate()}
      >
        {say('callback.listen')}
      </Button>
      <Text size="xs" c="dimmed">
        {say('callback.listenNote')}
      </Text>
      {message.error && (
        <Text size="sm" c="red" role="alert">
          {problemText(message.error, say)}
        </Text>
      )}
    </Group>
  )
}
