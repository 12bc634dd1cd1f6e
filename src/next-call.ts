import type { ElectionCalendar } from './domain/calendar.ts'
import type { Speech, SpeechChange } from './speech/speech.ts'

/** What a call is served with, from its beginning to its end. */
export interface Served {
  readonly election: ElectionCalendar
  readonly speech: Speech
}

/** What the next call is served with. Calls in progress keep what they began with. */
export interface NextCall {
  now(): Served
  /** What is said from then on must have been rendered. */
  change(change: SpeechChange): void
}

/** @param onChange told after every change */
export function makeNextCall(first: Served, onChange: (now: Served) => void = () => {}): NextCall {
  let now = first
  return {
    now: () => now,
    change(change) {
      now = { election: change.election ?? now.election, speech: now.speech.changed(change) }
      onChange(now)
    },
  }
}
