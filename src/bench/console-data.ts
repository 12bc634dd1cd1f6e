import { CompiledQuery, type Kysely } from 'kysely'
import type { CallRecord } from '../domain/call-log.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import { workingTime } from '../domain/working-hours.ts'
import { facetOf } from '../store/call-facet.ts'
import { callRow, factsOf, stepRow } from '../store/call-log.ts'
import type { Hotline } from '../store/tables.ts'
import { type CallbackRows, callbackRows } from './console-callbacks.ts'
import { walk } from './console-calls.ts'
import { drawBy, seededRandom } from './random.ts'

export interface SeedOptions {
  readonly calls: number
  /** How many of the calls leave a request; no recordings. */
  readonly callbacks: number
  /** Over how many days up to `now`. */
  readonly days: number
  readonly seed: number
  readonly now: Date
  /** Ids of the people who dealt with the requests; without any, requests are closed but have no history. */
  readonly operators?: readonly string[]
  /** Called now and then with how many calls are written. */
  readonly progress?: (calls: number) => void
}

const timeZone = 'Asia/Bishkek'
const zoneHours = 6
const hourMs = 3_600_000
const callsAtOnce = 400
/** Rows of a statement; nine values each, of 32,766 that SQLite takes. */
const rowsAtOnce = 2000

/** When people call, by the hour of their day. */
const hours = [1, 0.5, 0.3, 0.3, 0.5, 1, 3, 8, 22, 40, 48, 46, 38, 42, 45, 44, 42, 38, 30, 22, 16, 10, 5, 2]
const drawDid = drawBy({ '1255': 46, '119': 24, '+996990091255': 9, '+996500091255': 11, '+996779091255': 10 })

/** Fills a hotline with made-up calls and requests, the same from the same seed. Nobody in them exists. */
export async function seedHotline(hotline: Kysely<Hotline>, options: SeedOptions): Promise<void> {
  const { calls, callbacks, seed, now, operators = [] } = options
  const random = seededRandom(seed)
  const facets = new Set<string>()
  const statements = new Map<string, string>()
  const dueAfter = workingTime({ workdays: [1, 2, 3, 4, 5], from: '09:00', to: '18:00', holidays: [], timeZone })
  const requests = callbackRows({ now, operators, random, dueAt: (createdAt) => dueAfter.after(createdAt, 48) })
  let left = { calls, callbacks }
  let batch: { call: CallRecord; rows?: CallbackRows }[] = []
  let written = 0

  const write = async () => {
    await hotline.transaction().execute(async (transaction) => {
      const facts = batch.map(({ call, rows }) => facetOf(factsOf(call, rows !== undefined)))
      const fresh = new Map(facts.filter(({ facet }) => !facets.has(facet)).map((each) => [each.facet, each]))
      const insert = inserter(transaction, statements)
      await insert('call_facet', [...fresh.values()])
      await insert(
        'call',
        batch.map(({ call }, index) => ({ ...facts[index], ...callRow(call) })),
      )
      await insert(
        'call_step',
        batch.flatMap(({ call }) => call.steps.map((step, position) => stepRow(call.id, position, step))),
      )
      const left = batch.flatMap(({ rows }) => rows ?? [])
      await insert(
        'callback_request',
        left.map(({ request }) => request),
      )
      await insert(
        'callback_event',
        left.flatMap(({ events }) => events),
      )
      for (const facet of fresh.keys()) facets.add(facet)
    })
    written += batch.length
    batch = []
    options.progress?.(written)
  }

  for (const startedAt of startTimes(options, random)) {
    const wantsCallback = random() < left.callbacks / left.calls
    left = { calls: left.calls - 1, callbacks: left.callbacks - (wantsCallback ? 1 : 0) }
    const { reason, durationMs, ...walked } = walk(startedAt + 400, random, wantsCallback)
    const ani = random() < 0.03 ? undefined : drawNumber(random)
    const call: CallRecord = {
      id: `${Math.floor(startedAt / 1000)}.${calls - left.calls}`,
      startedAt: new Date(startedAt),
      answeredAt: new Date(startedAt + 400),
      endedAt: new Date(startedAt + 400 + durationMs),
      did: drawDid(random()),
      ani,
      phase: 'window',
      hangupCause: 16,
      ...walked,
    }
    const rows = reason && requests({ call, reason, number: ani ?? drawNumber(random) })
    batch.push({ call, ...(rows && { rows }) })
    if (batch.length === callsAtOnce) await write()
  }
  if (batch.length > 0) await write()
}

function drawNumber(random: () => number): PhoneNumber {
  return `+996555${String(Math.floor(random() * 1e6)).padStart(6, '0')}` as PhoneNumber
}

/** In order; more towards the end, fewer at night and on Sundays. */
function* startTimes({ calls, days, now }: SeedOptions, random: () => number): Generator<number> {
  const end = now.getTime()
  const first = Math.floor((end - days * 24 * hourMs) / hourMs)
  const last = Math.ceil(end / hourMs)
  const weights: number[] = []
  for (let hour = first; hour < last; hour += 1) {
    const local = new Date((hour + zoneHours) * hourMs)
    const ramp = 0.4 + (hour - first) / (last - first)
    const week = local.getUTCDay() === 0 ? 0.5 : 1
    const share = Math.min(1, (end - hour * hourMs) / hourMs)
    weights.push((hours[local.getUTCHours()] ?? 0) * ramp * week * share)
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let done = 0
  let reached = 0
  for (const [index, weight] of weights.entries()) {
    reached += weight
    const count = Math.round((calls * reached) / total) - done
    const start = (first + index) * hourMs
    const span = Math.min(hourMs, end - start)
    for (let nth = 0; nth < count; nth += 1) yield Math.floor(start + ((nth + random()) / count) * span)
    done += count
  }
}

/** Many rows at a time: a statement is put together once for each number of rows. */
function inserter(hotline: Kysely<Hotline>, statements: Map<string, string>) {
  return async (table: keyof Hotline, rows: readonly object[]): Promise<void> => {
    for (let from = 0; from < rows.length; from += rowsAtOnce) {
      const some = rows.slice(from, from + rowsAtOnce)
      const columns = Object.keys(some[0] ?? {})
      const values = some.flatMap((row) => columns.map((column) => (row as Record<string, unknown>)[column]))
      const key = `${table} ${some.length} ${columns.length}`
      let sql = statements.get(key)
      if (sql === undefined) {
        sql = hotline
          .insertInto(table)
          .values(some as never)
          .compile().sql
        // Others are of every number of rows.
        if (some.length === rowsAtOnce || table === 'call') statements.set(key, sql)
      }
      await hotline.executeQuery(CompiledQuery.raw(sql, values))
    }
  }
}
