import { measureLevel } from '../audio/level.ts'
import { readWav } from '../audio/wav.ts'

/**
 * How long a recorded message is and how long somebody speaks in it, from the audio itself: the switch tells only
 * whole seconds, and counts a second of silence as speech. In doubt noise is speech: better kept than lost.
 */
export function measureMessage(file: string): { durationMs: number; talkingMs: number } {
  const sound = readWav(file)
  const durationMs = (sound.samples.length / sound.sampleRate) * 1000
  return { durationMs: Math.round(durationMs), talkingMs: Math.round(durationMs * measureLevel(sound).activity) }
}
