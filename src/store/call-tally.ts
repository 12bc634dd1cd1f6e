import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Now } from '../api/now.ts'
import { addDays, type Day, dayAt } from '../domain/calendar.ts'
import type { Disposition } from '../domain/call-log.ts'
import { dayBounds, zoneOffset } from '../domain/time-zone.ts'
import type { Hotline } from './tables.ts'

type Tally = Now['today']

const counterOf = { completed: 'completed', abandoned: 'abandoned', 'gave-up': 'gaveUp', failed: 'failed' } as const

/**
 * Counts finished calls of today and yesterday by the hour they began in. Days and hours are of the time zone, which is
 * whole hours from UTC.
 */
export function tallyCalls(
  hotline: Kysely<Hotline>,
  timeZone: string,
): (now: Date) => Promise<{ readonly today: Tally; readonly yesterday: Tally }> {
  const boundsOf = dayBounds(timeZone)
  const offsetAt = zoneOffset(timeZone)

  return async (now) => {
    const today = dayAt(timeZone, now)
    const yesterday = addDays(today, -1)
    const tallies = new Map<Day, Tally>([yesterday, today].map((day) => [day, emptyTally()]))
    const utcHour = sql<string>`substr(started_at, 1, 13)`
    const rows = await hotline
      .selectFrom('call')
      .select([utcHour.as('hour'), 'disposition'])
      .select((the) => the.fn.countAll<number>().as('calls'))
      .where('started_at', '>=', boundsOf(yesterday).from.toISOString())
      .where('started_at', '<', boundsOf(today).until.toISOString())
      .groupBy([utcHour, 'disposition'])
      .execute()
    for (const { hour, disposition, calls } of rows) {
      const moment = Date.parse(`${hour}:00:00Z`)
      const local = new Date(moment + offsetAt(moment)).toISOString()
      const tally = tallies.get(local.slice(0, 10))
      if (tally) count(tally, Number(local.slice(11, 13)), disposition, calls)
    }
    return { today: tallies.get(today) ?? emptyTally(), yesterday: tallies.get(yesterday) ?? emptyTally() }
  }
}

function emptyTally(): Tally {
  return { byHour: Array.from({ length: 24 }, () => 0), answered: 0, completed: 0, abandoned: 0, gaveUp: 0, failed: 0 }
}

function count(tally: Tally, hour: number, disposition: Disposition, calls: number): void {
  tally.byHour[hour] = (tally.byHour[hour] ?? 0) + calls
  tally.answered += calls
  tally[counterOf[disposition]] += calls
}
