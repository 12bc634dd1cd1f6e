import { spawn } from 'node:child_process'
import type { Running } from './supervise.ts'

/**
 * Node's flags for the application. What a call leaves behind is small and dies young: with 64 MB of room most of it is gone before
 * it is looked for, and helper threads that look for it together cost more than they save. The rest may grow to five times what was
 * left of it, for to look through it all takes 100 ms on five threads. Memory is not given back while there is little to do, as V8
 * would have it between calls: it stops all of them for up to 100 ms, and throws compiled code away that is then made anew.
 * Measured: README, "Ways there".
 */
export const applicationFlags: readonly string[] = [
  '--min-semi-space-size=64',
  '--max-semi-space-size=64',
  '--heap-growing-percent=400',
  '--no-parallel-scavenge',
  '--no-memory-reducer',
]

export interface ApplicationOptions {
  /** Node's arguments: the script and its own. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Everything the application sends over IPC but `alive`. */
  onMessage?(message: unknown): void
  /** So long without `alive` and it counts as frozen, in ms. */
  readonly silentMs?: number
  /** So long until the first `alive`. */
  readonly startMs?: number
  /** SIGTERM is followed by SIGKILL after this time. */
  readonly stopMs?: number
}

/**
 * Starts the application as a child with IPC. It must send `alive` once it serves calls, and every second from then
 * on; a frozen one is killed. It must end by itself at `disconnect`: this process is gone then.
 * @returns once it serves
 * @throws Error where it ends or stays silent instead
 */
export async function startApplication(options: ApplicationOptions): Promise<Running & { readonly pid: number }> {
  const { silentMs = 5_000, startMs = 30_000, stopMs = 10_000 } = options
  const child = spawn(process.execPath, options.args, {
    env: { ...process.env, ...options.env },
    // The application writes its own log; what libraries print to standard output is for nobody.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Not in the terminal's group: Ctrl-C reaches the supervisor, which ends things in order.
    detached: true,
  })
  const exited = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('exit', (code, signal) => resolve(signal ?? `code ${code}`))
  })
  let firstAlive: () => void = () => undefined
  const serving = new Promise<'serving'>((resolve) => {
    firstAlive = () => resolve('serving')
  })

  // Counts ticks instead of comparing times: after this process itself was suspended, one tick is not five.
  const ticks = 5
  let silentTicks = 0
  let serves = false
  let watchdog: NodeJS.Timeout | undefined
  const watch = (limitMs: number) => {
    clearInterval(watchdog)
    silentTicks = 0
    watchdog = setInterval(() => {
      silentTicks += 1
      if (silentTicks > ticks) child.kill('SIGKILL')
    }, limitMs / ticks)
  }
  watch(startMs)
  child.on('message', (message) => {
    if (message !== 'alive') return options.onMessage?.(message)
    silentTicks = 0
    if (serves) return
    serves = true
    watch(silentMs)
    firstAlive()
  })
  void exited.then(() => clearInterval(watchdog))

  const how = await Promise.race([serving, exited])
  if (how !== 'serving') throw new Error(`the application ended before it served (${how})`)
  return {
    pid: child.pid ?? 0,
    exited,
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMs)
      child.kill('SIGTERM')
      await exited
      clearTimeout(timer)
    },
  }
}
