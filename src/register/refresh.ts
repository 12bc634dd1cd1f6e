import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { schedule, validate } from 'node-cron'
import type { Log } from '../log.ts'
import { UserError } from '../user-error.ts'
import { activeId } from './active.ts'
import { writeDurably } from './durable.ts'
import { type Edition, fetchEdition, type RegisterFiles } from './source.ts'

export interface RefreshOptions {
  /** A folder or an https address that holds voters.csv and stations.csv. */
  readonly source: string
  /** The register's folder. */
  readonly folder: string
  /** Imports and activates, in a process of its own. Rejects when that failed. */
  readonly runImport: (files: RegisterFiles) => Promise<void>
  readonly log: Log
  /** Milliseconds to wait before the second, third… try. */
  readonly pausesMs?: readonly number[]
}

export interface ScheduleOptions extends RefreshOptions {
  /** As node-cron reads it. */
  readonly cron: string
  /** IANA name. */
  readonly timeZone: string
}

/** `busy`: another refresh of the same register runs already. */
export type RefreshOutcome = 'imported' | 'unchanged' | 'failed' | 'busy'

export interface Refresh {
  /** Refreshes now, whatever the time. */
  now(): Promise<RefreshOutcome>
  stop(): Promise<void>
}

interface Memory extends Edition {
  readonly source: string
}

const running = new Set<string>()

/**
 * Refreshes the register at the times given.
 * @throws UserError when the times can't be read
 */
export function scheduleRefresh(options: ScheduleOptions): Refresh {
  const { cron, timeZone } = options
  if (!validate(cron)) {
    throw new UserError(`register.cron "${cron}" is not a schedule. Write it like "0 3 * * *", every day at 3:00.`)
  }
  const now = () => refreshOnce(options)
  const task = schedule(cron, now, { timezone: timeZone })
  return {
    now,
    stop: async () => {
      await task.destroy()
    },
  }
}

/** Imports the source if it changed since the last import that went well. Tries again with pauses; never throws. */
export async function refreshOnce(options: RefreshOptions): Promise<RefreshOutcome> {
  const { folder, log, pausesMs = [30_000, 120_000] } = options
  if (running.has(folder)) {
    log.warn('register refresh skipped: the one before is still running')
    return 'busy'
  }
  running.add(folder)
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const outcome = await attemptRefresh(options)
        log.info({ outcome, attempt }, 'register refresh')
        return outcome
      } catch (error) {
        const wait = pausesMs[attempt - 1]
        log.error({ err: error, attempt, nextTryInMs: wait }, 'register refresh failed; the old register stays')
        if (wait === undefined) return 'failed'
        await pause(wait, undefined, { ref: false })
      }
    }
  } finally {
    running.delete(folder)
  }
}

async function attemptRefresh({ source, folder, runImport }: RefreshOptions): Promise<'imported' | 'unchanged'> {
  const fetched = await fetchEdition(source, folder, await lastEdition(folder, source))
  if (!fetched) return 'unchanged'
  try {
    await runImport(fetched.files)
    const { edition } = fetched
    if (edition) await writeDurably(memoryFile(folder), `${JSON.stringify({ source, ...edition } satisfies Memory)}\n`)
    return 'imported'
  } finally {
    await fetched.release()
  }
}

function memoryFile(folder: string): string {
  return join(folder, 'source.json')
}

/** What was imported last from this source; nothing when that is not known or no snapshot is active. */
async function lastEdition(folder: string, source: string): Promise<Edition | undefined> {
  try {
    const memory = JSON.parse(await readFile(memoryFile(folder), 'utf8')) as Memory
    return memory.source === source && activeId(folder) !== undefined ? memory : undefined
  } catch {
    return undefined
  }
}
