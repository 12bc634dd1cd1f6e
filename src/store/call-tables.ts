import type { z } from 'zod'
import type { callSort } from '../api/calls.ts'
import type { region } from '../api/common.ts'
import type { Day } from '../domain/calendar.ts'
import type { Disposition } from '../domain/call-log.ts'
import type { Language } from '../domain/language.ts'

/** What a call is, of the things that have few values. */
export interface CallFacts {
  did: string
  language: Language
  disposition: Disposition
  last_step: string | null
  /** First digit of the station's number. */
  region: z.infer<typeof region> | null
  /** Whether a callback request was left in it. */
  callback: 0 | 1
}

/** One combination that occurs. */
export interface CallFacetTable extends CallFacts {
  /** See call-facet.ts. */
  facet: string
}

export interface SavedFilterTable {
  id: string
  person_id: string
  name: string
  /** JSON, as src/api/calls.ts has it. */
  filter: string
  sort: z.infer<typeof callSort>
}

/** What reports count of one day. */
export interface CallDayTable {
  time_zone: string
  day: Day
  /** JSON, see call-days.ts. */
  figures: string
}

/** What is beside the calls to search and to count them. */
export interface CallSearchTables {
  call_facet: CallFacetTable
  saved_filter: SavedFilterTable
  call_day: CallDayTable
}
