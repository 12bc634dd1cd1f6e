import type { Kysely } from 'kysely'
import type { Report } from '../api/reports.ts'
import type { Language } from '../domain/language.ts'
import type { Hotline } from './tables.ts'

const hourMs = 3_600_000
const bounds = [1, 4, 8, 24, 48, 72]
/** Read at once: more would keep calls waiting for the processor. */
const rowsAtOnce = 2000

/** How long requests took that were made in a time and are closed. */
export async function timeToCallback(
  hotline: Kysely<Hotline>,
  { from, until, languages }: { readonly from: Date; readonly until: Date; readonly languages: readonly Language[] },
): Promise<Report['timeToCallback']> {
  const hours: number[] = []
  let withinDue = 0
  let after = { created: from.toISOString(), id: '' }
  for (;;) {
    const rows = await hotline
      .selectFrom('callback_request')
      .select(['id', 'created_at', 'closed_at', 'due_at'])
      .where(({ eb, refTuple, tuple }) => eb(refTuple('created_at', 'id'), '>', tuple(after.created, after.id)))
      .where('created_at', '<', until.toISOString())
      .where('closed_at', 'is not', null)
      .where('language', 'in', languages)
      .orderBy('created_at')
      .orderBy('id')
      .limit(rowsAtOnce)
      .execute()
    for (const { created_at, closed_at, due_at } of rows) {
      if (closed_at === null) continue
      hours.push((Date.parse(closed_at) - Date.parse(created_at)) / hourMs)
      if (closed_at <= due_at) withinDue += 1
    }
    const last = rows.at(-1)
    if (!last || rows.length < rowsAtOnce) break
    after = { created: last.created_at, id: last.id }
  }
  hours.sort((one, other) => one - other)
  return {
    closed: hours.length,
    withinDue,
    medianHours: quantile(hours, 0.5),
    p90Hours: quantile(hours, 0.9),
    histogram: [...bounds, null].map((underHours, index) => {
      const least = bounds[index - 1] ?? Number.NEGATIVE_INFINITY
      const callbacks = hours.filter((each) => each >= least && each < (underHours ?? Number.POSITIVE_INFINITY)).length
      return { underHours, callbacks }
    }),
  }
}

/** The smallest value that this share of them does not exceed, to two places. */
function quantile(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.ceil(share * sorted.length) - 1]
  return value === undefined ? null : Math.round(value * 100) / 100
}
