import type { Language } from './language.ts'
import type { PhoneNumber } from './phone-number.ts'
import type { PromptName } from './prompt-names.ts'

/** One call in progress. */
export interface LiveCall {
  readonly id: string
  readonly did: string
  readonly ani: PhoneNumber | undefined
  readonly startedAt: Date
  readonly language: Language
  /** Name of the last prompt of the step the caller is in, as in the call log; nothing before the first. */
  readonly step: string | undefined
}

/** Where in the conversation a caller is. */
export interface Place {
  readonly step: PromptName
  readonly language: Language
}

/** A caller whom the switch asks by itself: it tells us with the answer. */
export interface AskedCaller {
  readonly id: string
  readonly did: string
  readonly ani: PhoneNumber | undefined
  /** How long ago the call came in, in milliseconds. */
  readonly ageMs: number
  /** Nothing where another process had it asked. */
  readonly place: Place | undefined
}

/** Where calls in progress are shown. Must not throw and must not wait: a caller is on the line. */
export interface LiveCalls {
  show(call: LiveCall): void
  gone(id: string): void
}
