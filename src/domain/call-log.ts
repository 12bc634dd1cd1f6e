import type { Phase } from './calendar.ts'
import type { Language } from './language.ts'
import type { PhoneNumber } from './phone-number.ts'
import type { PromptName } from './prompt-names.ts'

/**
 * How a call ended for us. `completed`: the caller got an answer, a request taken or information and it ended in
 * good order. `abandoned`: the caller hung up before that. `gave-up`: the line ended it after silence or too many
 * tries. `failed`: our fault.
 */
export type Disposition = 'completed' | 'abandoned' | 'gave-up' | 'failed'

/** One step of a call: a prompt played, an entry collected, a recording made. Holds no digits but menu keys. */
export interface Step {
  /** Name of its last prompt, `menu-check` or `pin-enter`. */
  readonly name: string
  readonly at: Date
  readonly durationMs: number
  /** `played`, `interrupted`, `match`, `nomatch`, `noinput`, `recorded`, `hangup`. */
  readonly outcome: string
  /** The menu key pressed; never a digit of a PIN or a telephone number. */
  readonly key: string | undefined
  /** How many digits were typed where they are not kept. */
  readonly digits: number | undefined
  /** Every prompt that was begun in it, in order. */
  readonly prompts: readonly PromptName[]
}

/** One finished call. */
export interface CallRecord {
  readonly id: string
  readonly startedAt: Date
  readonly answeredAt: Date | undefined
  readonly endedAt: Date
  readonly did: string
  readonly ani: PhoneNumber | undefined
  readonly language: Language
  readonly phase: Phase
  readonly steps: readonly Step[]
  /** Number of the last station spoken. */
  readonly station: string | undefined
  readonly disposition: Disposition
  /** Q.850 code, 16 for normal clearing. */
  readonly hangupCause: number | undefined
}

export interface CallLog {
  write(record: CallRecord): Promise<void>
}
