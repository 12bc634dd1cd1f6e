import { type Kysely, type RawBuilder, sql } from 'kysely'
import { addDays, type Day, dayAt } from '../domain/calendar.ts'
import type { Disposition } from '../domain/call-log.ts'
import type { Clock } from '../domain/clock.ts'
import type { Language } from '../domain/language.ts'
import { dayBounds, zoneOffset } from '../domain/time-zone.ts'
import type { Hotline } from './tables.ts'

type Counts = Record<string, number>

/** What happened on one day in calls of one language. */
export interface DayFigures {
  readonly dispositions: Record<Disposition, number>
  /** Calls by the hour they began in, 0 to 23. */
  readonly hours: Counts
  /** Completed calls by how many whole seconds they took. */
  readonly seconds: Counts
  /** Calls that came to each step, and that ended in it. */
  readonly reached: Counts
  readonly left: Counts
  /** Calls by the last station heard. */
  readonly stations: Counts
}

export type CallDay = Record<Language, DayFigures>

/** The figures of days in a time zone, which is whole hours from UTC. */
export interface CallDays {
  /** In order; both days are among them. */
  figures(from: Day, until: Day): AsyncIterable<readonly [Day, CallDay]>
  /** Counts the days that are over and have not been counted yet, or no more of them once it is to stop. */
  countFinished(stopping?: AbortSignal): Promise<void>
}

/** A call is written when it ends, and none lasts that long. */
const openMs = 2 * 3_600_000

export function makeCallDays(hotline: Kysely<Hotline>, timeZone: string, now: Clock): CallDays {
  const boundsOf = dayBounds(timeZone)
  const offsetAt = zoneOffset(timeZone)
  const isOver = (day: Day) => boundsOf(day).until.getTime() + openMs < now().getTime()

  async function keep(day: Day): Promise<CallDay> {
    const counted = await countDay(day)
    // One without a call is counted in no time.
    if (isOver(day) && callsOf(counted) > 0) {
      await hotline
        .insertInto('call_day')
        .values({ time_zone: timeZone, day, figures: JSON.stringify(counted) })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    }
    return counted
  }

  async function countDay(day: Day): Promise<CallDay> {
    const { from, until } = boundsOf(day)
    const calls = hotline
      .selectFrom('call')
      .where('started_at', '>=', from.toISOString())
      .where('started_at', '<', until.toISOString())
    const counted: CallDay = { ky: noFigures(), ru: noFigures() }
    const count = async (
      of: Exclude<keyof DayFigures, 'hours' | 'reached'>,
      value: RawBuilder<string>,
      only: RawBuilder<boolean>,
    ) => {
      const rows = await calls
        .select(['language', value.as('value')])
        .select((the) => the.fn.countAll<number>().as('calls'))
        .where(only)
        .groupBy(['language', value])
        .execute()
      for (const row of rows) (counted[row.language][of] as Counts)[row.value] = row.calls
    }
    const notNull = (column: string) => sql<boolean>`${sql.ref(column)} IS NOT NULL`
    await count('dispositions', sql`disposition`, sql`1 = 1`)
    await count('seconds', sql`duration_ms / 1000`, sql`disposition = 'completed'`)
    await count('left', sql`last_step`, notNull('last_step'))
    await count('stations', sql`station`, notNull('station'))

    const hour = sql<string>`substr(started_at, 1, 13)`
    const byHour = await calls
      .select(['language', hour.as('hour')])
      .select((the) => the.fn.countAll<number>().as('calls'))
      .groupBy(['language', hour])
      .execute()
    for (const row of byHour) {
      const moment = Date.parse(`${row.hour}:00:00Z`)
      const { hours } = counted[row.language]
      hours[new Date(moment + offsetAt(moment)).getUTCHours()] = row.calls
    }
    const reached = await calls
      .innerJoin('call_step', 'call_step.call_id', 'call.id')
      .select(['language', 'call_step.name'])
      .select((the) => the.fn.count<number>('call.id').distinct().as('calls'))
      .groupBy(['language', 'call_step.name'])
      .execute()
    for (const { language, name, calls } of reached) counted[language].reached[name] = calls
    return counted
  }

  async function keptBetween(from: Day, until: Day): Promise<ReadonlyMap<Day, CallDay>> {
    const rows = await hotline
      .selectFrom('call_day')
      .select(['day', 'figures'])
      .where('time_zone', '=', timeZone)
      .where('day', '>=', from)
      .where('day', '<=', until)
      .execute()
    return new Map(rows.map(({ day, figures }) => [day, JSON.parse(figures)]))
  }

  return {
    async *figures(from, until) {
      for (let week = from; week <= until; week = addDays(week, 7)) {
        const end = [addDays(week, 6), until].sort()[0] ?? until
        const kept = await keptBetween(week, end)
        for (let day = week; day <= end; day = addDays(day, 1)) yield [day, kept.get(day) ?? (await keep(day))]
      }
    },
    async countFinished(stopping) {
      const first = await hotline
        .selectFrom('call')
        .select('started_at')
        .orderBy('started_at')
        .limit(1)
        .executeTakeFirst()
      if (!first) return
      const [from, until] = [dayAt(timeZone, new Date(first.started_at)), dayAt(timeZone, now())]
      const kept = await keptBetween(from, until)
      for (let day = from; isOver(day) && !stopping?.aborted; day = addDays(day, 1)) if (!kept.has(day)) await keep(day)
    },
  }
}

function noFigures(): DayFigures {
  return {
    dispositions: { completed: 0, abandoned: 0, 'gave-up': 0, failed: 0 },
    hours: {},
    seconds: {},
    reached: {},
    left: {},
    stations: {},
  }
}

function callsOf(day: CallDay): number {
  return Object.values(day)
    .flatMap(({ dispositions }) => Object.values(dispositions))
    .reduce((sum, calls) => sum + calls, 0)
}
