import { setTimeout as pause } from 'node:timers/promises'
import { schedule, validate } from 'node-cron'
import type { Alerts } from '../alerts.ts'
import type { Log } from '../log.ts'
import { UserError } from '../user-error.ts'

export interface RefreshOptions {
  /** As node-cron reads it. */
  readonly cron: string
  /** IANA name. */
  readonly timeZone: string
  /** Stages, imports and activates, in a process of its own. Rejects with a sentence without personal data. */
  readonly run: () => Promise<'imported' | 'unchanged'>
  readonly alert: Pick<Alerts, 'raise' | 'clear'>
  readonly log: Log
  /** Milliseconds before the second, third… try, give or take a quarter; after the last, the next time of `cron`. */
  readonly pausesMs?: readonly number[] | undefined
}

/** `busy`: another refresh is not over yet. `stopped`: the schedule was stopped before this one was over. */
export type RefreshOutcome = 'imported' | 'unchanged' | 'failed' | 'busy' | 'stopped'

export interface RefreshState {
  /** Whether a refresh runs at this moment; not while one waits to try again. */
  readonly running: boolean
  readonly lastSuccess?: Date | undefined
  /** How the last try ended. */
  readonly lastOutcome?: 'imported' | 'unchanged' | 'failed' | undefined
  /** Tries that failed since one went well. */
  readonly failures: number
  /** Why the last try failed; nothing when it went well. */
  readonly lastFault?: string | undefined
  /** When the next try is due. */
  readonly nextAt?: Date | undefined
}

export interface Refresh {
  /** Refreshes now, whatever the time. Tries again with pauses; never rejects. */
  now(): Promise<RefreshOutcome>
  state(): RefreshState
  /** No try begins from here on. One that runs is left to end by itself, unheard if it fails. */
  stop(): void
}

/** The alert that a register can't be refreshed. */
export const refreshAlert = 'register-refresh'

const defaultPausesMs = [30_000, 120_000, 600_000, 1_800_000]
const failuresToAlert = 2
/** A time that passed while this process stood still (a machine suspended, a debugger) is made up for, not lost. */
const latenessMs = 24 * 3_600_000

/**
 * Refreshes the register at the times given.
 * @throws UserError when the times can't be read
 */
export function scheduleRefresh(options: RefreshOptions): Refresh {
  const { cron, timeZone, run, alert, log, pausesMs = defaultPausesMs } = options
  if (!validate(cron)) {
    throw new UserError(`register.cron "${cron}" is not a schedule. Write it like "0 3 * * *", every day at 3:00.`)
  }
  const stopping = new AbortController()
  let underWay = false
  let retryAt: Date | undefined
  let state: Omit<RefreshState, 'nextAt'> = { running: false, failures: 0 }

  async function attempt(): Promise<'imported' | 'unchanged' | 'failed' | 'stopped'> {
    state = { ...state, running: true }
    try {
      const outcome = await run()
      state = { running: false, lastSuccess: new Date(), lastOutcome: outcome, failures: 0 }
      log.info({ outcome }, 'register refresh')
      alert.clear(refreshAlert, 'The register could be refreshed again.')
      return outcome
    } catch (error) {
      state = { ...state, running: false }
      // Ctrl-C reaches the child as well: nobody needs to be told that it ended.
      if (stopping.signal.aborted) return 'stopped'
      const failures = state.failures + 1
      const fault = faultOf(error)
      state = { ...state, lastOutcome: 'failed', failures, lastFault: fault }
      log.error({ fault, failures }, 'register refresh failed; the old register stays')
      if (failures >= failuresToAlert) {
        alert.raise(refreshAlert, `The register could not be refreshed, ${failures} times in a row: ${fault}`)
      }
      return 'failed'
    }
  }

  async function attemptUntilDone(): Promise<RefreshOutcome> {
    for (let tried = 0; ; tried += 1) {
      const outcome = await attempt()
      const pauseMs = pausesMs[tried]
      if (outcome !== 'failed' || pauseMs === undefined) return outcome
      // Spread, so that many machines do not come back to one source at the same moment.
      const waitMs = Math.round(pauseMs * (0.75 + Math.random() / 2))
      retryAt = new Date(Date.now() + waitMs)
      log.info({ nextTryInMs: waitMs }, 'register refresh will be tried again')
      try {
        await pause(waitMs, undefined, { ref: false, signal: stopping.signal })
      } catch {
        return 'stopped'
      } finally {
        retryAt = undefined
      }
    }
  }

  async function now(): Promise<RefreshOutcome> {
    if (stopping.signal.aborted) return 'stopped'
    if (underWay) {
      log.warn('register refresh skipped: the one before is not over')
      return 'busy'
    }
    underWay = true
    try {
      return await attemptUntilDone()
    } finally {
      underWay = false
    }
  }

  const task = schedule(cron, now, {
    timezone: timeZone,
    missedExecutionTolerance: latenessMs,
    suppressMissedWarning: true,
  })

  return {
    now,
    state: () => ({
      ...state,
      nextAt: stopping.signal.aborted ? undefined : (retryAt ?? task.getNextRun() ?? undefined),
    }),
    stop() {
      stopping.abort()
      void task.destroy()
    },
  }
}

/** The sentence of a fault. Whoever threw it keeps PINs out; that no long number leaves here is a second fence. */
function faultOf(error: unknown): string {
  const sentence = error instanceof Error ? error.message : String(error)
  return sentence.replace(/\d{9,}/g, '…') || 'it ended without saying why.'
}
