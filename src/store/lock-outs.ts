import type { Kysely } from 'kysely'
import type { Clock } from '../domain/clock.ts'
import type { Hotline } from './tables.ts'

/** Keeps guesses rare: after some failures a name waits, longer each time. */
export interface LockOuts {
  /** Until when nobody may sign in under this name. */
  lockedUntil(name: string): Promise<Date | undefined>
  /** @returns until when it is locked now, if it is */
  noteFailure(name: string): Promise<Date | undefined>
  clear(name: string): Promise<void>
}

/** A few slips are free. */
const freeFailures = 4
const firstDelayMs = 30_000
/** A person whose name somebody else keeps locked must get a turn now and then. */
const longestDelayMs = 3_600_000
const forgottenAfterMs = 24 * 3_600_000

export function makeLockOuts(hotline: Kysely<Hotline>, now: Clock): LockOuts {
  return {
    async lockedUntil(name) {
      const row = await hotline
        .selectFrom('lock_out')
        .select('locked_until')
        .where('name', '=', name)
        .where('locked_until', '>', now().toISOString())
        .executeTakeFirst()
      return row?.locked_until ? new Date(row.locked_until) : undefined
    },

    async noteFailure(name) {
      const at = now()
      // Also keeps names that nobody has from piling up.
      await hotline
        .deleteFrom('lock_out')
        .where('last_at', '<', new Date(at.getTime() - forgottenAfterMs).toISOString())
        .execute()
      const { failures } = await hotline
        .insertInto('lock_out')
        .values({ name, failures: 1, last_at: at.toISOString(), locked_until: null })
        .onConflict((conflict) =>
          conflict.column('name').doUpdateSet(({ eb, ref }) => ({
            failures: eb(ref('lock_out.failures'), '+', 1),
            last_at: at.toISOString(),
          })),
        )
        .returning('failures')
        .executeTakeFirstOrThrow()
      const delayMs = lockDelayMs(failures)
      if (delayMs === 0) return undefined
      const until = new Date(at.getTime() + delayMs)
      await hotline
        .updateTable('lock_out')
        .set({ locked_until: until.toISOString() })
        .where('name', '=', name)
        .execute()
      return until
    },

    async clear(name) {
      await hotline.deleteFrom('lock_out').where('name', '=', name).execute()
    },
  }
}

/** None for the first few failures, then half a minute, doubled with each up to an hour. */
export function lockDelayMs(failures: number): number {
  if (failures <= freeFailures) return 0
  return Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - freeFailures - 1))
}
