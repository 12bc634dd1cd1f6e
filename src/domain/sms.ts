import type { Language } from './language.ts'
import type { PhoneNumber } from './phone-number.ts'
import type { Reference } from './reference.ts'
import type { Station } from './station.ts'

/** A text as a gateway received it, or one part of a text that was too long for one message. */
export interface IncomingText {
  /** Name of the bind it came in on. */
  readonly bind: string
  /** The other side's id of it, where it gives one that stays the same when the text is delivered again. */
  readonly messageId?: string
  /** The sender as delivered: a number in any form, a short code, or letters. */
  readonly from: string
  readonly text: string
  readonly part?: TextPart
}

/** Which part of a long text this is. Parts belong together by bind, sender, `reference` and `of`. */
export interface TextPart {
  readonly reference: string
  /** From 1. */
  readonly number: number
  /** How many there are, 2 to 255. */
  readonly of: number
}

/** A text to be sent, of any length: the gateway splits it as its bind wants. */
export interface OutgoingText {
  /** Ours, a UUID. */
  readonly id: string
  readonly to: PhoneNumber
  readonly text: string
  /** 1 to 65535, sent along where the protocol has a place for it, so that a receipt can be told from others. */
  readonly reference: number
  /** How many of its parts, from the first on, were taken before: these are not sent again. */
  readonly taken?: number
}

/**
 * What became of an outgoing text. `queued`: not tried, or to be tried again. `sending`: handed over, nothing known
 * yet; at a crash or a disconnection it may have been taken or not. `sent`: taken by the other side. The others are
 * final; `unknown`: taken, and no receipt came in time.
 */
export const outgoingStates = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'undeliverable',
  'expired',
  'rejected',
  'unknown',
] as const

export type OutgoingState = (typeof outgoingStates)[number]

export type FinalState = Exclude<OutgoingState, 'queued' | 'sending' | 'sent'>

/** A delivery receipt that tells a final state; those on the way are not reported. */
export interface DeliveryReport {
  readonly bind: string
  /** As `SmsGateway.send` told it; nothing when the receipt does not say. */
  readonly messageId: string | undefined
  /** `OutgoingText.reference`, where the other side gives it back. */
  readonly reference?: number
  /** Whom the text was for, as the receipt has it. Finds a text whose id never reached us. */
  readonly to?: string
  readonly state: FinalState
  /** The network's code, as it stands in the receipt. */
  readonly error?: string
}

/** What an incoming text came to; the only trace of it that is kept. */
export const smsOutcomes = [
  'found',
  'station-closed',
  'not-found',
  'not-found-late',
  'under-18',
  'no-biometry',
  'unavailable',
  'bad-format',
  'several-pins',
  'over-limit',
  'help',
  'language',
  'not-answered',
] as const

export type SmsOutcome = (typeof smsOutcomes)[number]

/** The texts there are, by the names they have in prompts/sms.yaml. */
export const smsTextNames = [
  'found',
  'station-closed',
  'not-found',
  'not-found-late',
  'bad-format',
  'help',
  'under-18',
  'no-biometry',
  'callback-accepted',
  'unavailable',
] as const

export type SmsTextName = (typeof smsTextNames)[number]

/** Texts that a call has sent to its caller. Resolves, and never rejects, with whether the text is on disk and will be sent. */
export interface TextsToCallers {
  /** Whether this number can be texted at all. */
  reaches(number: PhoneNumber): boolean
  sendStation(callId: string, to: PhoneNumber, language: Language, station: Station): Promise<boolean>
  sendReference(callId: string, to: PhoneNumber, language: Language, reference: Reference): Promise<boolean>
}
