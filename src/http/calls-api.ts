import type { z } from 'zod'
import {
  type CallFilter,
  callChoices,
  type callDetail,
  type callSort,
  countCalls,
  exportCalls,
  getCall,
  listFilters,
  removeFilter,
  saveFilter,
  searchCalls,
  showCaller,
} from '../api/calls.ts'
import type { Audit } from '../domain/audit.ts'
import type { Clock } from '../domain/clock.ts'
import type { PageEnd } from '../domain/page-end.ts'
import { maskNumber, type PhoneNumber } from '../domain/phone-number.ts'
import { type CallRow, sendCalls } from './export-calls.ts'
import { type Asked, answer, type Mounted } from './mount-routes.ts'
import { readPageEnd, writePageEnd } from './page-end.ts'
import { HttpProblem } from './problem.ts'

type CallSort = z.infer<typeof callSort>
type CallDetail = z.infer<typeof callDetail>

interface Wanted {
  readonly filter: CallFilter
  readonly caller?: PhoneNumber | undefined
}

interface SavedFilter {
  readonly id: string
  readonly name: string
  readonly filter: CallFilter
  readonly sort: CallSort
}

export interface CallsPorts {
  readonly search: {
    page(
      wanted: Wanted & { sort: CallSort; after?: PageEnd | undefined; limit: number },
    ): Promise<{ rows: CallRow[]; end: PageEnd | undefined }>
    count(wanted: Wanted): Promise<{ count: number; more: boolean }>
    choices(): Promise<{ dids: string[]; steps: string[] }>
    all(wanted: Wanted & { sort: CallSort }): AsyncIterable<readonly CallRow[]>
  }
  readonly calls: {
    find(id: string): Promise<Omit<CallDetail, 'messages'> | undefined>
    caller(id: string): Promise<{ readonly number: PhoneNumber | null } | undefined>
  }
  /** SMS that belong to a call. */
  readonly messagesOf: (callId: string) => Promise<CallDetail['messages']>
  readonly filters: {
    list(personId: string): Promise<readonly SavedFilter[]>
    save(personId: string, given: Omit<SavedFilter, 'id'>): Promise<SavedFilter>
    remove(personId: string, id: string): Promise<boolean>
  }
  /** A number as a person types it. */
  readonly parseNumber: (typed: string) => PhoneNumber | undefined
  readonly audit: Audit
  readonly now: Clock
  /** That times are exported in. */
  readonly timeZone: string
}

/** Finished calls: found, looked at, exported. */
export function callsApi(ports: CallsPorts): Mounted[] {
  const { search, calls, messagesOf, filters, parseNumber, audit, now, timeZone } = ports

  /** A caller can be looked for by the whole number only, and that is noted. */
  async function wantedOf({
    body,
    asker,
    from,
  }: Asked<typeof countCalls> | Asked<typeof searchCalls>): Promise<Wanted> {
    const { filter } = body
    if (body.caller === undefined) return { filter }
    const caller = numberOf(body.caller)
    await audit({ by: asker.name, action: 'calls.searched-by-number', detail: maskNumber(caller), from })
    return { filter, caller }
  }

  function numberOf(typed: string): PhoneNumber {
    const number = parseNumber(typed)
    if (number !== undefined) return number
    throw new HttpProblem(400, 'invalid', 'Some of what was sent can not be used.', {
      caller: 'not a telephone number',
    })
  }

  return [
    answer(searchCalls, async (asked) => {
      const { sort, limit, cursor } = asked.body
      const after = cursor === undefined ? undefined : readEnd(cursor, sort)
      const { rows, end } = await search.page({ ...(await wantedOf(asked)), sort, limit, after })
      return { rows, next: end ? writePageEnd(end) : null }
    }),

    answer(countCalls, async (asked) => search.count(await wantedOf(asked))),

    answer(callChoices, () => search.choices()),

    answer(getCall, async ({ params: { id } }) => {
      const [call, messages] = await Promise.all([calls.find(id), messagesOf(id)])
      if (!call) throw unknown()
      return { ...call, messages }
    }),

    answer(showCaller, async ({ params: { id }, asker, from }) => {
      const caller = await calls.caller(id)
      if (!caller) throw unknown()
      await audit({ by: asker.name, action: 'call.number-shown', subject: `call:${id}`, from })
      return caller
    }),

    answer(exportCalls, async ({ body, asker, from, reply }) => {
      const { filter, sort, format } = body
      const caller = body.caller === undefined ? undefined : numberOf(body.caller)
      const detail = JSON.stringify({ format, sort, ...filter, ...(caller && { caller: maskNumber(caller) }) })
      await audit({ by: asker.name, action: 'calls.exported', detail, from })
      await sendCalls(search.all({ filter, caller, sort }), { format, at: now(), timeZone }, reply)
      return undefined
    }),

    answer(listFilters, async ({ asker }) => (await filters.list(asker.id)).map(shown)),

    answer(saveFilter, async ({ body, asker }) => shown(await filters.save(asker.id, body))),

    answer(removeFilter, async ({ params: { id }, asker }) => {
      if (!(await filters.remove(asker.id, id))) throw new HttpProblem(404, 'unknown', 'You have no such filter.')
    }),
  ]
}

/** A page sorted by something else has another kind of end. */
function readEnd(cursor: string, sort: CallSort): PageEnd {
  const end = readPageEnd(cursor)
  if (!sort.endsWith('durationMs') || /^\d{1,15}$/.test(end.value)) return end
  throw invalid('cursor', 'from a page that is sorted by something else')
}

const invalid = (field: string, fault: string) =>
  new HttpProblem(400, 'invalid', 'Some of what was sent can not be used.', { [field]: fault })

const unknown = () => new HttpProblem(404, 'unknown', 'There is no such call.')

/** As it must be sent back. */
function shown({ filter: { callback, ...filter }, ...saved }: SavedFilter) {
  return { ...saved, filter: { ...filter, ...(callback !== undefined && { callback: String(callback) }) } }
}
