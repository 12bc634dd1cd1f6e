import type { Language } from './language.ts'
import type { PhoneNumber } from './phone-number.ts'
import type { Reference } from './reference.ts'

/** Why the caller wants to be phoned, in the order the prompt offers them. */
export const callbackReasons = ['not-in-list', 'wrong-station', 'wrong-personal-data', 'other'] as const

export type CallbackReason = (typeof callbackReasons)[number]

/** A finished recording on this machine. `file` is an absolute path. */
export interface Recording {
  readonly file: string
  readonly durationMs: number
  /** How long a voice was heard in it. */
  readonly talkingMs: number
  readonly ended: 'key' | 'silence' | 'too-long' | 'hangup'
}

/** What is known of a wish to be phoned before anything was said. */
export interface CallbackDraft {
  readonly callId: string
  readonly language: Language
  readonly number: PhoneNumber | undefined
  readonly reason: CallbackReason
  /** When the caller pressed the key of consent. */
  readonly consentedAt: Date
}

export interface NewCallbackRequest extends CallbackDraft {
  readonly number: PhoneNumber
  readonly recording: Recording
}

export interface IncompleteCallbackRequest extends CallbackDraft {
  readonly recording: Recording
}

/** Where callback requests are kept. */
export interface CallbackRequests {
  /** The reference of the open request of this number for this reason, if there is one. */
  openFor(number: PhoneNumber, reason: CallbackReason): Promise<Reference | undefined>
  /** Before the caller speaks: should we not live to the end of the call, this tells whose message it is. */
  begin(draft: CallbackDraft): Promise<void>
  /** Nothing was said. */
  forget(callId: string): Promise<void>
  /** Takes the recording over. Once this resolves, the request and its audio are on disk (fsync). */
  accept(request: NewCallbackRequest): Promise<Reference>
  /** Keeps what a caller said before hanging up. As durable as `accept`. */
  keepIncomplete(request: IncompleteCallbackRequest): Promise<void>
}
