import { schedule } from 'node-cron'
import type { Audit } from '../domain/audit.ts'
import type { Clock } from '../domain/clock.ts'
import type { Log } from '../log.ts'

export interface HouseOptions {
  /** Removes what has been kept long enough; resolves with how much of each kind, rejects when it was to stop. */
  readonly removeOld: (stopping: AbortSignal) => Promise<Readonly<Record<string, number>>>
  /** When that last came to its end; nothing for never. */
  readonly lastRun: () => Promise<Date | undefined>
  readonly audit: Audit
  readonly timeZone: string
  readonly now: Clock
  readonly log: Log
}

/** When nobody calls, and before the register comes. */
const nightly = '10 2 * * *'
/** From then on a night was missed. */
const dueMs = 25 * 3_600_000

/**
 * Keeps to the storage terms: every night, and at once where the last night was missed.
 * @returns what ends it; a run under way stops before it has removed more
 */
export function keepHouse({ removeOld, lastRun, audit, timeZone, now, log }: HouseOptions): () => Promise<void> {
  const closing = new AbortController()
  let running: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    try {
      const removed = await removeOld(closing.signal)
      const gone = Object.entries(removed).filter(([, count]) => count > 0)
      if (gone.length === 0) return
      await audit({ by: 'system', action: 'retention.removed', detail: JSON.stringify(Object.fromEntries(gone)) })
    } catch (error) {
      if (closing.signal.aborted) return
      log.error({ err: error }, 'what was kept long enough could not be removed; the next night tries again')
    }
  }
  const next = () => {
    running = running.then(run)
  }

  const task = schedule(nightly, next, { timezone: timeZone, noOverlap: true })
  running = lastRun().then(
    (last) => (last && now().getTime() - last.getTime() < dueMs ? undefined : run()),
    (error: unknown) => log.error({ err: error }, 'whether a night was missed is not known'),
  )
  return async () => {
    closing.abort()
    await task.destroy()
    await running
  }
}
