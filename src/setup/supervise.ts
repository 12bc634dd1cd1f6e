import { setTimeout as delay } from 'node:timers/promises'
import type { Log } from '../log.ts'

/** A process of ours that is up. */
export interface Running {
  /** Resolves with how it ended (`code 1`, `SIGKILL`), whoever ended it. */
  readonly exited: Promise<string>
  stop(): Promise<void>
}

export interface SuperviseOptions {
  readonly name: string
  /** Resolves once the process is up. */
  start(): Promise<Running>
  /** Called after each restart that succeeded. */
  onUp?(): void
  /** Called as soon as it is gone, before it is started again; not when it was stopped. */
  onDown?(how: string): Promise<void>
  readonly log: Pick<Log, 'warn' | 'error' | 'info'>
  /** First and longest wait before a restart, in ms; each failure doubles it. */
  readonly backoffMs?: readonly [first: number, longest: number]
}

/** What ran this long has recovered: its next end is met with the first wait again. */
const steadyAfterMs = 30_000

/**
 * Starts a process and starts it again whenever it ends, for ever, until stopped.
 * @throws whatever its first start throws: a fault of the set-up is for the person at the keyboard
 */
export async function superviseProcess(options: SuperviseOptions): Promise<Pick<Running, 'stop'>> {
  const { name, log } = options
  const [firstWait, longestWait] = options.backoffMs ?? [100, 10_000]
  const stopping = new AbortController()
  let running: Running | undefined = await options.start()

  async function keepUp(): Promise<void> {
    let wait = firstWait
    for (;;) {
      if (running) {
        const upAt = performance.now()
        const how = await running.exited
        running = undefined
        if (stopping.signal.aborted) return
        log.warn({ process: name, how }, 'ended and is started again')
        await options.onDown?.(how).catch((err) => log.error({ process: name, err }, 'cleaning up after it failed'))
        if (performance.now() - upAt > steadyAfterMs) wait = firstWait
      }
      await delay(wait, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      wait = Math.min(wait * 2, longestWait)
      try {
        running = await options.start()
      } catch (err) {
        log.error({ process: name, err }, 'did not start')
        continue
      }
      log.info({ process: name }, 'is up again')
      options.onUp?.()
      // A stop that was asked for while it was starting had nothing to stop.
      if (stopping.signal.aborted) await running.stop()
    }
  }

  const ended = keepUp()
  return {
    async stop() {
      stopping.abort()
      await running?.stop()
      await ended
    },
  }
}

/** Resolves with the first SIGTERM or SIGINT, and leaves the second to kill as it does by default. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const signals = ['SIGTERM', 'SIGINT'] as const
    const onSignal = (signal: NodeJS.Signals) => {
      for (const name of signals) process.off(name, onSignal)
      resolve(signal)
    }
    for (const name of signals) process.on(name, onSignal)
  })
}
