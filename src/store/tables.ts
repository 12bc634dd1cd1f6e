import type { Phase } from '../domain/calendar.ts'
import type { Disposition } from '../domain/call-log.ts'
import type { CallbackReason, Recording } from '../domain/callback-request.ts'
import type { Language } from '../domain/language.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import type { Reference } from '../domain/reference.ts'
import type { MessageTables } from './message-tables.ts'

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

/** Tables of the hotline database. */
export interface Hotline extends MessageTables {
  call: CallTable
  call_step: CallStepTable
  callback_request: CallbackRequestTable
  callback_draft: CallbackDraftTable
}
