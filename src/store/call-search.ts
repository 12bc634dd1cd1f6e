import {
  type ExpressionBuilder,
  type Kysely,
  type RawBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely'
import type { z } from 'zod'
import type { CallFilter, callRow, callSort } from '../api/calls.ts'
import type { PageEnd } from '../domain/page-end.ts'
import { maskNumber, type PhoneNumber } from '../domain/phone-number.ts'
import type { CallTable, Hotline } from './tables.ts'

export type CallRow = z.infer<typeof callRow>
export type CallSort = z.infer<typeof callSort>

export interface CallsWanted {
  readonly filter: CallFilter
  /** Only calls from this number. */
  readonly caller?: PhoneNumber | undefined
}

export interface CallPageWanted extends CallsWanted {
  readonly sort: CallSort
  readonly after?: PageEnd | undefined
  readonly limit: number
}

/** Finished calls, callers masked. */
export interface CallSearch {
  page(wanted: CallPageWanted): Promise<{ rows: CallRow[]; end: PageEnd | undefined }>
  /** Counts no further than 10,000; `more` where there are more. */
  count(wanted: CallsWanted): Promise<{ count: number; more: boolean }>
  choices(): Promise<{ dids: string[]; steps: string[] }>
  /** All of them, some hundred at a time, as they are now: one that is written meanwhile may be among them. */
  all(wanted: CallsWanted & { readonly sort: CallSort }): AsyncIterable<readonly CallRow[]>
}

const countedAtMost = 10_000
const rowsPerBatch = 1000
/** Sorts after every station's number. As migration 0003 has it in its indexes. */
const noStation = 'none'

type Source = Kysely<Hotline>
type Calls<Output> = SelectQueryBuilder<Hotline, 'call', Output>

interface Order {
  readonly by: 'startedAt' | 'durationMs' | 'station'
  readonly direction: 'asc' | 'desc'
}

/**
 * However many calls there are, a page costs about as much as there are facets. Calls of each facet are in order
 * already (see migration 0003), so a page lies in the beginnings of the facets that begin first.
 * @param few so many calls are sorted within some ten milliseconds
 */
export function makeCallSearch(hotline: Source, few = 10_000): CallSearch {
  return {
    async page({ sort, limit, after, ...wanted }) {
      const order = orderOf(sort)
      const found = await findPage(hotline, few, wanted, order, after, limit + 1)
      const rows = found.slice(0, limit)
      return { rows: rows.map(rowOf), end: found.length > limit ? endOf(rows, order) : undefined }
    },
    async count(wanted) {
      const some = selectCalls(hotline, wanted)
        .$if(hasFacets(wanted.filter), (calls) => calls.where('facet', 'in', selectFacets(hotline, wanted.filter)))
        .select('id')
      const count = await countUpTo(hotline, some, countedAtMost + 1)
      return { count: Math.min(count, countedAtMost), more: count > countedAtMost }
    },
    async choices() {
      const facets = hotline.selectFrom('call_facet').distinct()
      const dids = await facets.select('did').orderBy('did').execute()
      const steps = await facets.select('last_step').orderBy('last_step').execute()
      return { dids: dids.map(({ did }) => did), steps: steps.flatMap(({ last_step }) => last_step ?? []) }
    },
    async *all({ sort, ...wanted }) {
      const order = orderOf(sort)
      let after: PageEnd | undefined
      for (;;) {
        // Everything is wanted: going through the calls in order beats looking for the beginnings of each facet.
        const rows = await findInOrder(hotline, wanted, order, after, rowsPerBatch)
        if (rows.length > 0) yield rows.map(rowOf)
        after = endOf(rows, order)
        if (!after || rows.length < rowsPerBatch) return
      }
    },
  }
}

async function findPage(
  hotline: Source,
  few: number,
  wanted: CallsWanted,
  order: Order,
  after: PageEnd | undefined,
  limit: number,
): Promise<CallTable[]> {
  const { filter, caller } = wanted
  const { from, until, minDurationMs, maxDurationMs } = filter
  const isOfFew = caller !== undefined || filter.station !== undefined
  if (!isOfFew) {
    const byDuration = minDurationMs !== undefined || maxDurationMs !== undefined
    const byTime = order.by !== 'startedAt' && (from !== undefined || until !== undefined)
    const cuts: CallFilter[] = [
      ...(byDuration ? [{ minDurationMs, maxDurationMs }] : []),
      ...(byTime ? [{ from, until }] : []),
    ]
    for (const cut of cuts) {
      const calls = selectCalls(hotline, { filter: cut })
      const count = await countUpTo(hotline, calls.select('id'), few + 1)
      if (count <= few) return findAmongFew(hotline, calls.limit(few), wanted, order, after, limit)
    }
    if (hasFacets(filter) || byDuration) return findByFacets(hotline, wanted, order, after, limit)
  }
  return findInOrder(hotline, wanted, order, after, limit)
}

/** Goes through the calls in order, or through those of a station or a caller, and looks at each. */
function findInOrder(
  hotline: Source,
  wanted: CallsWanted,
  order: Order,
  after: PageEnd | undefined,
  limit: number,
): Promise<CallTable[]> {
  const calls = selectCalls(hotline, wanted).where((call) => call.and(facetConditions(call, wanted.filter)))
  return inOrder(calls, order, after).selectAll().limit(limit).execute()
}

/** @param few calls, with a limit: without one, databases would look for them in their own way */
function findAmongFew(
  hotline: Source,
  few: Calls<object>,
  wanted: CallsWanted,
  order: Order,
  after: PageEnd | undefined,
  limit: number,
): Promise<CallTable[]> {
  const calls = hotline.selectFrom(few.selectAll().as('call')) as Calls<object>
  const cut = calls.where((call) =>
    call.and([...callConditions(call, wanted), ...facetConditions(call, wanted.filter)]),
  )
  return inOrder(cut, order, after).selectAll().limit(limit).execute()
}

async function findByFacets(
  hotline: Source,
  wanted: CallsWanted,
  order: Order,
  after: PageEnd | undefined,
  limit: number,
): Promise<CallTable[]> {
  const callsOf = (facet: string) =>
    inOrder(selectCalls(hotline, wanted, order).where('call.facet', '=', facet), order, after)
      .select('call.id')
      .limit(limit)
  const facets = await findFirstFacets(hotline, wanted, order, after, limit)
  // Each has an order and a limit of its own, which a union takes in brackets only.
  const [first, ...others] = facets.map((facet) => hotline.selectFrom(callsOf(facet).as('one')).select('one.id'))
  if (!first) return []
  const ids = others.reduce((all, each) => all.unionAll(each), first)
  return inOrder(hotline.selectFrom('call').where('id', 'in', ids), order, undefined)
    .selectAll()
    .limit(limit)
    .execute()
}

/** Those whose first call beyond `after` comes before the others': no other facet can be on a page of `limit` calls. */
async function findFirstFacets(
  hotline: Source,
  wanted: CallsWanted,
  order: Order,
  after: PageEnd | undefined,
  limit: number,
): Promise<string[]> {
  const calls = selectCalls(hotline, wanted, order).where(sql<SqlBool>`call.facet = known.facet`)
  const firsts = hotline
    .selectFrom(selectFacets(hotline, wanted.filter).as('known'))
    .select(inOrder(calls, order, after).select('call.id').limit(1).as('id'))
  const rows = await inOrder(hotline.selectFrom('call').where('id', 'in', firsts), order, undefined)
    .select('facet')
    .limit(limit)
    .execute()
  return rows.map(({ facet }) => facet)
}

const selectCalls = (hotline: Source, wanted: CallsWanted, order?: Order): Calls<object> =>
  hotline.selectFrom('call').where((call) => call.and(callConditions(call, wanted, order)))

const selectFacets = (hotline: Source, filter: CallFilter) =>
  hotline
    .selectFrom('call_facet')
    .where((facet) => facet.and(facetConditions(facet, filter)))
    .select('facet')

function inOrder<Output>(calls: Calls<Output>, { by, direction }: Order, after: PageEnd | undefined): Calls<Output> {
  const key = sortKeys[by]
  const beyond = sql.raw(direction === 'asc' ? '>' : '<')
  return calls
    .$if(after !== undefined, (query) =>
      query.where(
        sql<SqlBool>`(${key}, call.id) ${beyond} (${by === 'durationMs' ? Number(after?.value) : after?.value}, ${after?.id})`,
      ),
    )
    .orderBy(key, direction)
    .orderBy('call.id', direction)
}

const sortKeys: Record<Order['by'], RawBuilder<string | number>> = {
  startedAt: sql`call.started_at`,
  durationMs: sql`call.duration_ms`,
  // A constant of the statement: only then it is what the indexes hold.
  station: sql`coalesce(call.station, ${sql.lit(noStation)})`,
}

/** @param order that an index is to be gone through in, whatever else there are indexes for */
function callConditions(call: ExpressionBuilder<Hotline, 'call'>, { filter, caller }: CallsWanted, order?: Order) {
  const { from, until, minDurationMs, maxDurationMs, station } = filter
  // Of expressions there are no indexes.
  const startedAt =
    order && order.by !== 'startedAt' ? sql<string>`call.started_at || ''` : sql<string>`call.started_at`
  const duration =
    order && order.by !== 'durationMs' ? sql<number>`call.duration_ms + 0` : sql<number>`call.duration_ms`
  return [
    ...(from === undefined ? [] : [call(startedAt, '>=', from)]),
    ...(until === undefined ? [] : [call(startedAt, '<', until)]),
    ...(minDurationMs === undefined ? [] : [call(duration, '>=', minDurationMs)]),
    ...(maxDurationMs === undefined ? [] : [call(duration, '<=', maxDurationMs)]),
    ...(station === undefined ? [] : [call('station', '=', station)]),
    ...(caller === undefined ? [] : [call('ani', '=', caller)]),
  ]
}

/** The same columns are in a call and in its facet. */
function facetConditions<Table extends 'call' | 'call_facet'>(
  of: ExpressionBuilder<Hotline, Table>,
  filter: CallFilter,
) {
  const row = of as ExpressionBuilder<Hotline, 'call_facet'>
  const { did, language, disposition, lastStep, region, callback } = filter
  return [
    ...(did?.length ? [row('did', 'in', did)] : []),
    ...(language?.length ? [row('language', 'in', language)] : []),
    ...(disposition?.length ? [row('disposition', 'in', disposition)] : []),
    ...(lastStep?.length ? [row('last_step', 'in', lastStep)] : []),
    ...(region?.length ? [row('region', 'in', region)] : []),
    ...(callback === undefined ? [] : [row('callback', '=', callback ? 1 : 0)]),
  ]
}

const hasFacets = ({ did, language, disposition, lastStep, region, callback }: CallFilter): boolean =>
  callback !== undefined || [did, language, disposition, lastStep, region].some((each) => each?.length)

async function countUpTo(hotline: Source, calls: Calls<{ id: string }>, limit: number): Promise<number> {
  const { count } = await hotline
    .selectFrom(calls.limit(limit).as('some'))
    .select((the) => the.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

function orderOf(sort: CallSort): Order {
  const by = sort.replace('-', '') as Order['by']
  return { by, direction: sort.startsWith('-') ? 'desc' : 'asc' }
}

function endOf(rows: readonly CallTable[], { by }: Order): PageEnd | undefined {
  const last = rows.at(-1)
  if (!last) return undefined
  const values = {
    startedAt: last.started_at,
    durationMs: String(last.duration_ms),
    station: last.station ?? noStation,
  }
  return { value: values[by], id: last.id }
}

/** A call as it may be shown. */
export function rowOf(call: CallTable): CallRow {
  return {
    id: call.id,
    startedAt: call.started_at,
    durationMs: call.duration_ms,
    did: call.did,
    caller: call.ani === null ? null : maskNumber(call.ani),
    language: call.language,
    disposition: call.disposition,
    lastStep: call.last_step,
    station: call.station,
    region: call.region,
    hangupCause: call.hangup_cause,
    callback: call.callback === 1,
  }
}
