import { notifications } from '@mantine/notifications'
import { useCallback, useEffect, useRef, useState } from 'react'
import { api } from '../api/client.ts'
import type { PromptClip } from '../api/generated.ts'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../words/index.tsx'

export const clipKey = ({ language, name }: Pick<PromptClip, 'language' | 'name'>) => `${language}/${name}`

/** Plays one prompt at a time. */
export function useListening() {
  const { say } = useWords()
  const sound = useRef<HTMLAudioElement>(null)
  const [heard, setHeard] = useState<string>()

  const stop = useCallback(() => {
    sound.current?.pause()
    sound.current = null
    setHeard(undefined)
  }, [])
  useEffect(() => stop, [stop])

  const listen = async (clip: PromptClip) => {
    stop()
    setHeard(clipKey(clip))
    try {
      const wav = await api.hearPrompt({ language: clip.language, name: clip.name }, { format: 'blob' })
      const address = URL.createObjectURL(wav)
      const player = new Audio(address)
      sound.current = player
      player.addEventListener('ended', stop)
      player.addEventListener('pause', () => URL.revokeObjectURL(address))
      await player.play()
    } catch (error) {
      stop()
      notifications.show({ color: 'red', message: problemText(error, say) })
    }
  }

  return { heard, listen, stop }
}

export type Listening = ReturnType<typeof useListening>
