import type { Phase } from '../domain/calendar.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import type { CallFacetTable, CallSearchTables } from './call-tables.ts'
import type { CallbackTables } from './callback-tables.ts'
import type { MessageTables } from './message-tables.ts'
import type { PeopleTables } from './people-tables.ts'
import type { SettingsTables } from './settings-tables.ts'

/** A moment as stored: ISO 8601 in UTC with milliseconds. */
export type StoredMoment = string

export interface CallTable extends CallFacetTable {
  id: string
  started_at: StoredMoment
  answered_at: StoredMoment | null
  ended_at: StoredMoment
  ani: PhoneNumber | null
  phase: Phase
  station: string | null
  hangup_cause: number | null
  duration_ms: number
}

export interface CallStepTable {
  call_id: string
  position: number
  name: string
  at: StoredMoment
  duration_ms: number
  outcome: string
  key: string | null
  digits: number | null
  /** JSON list of names. Calls from before have none. */
  prompts: string | null
}

/** Tables of the hotline database. */
export interface Hotline extends CallSearchTables, CallbackTables, MessageTables, SettingsTables, PeopleTables {
  call: CallTable
  call_step: CallStepTable
}
