import type { CallFilter } from '../../src/api/calls.ts'
import { seedHotline } from '../../src/bench/console-data.ts'
import { seededRandom } from '../../src/bench/random.ts'
import type { PageEnd } from '../../src/domain/page-end.ts'
import type { PhoneNumber } from '../../src/domain/phone-number.ts'
import { makeCallLog } from '../../src/store/call-log.ts'
import { type CallRow, type CallSort, makeCallSearch } from '../../src/store/call-search.ts'
import type { CallTable } from '../../src/store/tables.ts'
import { aCall, at } from './calls.ts'
import { databases } from './databases.ts'
import { cleanUp, numberOf } from './scratch.ts'

afterEach(cleanUp)

const seed = { calls: 900, callbacks: 60, days: 4, seed: 5, now: new Date('2026-11-23T06:00:00Z') }
const sorts: readonly CallSort[] = ['startedAt', '-startedAt', 'durationMs', '-durationMs', 'station', '-station']

describe.each(databases)('$name', ({ empty }) => {
  test('finds what goes through all calls find, in the same order, page by page', async () => {
    const hotline = await empty()
    await seedHotline(hotline, seed)
    // Many of the same length, so that the order of equals is seen, too.
    await hotline
      .updateTable('call')
      .set({ duration_ms: 60_000 })
      .where('duration_ms', '>', 40_000)
      .where('duration_ms', '<', 80_000)
      .execute()
    const calls = await hotline.selectFrom('call').selectAll().execute()
    const searches = [makeCallSearch(hotline), makeCallSearch(hotline, 20)] as const
    const random = seededRandom(1)
    const of = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value
    const some = <Value>(make: () => Value) => (random() < 0.3 ? make() : undefined)
    for (let round = 0; round < 60; round += 1) {
      const search = of(searches)
      const example = of(calls)
      const filter: CallFilter = {
        from: some(() => of(calls).started_at),
        until: some(() => of(calls).started_at),
        did: some(() => [example.did]),
        language: some(() => of([['ky'], ['ru'], ['ky', 'ru'], []])),
        disposition: some(() => [example.disposition, of(calls).disposition]),
        lastStep: some(() => [example.last_step ?? '', of(calls).last_step ?? '']),
        region: some(() => (example.region ? [example.region] : [])),
        station: random() < 0.05 ? (example.station ?? undefined) : undefined,
        minDurationMs: some(() => of([1000, 60_000, 300_000])),
        maxDurationMs: some(() => of([60_000, 400_000])),
        callback: some(() => random() < 0.5),
      }
      const caller = random() < 0.05 ? (example.ani ?? undefined) : undefined
      const sort = of(sorts)
      const wanted = calls.filter((call) => matches(call, filter, caller)).sort(comparer(sort))
      const found: CallRow[] = []
      let after: PageEnd | undefined
      do {
        const { rows, end } = await search.page({ filter, caller, sort, after, limit: of([7, 50, 200]) })
        found.push(...rows)
        after = end
      } while (after)
      expect({ filter, caller, sort, ids: found.map(({ id }) => id) }).toEqual({
        filter,
        caller,
        sort,
        ids: wanted.map(({ id }) => id),
      })
      expect(await search.count({ filter, caller })).toEqual({ count: wanted.length, more: false })
      if (round % 10 > 0) continue
      const all: CallRow[] = []
      for await (const rows of search.all({ filter, caller, sort })) all.push(...rows)
      expect(all).toEqual(found)
    }
  })

  test('shows a call with the caller masked', async () => {
    const hotline = await empty()
    await makeCallLog(hotline).write(aCall('a'))
    const { rows, end } = await makeCallSearch(hotline).page({ filter: {}, sort: '-startedAt', limit: 1 })
    expect(end).toBeUndefined()
    expect(rows).toEqual([
      {
        id: 'a',
        startedAt: '2026-11-22T05:00:00.000Z',
        durationMs: 40_000,
        did: '1255',
        caller: '+996555••••56',
        language: 'ru',
        disposition: 'completed',
        lastStep: 'menu-language',
        station: '1101',
        region: '1',
        hangupCause: 16,
        callback: false,
      },
    ])
  })

  test('finds a caller by the full number only', async () => {
    const hotline = await empty()
    const log = makeCallLog(hotline)
    await log.write(aCall('a'))
    await log.write(aCall('b', { ani: numberOf('0700123456'), startedAt: at(9) }))
    await log.write(aCall('c', { ani: undefined }))
    const search = makeCallSearch(hotline)
    const found = async (caller: PhoneNumber) =>
      (await search.page({ filter: {}, caller, sort: 'startedAt', limit: 9 })).rows.map(({ id }) => id)
    expect(await found(numberOf('0700123456'))).toEqual(['b'])
    expect(await found('+996700' as PhoneNumber)).toEqual([])
  })

  test('offers the numbers and the steps that occur', async () => {
    const hotline = await empty()
    const log = makeCallLog(hotline)
    await log.write(aCall('a', { did: '119' }))
    await log.write(aCall('b', { steps: [] }))
    expect(await makeCallSearch(hotline).choices()).toEqual({ dids: ['119', '1255'], steps: ['menu-language'] })
  })
})

function matches(call: CallTable, filter: CallFilter, caller: PhoneNumber | undefined): boolean {
  const among = (values: readonly unknown[] | undefined, value: unknown) => !values?.length || values.includes(value)
  return (
    call.started_at >= (filter.from ?? '') &&
    (filter.until === undefined || call.started_at < filter.until) &&
    among(filter.did, call.did) &&
    among(filter.language, call.language) &&
    among(filter.disposition, call.disposition) &&
    among(filter.lastStep, call.last_step) &&
    among(filter.region, call.region) &&
    (filter.station === undefined || call.station === filter.station) &&
    call.duration_ms >= (filter.minDurationMs ?? 0) &&
    call.duration_ms <= (filter.maxDurationMs ?? Number.POSITIVE_INFINITY) &&
    (filter.callback === undefined || call.callback === (filter.callback ? 1 : 0)) &&
    (caller === undefined || call.ani === caller)
  )
}

function comparer(sort: CallSort): (one: CallTable, other: CallTable) => number {
  const keyOf = ({ started_at, duration_ms, station }: CallTable) =>
    ({ startedAt: started_at, durationMs: duration_ms, station: station ?? 'none' })[sort.replace('-', '')] ?? ''
  const compare = <Value extends string | number>(one: Value, other: Value) => (one < other ? -1 : one > other ? 1 : 0)
  const sign = sort.startsWith('-') ? -1 : 1
  return (one, other) => sign * (compare(keyOf(one), keyOf(other)) || compare(one.id, other.id))
}
