import type { Phase } from '../domain/calendar.ts'
import type { Disposition } from '../domain/call-log.ts'
import type { CallbackReason, Recording } from '../domain/callback-request.ts'
import type { Language } from '../domain/language.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import type { Reference } from '../domain/reference.ts'
import type { FinalState, OutgoingState, SmsOutcome, SmsTextName } from '../domain/sms.ts'

/** A moment as stored: ISO 8601 in UTC with milliseconds. */
export type StoredMoment = string

/**
 * `open`: accepted, waits for a call back. `incomplete`: the caller hung up before sending it. `duplicate`: sent at the
 * same moment as another of the same number and reason, which is the open one; kept for its audio.
 */
export type CallbackState = 'open' | 'incomplete' | 'duplicate'

export interface CallTable {
  id: string
  started_at: StoredMoment
  answered_at: StoredMoment | null
  ended_at: StoredMoment
  did: string
  ani: PhoneNumber | null
  language: Language
  phase: Phase
  station: string | null
  disposition: Disposition
  hangup_cause: number | null
}

export interface CallStepTable {
  call_id: string
  position: number
  name: string
  at: StoredMoment
  duration_ms: number
  outcome: string
  key: string | null
}

export interface CallbackRequestTable {
  id: string
  reference: Reference | null
  state: CallbackState
  created_at: StoredMoment
  call_id: string
  consented_at: StoredMoment
  language: Language
  reason: CallbackReason
  number: PhoneNumber | null
  /** Name of the file in the recordings folder. */
  recording: string
  duration_ms: number
  talking_ms: number
  recording_ended: Recording['ended']
}

export type CallbackDraftTable = Pick<
  CallbackRequestTable,
  'call_id' | 'consented_at' | 'language' | 'reason' | 'number'
>

export interface SmsInTable {
  id: string
  bind: string
  received_at: StoredMoment
  /** As delivered: a number in any form, a short code, letters. */
  sender: string
  language: Language | null
  outcome: SmsOutcome
  station: string | null
}

export interface SmsOutTable {
  id: string
  /** The text it answers. */
  in_id: string | null
  /** The call it was asked for in; written when that ends. */
  call_id: string | null
  bind: string
  created_at: StoredMoment
  recipient: PhoneNumber
  name: SmsTextName
  /** Both where it is not known. */
  language: Language | null
  /** Blank once the state is final. */
  text: string | null
  /** How many ids the other side gives for it. */
  ids: number
  reference: number
  state: OutgoingState
  attempts: number
  /** `queued`: when it is tried. `sending`: from when on it is in doubt no longer, but queued again. */
  next_at: StoredMoment
  sent_at: StoredMoment | null
  final_at: StoredMoment | null
  fault: string | null
}

export interface SmsTakenTable {
  out_id: string
  message_id: string
  bind: string
  state: FinalState | null
  /** The network's code. */
  error: string | null
}

export interface SmsPartTable {
  bind: string
  sender: string
  reference: string
  of: number
  number: number
  sealed: string
  at: StoredMoment
}

export interface SmsSeenTable {
  mark: string
  until: StoredMoment
}

export interface SmsNumberTable {
  number: PhoneNumber
  language: Language | null
  bind: string
  /** The day `answers` counts, in the election's time zone. */
  day: string
  answers: number
}

export interface PinUseTable {
  day: string
  number: PhoneNumber
  mark: string
}

/** Tables of the hotline database. */
export interface Hotline {
  call: CallTable
  call_step: CallStepTable
  callback_request: CallbackRequestTable
  callback_draft: CallbackDraftTable
  sms_in: SmsInTable
  sms_out: SmsOutTable
  sms_taken: SmsTakenTable
  sms_part: SmsPartTable
  sms_seen: SmsSeenTable
  sms_number: SmsNumberTable
  pin_use: PinUseTable
}
