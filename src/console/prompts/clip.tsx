import { Badge, Button, FileButton, Group, Modal, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconArrowBackUp, IconPlayerPlayFilled, IconPlayerStopFilled, IconUpload } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/client.ts'
import type { PromptClip } from '../api/generated.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { uploadRecording } from './upload-recording.ts'
import { UploadResult } from './upload-result.tsx'
import { clipKey, type Listening } from './use-listening.ts'

/** One prompt in one language: its text, how it sounds, and what an administrator may do with it. */
export function Clip({ clip, may, listening }: { clip: PromptClip; may: boolean; listening: Listening }) {
  const { say } = useWords()
  const { clockTime, moment } = useFormats()
  const queries = useQueryClient()
  const [reverting, setReverting] = useState(false)
  const { language, name } = clip
  const replace = (changed: PromptClip) =>
    queries.setQueryData<PromptClip[]>(['prompts'], (all) =>
      all?.map((it) => (clipKey(it) === clipKey(changed) ? changed : it)),
    )
  const upload = useMutation({
    mutationFn: (recording: File) => uploadRecording({ language, name }, recording),
    onSuccess: ({ clip: changed }) => replace(changed),
  })
  const revert = useMutation({
    mutationFn: () => api.revertPrompt({ language, name }),
    onSuccess: (changed) => {
      replace(changed)
      setReverting(false)
    },
    onError: (error) => notifications.show({ color: 'red', message: problemText(error, say) }),
  })
  const heard = listening.heard === clipKey(clip)
  const length = clip.durationMs === null ? '—' : clockTime(clip.durationMs)
  const spoken = `${name}, ${say(`common.language.${language}`)}`

  return (
    <Stack gap={4} pb={4}>
      <Text size="sm" lang={language}>
        {clip.text}
      </Text>
      <Group gap={6}>
        <Button
          size="compact-xs"
          variant="light"
          aria-label={`${length} ${say(heard ? 'prompt.stop' : 'prompt.listen')}: ${spoken}`}
          leftSection={heard ? <IconPlayerStopFilled size={12} /> : <IconPlayerPlayFilled size={12} />}
          disabled={clip.durationMs === null}
          onClick={() => (heard ? listening.stop() : void listening.listen(clip))}
        >
          {length}
        </Button>
        <Badge
          color={clip.source === 'studio' ? 'teal' : 'gray'}
          title={clip.uploadedAt ? `${clip.uploadedBy ?? ''} ${moment(clip.uploadedAt)}` : undefined}
        >
          {say(`prompt.source.${clip.source}`)}
        </Badge>
        {clip.findings.map((finding) => (
          <Badge key={finding} color="red">
            {say(`prompt.finding.${finding}`)}
          </Badge>
        ))}
        {may && clip.replaceable && (
          <FileButton accept="audio/wav,.wav" onChange={(file) => file && upload.mutate(file)}>
            {(props) => (
              <Button
                {...props}
                size="compact-xs"
                variant="subtle"
                loading={upload.isPending}
                aria-label={`${say('prompt.upload')}: ${spoken}`}
                leftSection={<IconUpload size={13} />}
              >
                {say('prompt.upload')}
              </Button>
            )}
          </FileButton>
        )}
        {may && clip.uploadedAt !== null && (
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            aria-label={`${say('prompt.revert')}: ${spoken}`}
            leftSection={<IconArrowBackUp size={13} />}
            onClick={() => setReverting(true)}
          >
            {say('prompt.revert')}
          </Button>
        )}
      </Group>
      <UploadResult result={upload.data} error={upload.error} onClose={upload.reset} />
      <Modal
        opened={reverting}
        onClose={() => setReverting(false)}
        title={say('prompt.revertOf', { name })}
        closeButtonProps={{ 'aria-label': say('common.close') }}
      >
        <Text size="sm" mb="md">
          {say('prompt.revertNote')}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => setReverting(false)}>
            {say('common.cancel')}
          </Button>
          <Button color="red" loading={revert.isPending} onClick={() => revert.mutate()}>
            {say('prompt.revert')}
          </Button>
        </Group>
      </Modal>
    </Stack>
  )
}
