import type { Kysely } from 'kysely'
import type { Report } from '../api/reports.ts'
import type { Day } from '../domain/calendar.ts'
import type { Disposition } from '../domain/call-log.ts'
import { callbackReasons } from '../domain/callback-request.ts'
import { type Language, languages } from '../domain/language.ts'
import { dayBounds } from '../domain/time-zone.ts'
import type { CallDays } from './call-days.ts'
import { timeToCallback } from './callback-times.ts'
import type { Hotline } from './tables.ts'

export interface ReportWanted {
  /** Both inclusive. */
  readonly from: Day
  readonly until: Day
  /** Nothing for all. */
  readonly languages?: readonly Language[] | undefined
}

/** As many as people look at. */
const stationsShown = 100

/** What happened between two days. */
export function makeReports(
  hotline: Kysely<Hotline>,
  days: CallDays,
  timeZone: string,
): (wanted: ReportWanted) => Promise<Report> {
  const boundsOf = dayBounds(timeZone)

  return async ({ from, until, languages: chosen }) => {
    const wanted = chosen?.length ? chosen : languages
    const [start, end] = [boundsOf(from).from, boundsOf(until).until]
    const sums = await sumDays(days, from, until, wanted)
    const requests = await countRequests(hotline, start, end, wanted)
    const { dispositions } = sums
    const { completed, abandoned, failed } = dispositions
    return {
      from,
      until,
      totals: {
        calls: sums.calls,
        completed,
        abandoned,
        gaveUp: dispositions['gave-up'],
        failed,
        callbacks: sum(requests.reasons.values()),
        medianDurationMs: medianOf(sums.seconds),
      },
      byDay: sums.byDay,
      byHour: sums.byHour,
      funnel: [...sums.reached]
        .map(([step, reached]) => ({ step, reached, left: sums.left.get(step) ?? 0 }))
        .sort((one, other) => other.reached - one.reached || (one.step < other.step ? -1 : 1)),
      languages: wanted.map((language) => ({ language, calls: sums.byLanguage.get(language) ?? 0 })),
      reasons: callbackReasons.map((reason) => ({ reason, callbacks: requests.reasons.get(reason) ?? 0 })),
      stations: rank(sums.stations, requests.stations)
        .slice(0, stationsShown)
        .map(([station, counts]) => ({ station, ...counts })),
      regions: rank(sums.regions, requests.regions).map(([region, counts]) => ({
        region: region as Report['regions'][number]['region'],
        ...counts,
      })),
      timeToCallback: await timeToCallback(hotline, { from: start, until: end, languages: wanted }),
    }
  }
}

type Tally = Map<string, number>

const add = (tally: Tally, key: string, count: number) => tally.set(key, (tally.get(key) ?? 0) + count)
const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0)

/** Weekdays from 1, Monday, to 7. */
const weekdayOf = (day: Day): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7

async function sumDays(days: CallDays, from: Day, until: Day, wanted: readonly Language[]) {
  const dispositions = { completed: 0, abandoned: 0, 'gave-up': 0, failed: 0 }
  const byDay: Report['byDay'] = []
  const hours: Tally = new Map()
  const seconds: Tally = new Map()
  const reached: Tally = new Map()
  const left: Tally = new Map()
  const stations: Tally = new Map()
  const regions: Tally = new Map()
  const byLanguage: Tally = new Map()
  for await (const [day, figures] of days.figures(from, until)) {
    const ofDay = { day, calls: 0, completed: 0, abandoned: 0, failed: 0 }
    for (const language of wanted) {
      const { dispositions: ended, ...counts } = figures[language]
      const calls = sum(Object.values(ended))
      add(byLanguage, language, calls)
      for (const name of Object.keys(dispositions) as Disposition[]) dispositions[name] += ended[name]
      ofDay.calls += calls
      ofDay.completed += ended.completed
      ofDay.abandoned += ended.abandoned
      ofDay.failed += ended.failed
      for (const [hour, count] of Object.entries(counts.hours)) add(hours, `${weekdayOf(day)} ${hour}`, count)
      for (const [second, count] of Object.entries(counts.seconds)) add(seconds, second, count)
      for (const [step, count] of Object.entries(counts.reached)) add(reached, step, count)
      for (const [step, count] of Object.entries(counts.left)) add(left, step, count)
      for (const [station, count] of Object.entries(counts.stations)) {
        add(stations, station, count)
        add(regions, station.slice(0, 1), count)
      }
    }
    byDay.push(ofDay)
  }
  const byHour = [...hours].map(([key, calls]) => {
    const [weekday, hour] = key.split(' ')
    return { weekday: Number(weekday), hour: Number(hour), calls }
  })
  return {
    calls: sum(byLanguage.values()),
    dispositions,
    byDay,
    byHour,
    seconds,
    reached,
    left,
    stations,
    regions,
    byLanguage,
  }
}

/** Requests made in a time, by what they are about. */
async function countRequests(hotline: Kysely<Hotline>, start: Date, end: Date, wanted: readonly Language[]) {
  const requests = hotline
    .selectFrom('callback_request')
    .where('created_at', '>=', start.toISOString())
    .where('created_at', '<', end.toISOString())
    .where('callback_request.language', 'in', wanted)
    .select((the) => the.fn.countAll<number>().as('callbacks'))
  const reasons = await requests.select('reason as key').groupBy('reason').execute()
  const regions = await requests.select('callback_request.region as key').groupBy('callback_request.region').execute()
  const stations = await requests
    .innerJoin('call', 'call.id', 'callback_request.call_id')
    .select('station as key')
    .groupBy('station')
    .execute()
  const tallyOf = (rows: readonly { key: string | null; callbacks: number }[]): Tally =>
    new Map(rows.flatMap(({ key, callbacks }) => (key === null ? [] : [[key, callbacks] as const])))
  return { reasons: tallyOf(reasons), regions: tallyOf(regions), stations: tallyOf(stations) }
}

/** Those with the most corrections come first. */
function rank(calls: Tally, callbacks: Tally): [string, { calls: number; callbacks: number }][] {
  const keys = new Set([...calls.keys(), ...callbacks.keys()])
  return [...keys]
    .map((key) => [key, { calls: calls.get(key) ?? 0, callbacks: callbacks.get(key) ?? 0 }] as const)
    .sort(
      ([one, of], [other, than]) => than.callbacks - of.callbacks || than.calls - of.calls || (one < other ? -1 : 1),
    )
    .map(([key, counts]) => [key, counts])
}

/** To the second: of values counted by whole seconds, the middle of the one in the middle. */
function medianOf(seconds: Tally): number | null {
  let before = sum(seconds.values()) / 2
  for (const [second, count] of [...seconds].sort(([one], [other]) => Number(one) - Number(other))) {
    before -= count
    if (before <= 0) return Number(second) * 1000 + 500
  }
  return null
}
