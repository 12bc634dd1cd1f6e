import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Language } from '../domain/language.ts'
import type { Voice } from './voice.ts'

/** `slow`: numbers and addresses, which people write down. */
export type Pace = 'sentence' | 'slow'

/** A text as a synthesizer is to say it. */
export interface SpeechClip {
  readonly kind: 'speech'
  readonly language: Language
  readonly text: string
  readonly pace: Pace
}

/** One piece of audio the line can play. */
export type Clip =
  | SpeechClip
  | {
      readonly kind: 'studio'
      readonly language: Language
      readonly file: string
      readonly contentHash: string
      /** Silence at its end, as the text it stands for has it. */
      readonly tailMs: number
      /** Who uploaded it when (ISO time); nothing for the project's own. */
      readonly uploaded?: { readonly by: string; readonly at: string }
    }
  | { readonly kind: 'beep' }
  | { readonly kind: 'silence'; readonly ms: number }

/** Goes up with every change to the processing that can be heard: all clips are then made anew. 2: RHVoice at 16 kHz. */
const processingVersion = 2

export const beep: Clip = { kind: 'beep' }

/** @param ms a whole number of 20 ms frames is made of it */
export function silence(ms: number): Clip {
  return { kind: 'silence', ms }
}

export function sentence(language: Language, text: string): SpeechClip {
  return { kind: 'speech', language, text, pace: 'sentence' }
}

export function slowSpeech(language: Language, text: string): SpeechClip {
  return { kind: 'speech', language, text, pace: 'slow' }
}

/** Silence that belongs to the end of a text, in milliseconds, so that one clip can follow another at once. */
export function tailMs(text: string): number {
  if (/[.!?…]$/.test(text)) return 350
  if (text.endsWith(':')) return 200
  return text.endsWith(',') ? 80 : 140
}

/**
 * The clip's files without their extension. The name is a hash of everything that shapes what is heard, so a text
 * that did not change is never rendered twice, and one that did can't be heard in its old form.
 */
export function clipBase(clips: string, clip: Clip, voices: Readonly<Record<Language, Voice>>): string {
  switch (clip.kind) {
    case 'speech': {
      const { engine, name, rates } = voices[clip.language].identity
      const rate = rates[clip.pace]
      return join(clips, clip.language, hash(engine, name, rate, clip.language, clip.pace, clip.text))
    }
    case 'studio':
      return join(clips, clip.language, hash('studio', clip.contentHash, clip.tailMs))
    case 'beep':
      return join(clips, 'tones', hash('beep'))
    case 'silence':
      return join(clips, 'tones', hash('silence', clip.ms))
  }
}

function hash(...shaping: readonly (string | number)[]): string {
  return createHash('sha256')
    .update(JSON.stringify([processingVersion, ...shaping]))
    .digest('hex')
}
