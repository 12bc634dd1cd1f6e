import { setImmediate as turn } from 'node:timers/promises'
import { type Expression, type Kysely, type SqlBool, sql } from 'kysely'
import type { Settings } from '../api/settings.ts'
import { dayAt } from '../domain/calendar.ts'
import type { Clock } from '../domain/clock.ts'
import type { Hotline } from './tables.ts'

type Kind = keyof Settings['retention']

export interface RetentionParts {
  readonly hotline: Kysely<Hotline>
  readonly settings: {
    get(): Promise<Settings>
    noteRetention(run: NonNullable<Settings['retentionRun']>): Promise<void>
  }
  /** What reports need of calls, before they go. */
  readonly days: { countFinished(stopping: AbortSignal): Promise<void> }
  readonly auditLog: { trim(olderThan: Date): Promise<number> }
  readonly timeZone: string
  readonly now: Clock
}

const dayMs = 86_400_000
/** Removed in one go: whoever writes meanwhile waits for so many. */
const rowsAtOnce = 200

/**
 * Removes what has been kept long enough. A request that still waits for its call back stays, however old, and with it
 * what was said; so does a text that is on its way.
 * @returns how much of each kind went; rejects when it was to stop before the end
 */
export function makeRetention(parts: RetentionParts): (stopping: AbortSignal) => Promise<Record<Kind, number>> {
  const { hotline, settings, days, auditLog, timeZone, now } = parts

  return async (stopping) => {
    /** Until nothing is left; others come in between. */
    const inBatches = async (removeSome: () => Promise<bigint>): Promise<number> => {
      let removed = 0
      for (;;) {
        stopping.throwIfAborted()
        const some = Number(await removeSome())
        removed += some
        if (some < rowsAtOnce) return removed
        await turn()
      }
    }
    /** @param keys of the rows that go, named `key` */
    const remove = (table: Removable, column: string, keys: Keys) =>
      inBatches(async () => {
        const { numDeletedRows } = await hotline
          .deleteFrom(table)
          .where(sql<SqlBool>`${sql.ref(column)} IN (${keys.limit(rowsAtOnce)})`)
          .executeTakeFirst()
        return numDeletedRows
      })
    const doneWith = (olderThan: string) =>
      hotline
        .selectFrom('callback_request as r')
        .select('r.id as key')
        .where('r.created_at', '<', olderThan)
        .where('r.state', '<>', 'open')

    const removers: Record<Kind, (olderThan: string) => Promise<number>> = {
      calls: (olderThan) =>
        remove('call', 'id', hotline.selectFrom('call').select('id as key').where('started_at', '<', olderThan)),
      callers: (olderThan) => {
        const calls = hotline
          .selectFrom('call')
          .select('id')
          // By the index of the numbers: those that went already are not in it.
          .where(sql<SqlBool>`ani > ''`)
          .where('started_at', '<', olderThan)
          .limit(rowsAtOnce)
        return inBatches(async () => {
          const some = hotline.updateTable('call').set({ ani: null }).where('id', 'in', calls)
          return (await some.executeTakeFirst()).numUpdatedRows
        })
      },
      callbacks: (olderThan) => remove('callback_request', 'id', doneWith(olderThan)),
      recordings: (olderThan) =>
        remove('recording', 'request_id', doneWith(olderThan).innerJoin('recording', 'recording.request_id', 'r.id')),
      async messages(olderThan) {
        const sent = hotline.selectFrom('sms_out').select('id as key').where('created_at', '<', olderThan)
        const came = hotline.selectFrom('sms_in').select('id as key').where('received_at', '<', olderThan)
        const day = dayAt(timeZone, new Date(olderThan))
        const numbers = hotline.selectFrom('sms_number').select('number as key').where('day', '<', day)
        const removed = await remove('sms_out', 'id', sent.where('final_at', 'is not', null))
        await remove('sms_number', 'number', numbers)
        return removed + (await remove('sms_in', 'id', came))
      },
      audit: (olderThan) => auditLog.trim(new Date(olderThan)),
    }

    await days.countFinished(stopping)
    const { retention } = await settings.get()
    const removed = { calls: 0, callers: 0, callbacks: 0, recordings: 0, messages: 0, audit: 0 }
    for (const kind of Object.keys(removers) as Kind[]) {
      stopping.throwIfAborted()
      removed[kind] = await removers[kind](new Date(now().getTime() - retention[kind] * dayMs).toISOString())
    }
    await settings.noteRetention({ at: now().toISOString(), removed })
    return removed
  }
}

/** A query of keys, whatever it reads. */
interface Keys {
  limit(rows: number): Expression<{ key: string }>
}

type Removable = 'call' | 'callback_request' | 'recording' | 'sms_in' | 'sms_out' | 'sms_number'
