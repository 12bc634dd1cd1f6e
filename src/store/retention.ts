import { setImmediate as turn } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import type { Settings } from '../api/settings.ts'
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
  readonly days: { countFinished(): Promise<void> }
  readonly auditLog: { trim(olderThan: Date): Promise<number> }
  /** Removes messages older than that, and says how many. */
  readonly removeMessages: (olderThan: Date) => Promise<number>
  readonly now: Clock
}

const dayMs = 86_400_000
/** Removed in one go: whoever writes meanwhile waits for so many. */
const rowsAtOnce = 200

/**
 * Removes what has been kept long enough. A request that still waits for its call back stays, however old, and with it
 * what was said.
 * @returns how much of each kind went
 */
export function makeRetention(parts: RetentionParts): () => Promise<Record<Kind, number>> {
  const { hotline, settings, days, auditLog, removeMessages, now } = parts

  const removers: Record<Kind, (olderThan: string) => Promise<number>> = {
    calls: (olderThan) =>
      inBatches(() =>
        hotline
          .deleteFrom('call')
          .where('id', 'in', (some) =>
            some.selectFrom('call').select('id').where('started_at', '<', olderThan).limit(rowsAtOnce),
          )
          .executeTakeFirst()
          .then(({ numDeletedRows }) => numDeletedRows),
      ),
    callers: (olderThan) =>
      inBatches(() =>
        hotline
          .updateTable('call')
          .set({ ani: null })
          .where('id', 'in', (some) =>
            some
              .selectFrom('call')
              .select('id')
              // By the index of the numbers: those that went already are not in it.
              .where(sql<boolean>`ani > ''`)
              .where('started_at', '<', olderThan)
              .limit(rowsAtOnce),
          )
          .executeTakeFirst()
          .then(({ numUpdatedRows }) => numUpdatedRows),
      ),
    callbacks: (olderThan) =>
      inBatches(() =>
        hotline
          .deleteFrom('callback_request')
          .where('id', 'in', (some) =>
            some
              .selectFrom('callback_request')
              .select('id')
              .where('created_at', '<', olderThan)
              .where('state', '<>', 'open')
              .limit(rowsAtOnce),
          )
          .executeTakeFirst()
          .then(({ numDeletedRows }) => numDeletedRows),
      ),
    recordings: (olderThan) =>
      inBatches(() =>
        hotline
          .deleteFrom('recording')
          .where('request_id', 'in', (some) =>
            some
              .selectFrom('callback_request as r')
              .innerJoin('recording', 'recording.request_id', 'r.id')
              .select('r.id')
              .where('r.created_at', '<', olderThan)
              .where('r.state', '<>', 'open')
              .limit(rowsAtOnce),
          )
          .executeTakeFirst()
          .then(({ numDeletedRows }) => numDeletedRows),
      ),
    messages: (olderThan) => removeMessages(new Date(olderThan)),
    audit: (olderThan) => auditLog.trim(new Date(olderThan)),
  }

  return async () => {
    await days.countFinished()
    const { retention } = await settings.get()
    const removed = { calls: 0, callers: 0, callbacks: 0, recordings: 0, messages: 0, audit: 0 }
    for (const kind of Object.keys(removers) as Kind[]) {
      removed[kind] = await removers[kind](new Date(now().getTime() - retention[kind] * dayMs).toISOString())
    }
    await settings.noteRetention({ at: now().toISOString(), removed })
    return removed
  }
}

/** Until nothing is left; others come in between. */
async function inBatches(removeSome: () => Promise<bigint>): Promise<number> {
  let removed = 0
  for (;;) {
    const some = Number(await removeSome())
    removed += some
    if (some < rowsAtOnce) return removed
    await turn()
  }
}
