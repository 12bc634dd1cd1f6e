import type { Language } from '../domain/language.ts'
import type { Segment } from './segment.ts'
import type { Ending } from './sip.ts'

/** What happened in a call, in the order of time. `atMs` counts from the answer. */
export type TranscriptEntry =
  | {
      readonly kind: 'heard'
      readonly atMs: number
      readonly endMs: number
      readonly name: string
      readonly language: Language
      readonly text: string | undefined
      readonly whole: boolean
      /** Names of other clips that sound the same as far as this was heard. */
      readonly others: readonly string[]
      readonly score: number
    }
  /** `keys` hides runs of digits long enough to be personal: see `hideDigits`. */
  | { readonly kind: 'pressed'; readonly atMs: number; readonly keys: string }
  | { readonly kind: 'said'; readonly atMs: number; readonly lengthMs: number }
  | ({ readonly kind: 'ended'; readonly atMs: number } & Ending)

export interface Transcript {
  readonly to: string
  /** What people call the codec. */
  readonly codec: string
  /** From dialling to the answer; undefined if it was never answered. */
  readonly answerMs: number | undefined
  readonly entries: readonly TranscriptEntry[]
}

/** Five digits or more in a row may be a PIN or a telephone number: they become dots. Menu keys stay. */
export function hideDigits(keys: string): string {
  return keys.replace(/[0-9]{5,}/g, (digits) => '•'.repeat(digits.length))
}

/** @param offsetMs when the sound began, from the answer */
export function heardEntry(segment: Segment, offsetMs: number): TranscriptEntry {
  const { name, language, text, whole, others, score } = segment
  return {
    kind: 'heard',
    atMs: segment.startMs + offsetMs,
    endMs: segment.endMs + offsetMs,
    name,
    language,
    text,
    whole,
    others: others.map((other) => other.name),
    score,
  }
}
