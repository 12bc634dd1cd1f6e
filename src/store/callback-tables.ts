import type { z } from 'zod'
import type { attemptOutcome, callbackEvent, callbackState } from '../api/callbacks.ts'
import type { region } from '../api/common.ts'
import type { CallbackReason, Recording } from '../domain/callback-request.ts'
import type { Language } from '../domain/language.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import type { Reference } from '../domain/reference.ts'
import type { StoredMoment } from './tables.ts'

/**
 * `open`: accepted, waits for a call back. `incomplete`: the caller hung up before sending it. `duplicate`: sent at the
 * same moment as another of the same number and reason, which is the open one; kept for its audio. `closed`: done with.
 */
export type CallbackState = z.infer<typeof callbackState>

export type AttemptOutcome = z.infer<typeof attemptOutcome>

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
  duration_ms: number
  talking_ms: number
  recording_ended: Recording['ended']
  /** Name of a file in the recordings folder, from before audio was kept in the database, until it is taken over. */
  wav_file: string | null
  /** Of the last station heard in the call, once that has ended. */
  region: z.infer<typeof region> | null
  due_at: StoredMoment
  /** Who works on it, until when: from then on it is free. */
  claimed_by: string | null
  claimed_until: StoredMoment | null
  attempts: number
  next_attempt_at: StoredMoment | null
  /** Of the last attempt. */
  outcome: AttemptOutcome | null
  commission: string | null
  closed_at: StoredMoment | null
  closed_by: string | null
  /** What it was before it was closed. */
  closed_from: Exclude<CallbackState, 'closed'> | null
}

export type CallbackDraftTable = Pick<
  CallbackRequestTable,
  'call_id' | 'consented_at' | 'language' | 'reason' | 'number'
>

/** What people did to a request. */
export interface CallbackEventTable {
  request_id: string
  /** 1, 2, 3 … */
  position: number
  at: StoredMoment
  /** Id of a person. */
  by_id: string
  kind: z.infer<typeof callbackEvent>['kind']
  outcome: AttemptOutcome | null
  text: string | null
  to_id: string | null
}

/** What the caller said; gone where retention has removed it. */
export interface RecordingTable {
  request_id: string
  /** Which line of the key file opens it. */
  key_id: string
  type: 'audio/ogg' | 'audio/wav'
  /** Nonce, ciphertext and tag; see sealed.ts. */
  sealed: Uint8Array
}

export interface CallbackTables {
  callback_request: CallbackRequestTable
  callback_draft: CallbackDraftTable
  callback_event: CallbackEventTable
  recording: RecordingTable
}
