import type { Language } from '../domain/language.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import type { FinalState, OutgoingState, SmsOutcome, SmsTextName } from '../domain/sms.ts'
import type { StoredMoment } from './tables.ts'

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

/** What is kept of texts, and of the PINs that numbers ask for. */
export interface MessageTables {
  sms_in: SmsInTable
  sms_out: SmsOutTable
  sms_taken: SmsTakenTable
  sms_part: SmsPartTable
  sms_seen: SmsSeenTable
  sms_number: SmsNumberTable
  pin_use: PinUseTable
}
