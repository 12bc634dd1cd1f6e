import type { Recording } from '../domain/callback-request.ts'
import type { Language } from '../domain/language.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import type { Prompts } from '../domain/prompt.ts'
import type { PromptName } from '../domain/prompt-names.ts'
import type { Consent } from './consent.ts'

/** The caller is gone. Thrown by every method of a call but `record`, caught once, in serve-call.ts. */
export class HangupError extends Error {
  override readonly name = 'HangupError'
}

/** What a caller pressed at a prompt, in VoiceXML's words. */
export type Entry =
  | { readonly kind: 'match'; readonly digits: string }
  | { readonly kind: 'nomatch'; readonly digits: string }
  | { readonly kind: 'noinput' }

export interface CollectOptions {
  /** The entry is complete at this many digits. */
  readonly max: number
  /** What is a match once the entry is complete. */
  readonly accepts: RegExp
  /** Key that completes the entry before `max`. */
  readonly terminator?: '#'
  /** Key that forgets what was typed and starts over. */
  readonly clear?: '*'
  /** False: the prompt is heard to its end, and keys pressed before its end count for nothing. */
  readonly bargeIn?: boolean
  /** True for what must leave no trace: a PIN, a telephone number. */
  readonly secret?: boolean
  /** True: the last key is read apart from those before it, so that `collect` can be told what it leads to. */
  readonly lastApart?: boolean
  /**
   * What is always asked next after a key, of those that complete an entry. A switch may go on with it by itself and tell
   * both answers together; it must be asked all the same.
   */
  readonly leadsTo?: Readonly<Record<string, Question>>
}

/** What `collect` is called with. */
export interface Question {
  readonly prompts: Prompts
  readonly options: CollectOptions
  /** Where it is not that of the question before. */
  readonly language?: Language
}

/** What is certain after an entry's last key. */
export interface Foretold {
  /** What is said, by that key. */
  readonly said: ReadonlyMap<string, Prompts>
  /** What is always asked once that was heard to its end. */
  readonly next?: Question
}

/**
 * What is certain if the keys before the last are these; nothing where nothing is. A switch may say and ask it by itself and tell
 * of all together; it must be played and asked all the same.
 */
export type Foretell = (typed: string) => Promise<Foretold | undefined>

export interface PlayOptions {
  /** True: keys waiting from before don't skip it; only a key pressed while it is heard stops it. */
  readonly despiteTypeAhead?: boolean
}

/** Whether a prompt was heard to its end or stopped, or skipped, by a key. */
export type Heard = 'played' | 'interrupted'

/** One inbound call, answered. Every method but `record` throws HangupError once the caller is gone. */
export interface Call {
  readonly id: string
  readonly did: string
  readonly ani: PhoneNumber | undefined
  language: Language
  /** How long ago it was answered, in milliseconds. */
  age(): number
  /** A key stops it and stays for the next entry. */
  play(prompts: Prompts, options?: PlayOptions): Promise<Heard>
  collect(prompts: Prompts, options: CollectOptions, foretell?: Foretell): Promise<Entry>
  /**
   * Plays the prompts, then records until `#`, silence, the time limit or hang-up. Needs the caller's consent in
   * hand, so that nothing can be recorded before it was given.
   * @returns nothing when the switch could not record
   */
  record(prompts: Prompts, consent: Consent): Promise<Recording | undefined>
  /** Lets the caller hear a recording of this call; a key stops it. */
  replay(recording: Recording): Promise<Heard>
  hangup(): Promise<void>
  /** Names of the prompts that began to be heard since this was asked last, in order. */
  begun(): readonly PromptName[]
  /**
   * How long ago the last entry was asked for and made, in milliseconds, or what was played last begun and ended, where the
   * switch did that ahead of `collect` or `play`; nothing where it did not, and when asked again.
   */
  entryAge(): { readonly asked: number; readonly answered: number } | undefined
  /** Hands the caller to the switch, which apologises in both languages and hangs up. */
  apologise(): Promise<void>
  /** Resolves once the call is over, with its Q.850 hangup cause where the switch told it. `lastedMs`: since it was answered. */
  readonly ended: Promise<{ readonly cause: number | undefined; readonly lastedMs: number }>
}
