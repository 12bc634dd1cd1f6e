import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { projectFolder } from '../config.ts'
import { UserError } from '../user-error.ts'

/** The children that live, so that none outlives the benchmark. */
const living = new Set<ChildProcess>()

const mostSaid = 100_000

/** A compiled script of this folder, to be run by a Node of its own. */
export function benchScript(name: string): string {
  return join(projectFolder, 'dist', 'bench', `${name}.js`)
}

/** Starts a child that is killed with the benchmark at the latest. */
export function startChild(file: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(file, args, options)
  living.add(child)
  child.once('close', () => living.delete(child))
  child.once('error', () => living.delete(child))
  return child
}

export interface Finished {
  /** From the start of the process to its end. */
  readonly seconds: number
  /** What it wrote to standard output. */
  readonly output: string
}

/**
 * Runs a program to its end.
 * @throws UserError with its last words when it fails or is not done in time
 */
export async function runChild(
  file: string,
  args: readonly string[],
  { withinSeconds, ...options }: SpawnOptions & { readonly withinSeconds: number },
): Promise<Finished> {
  const startedAt = performance.now()
  const child = startChild(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { output: '', faults: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.output = (said.output + text).slice(-mostSaid)
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.faults = (said.faults + text).slice(-mostSaid)
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), withinSeconds * 1000)
  try {
    const [code, signal] = await once(child, 'close')
    const seconds = (performance.now() - startedAt) / 1000
    if (code === 0) return { seconds, output: said.output }
    const how = signal ? `was ended by ${signal}` : `ended with code ${code}`
    const words = said.faults.trim().split('\n').at(-1)
    throw new UserError(`A process of the benchmark ${how} after ${Math.round(seconds)} s. Its last words: ${words}`)
  } finally {
    clearTimeout(timer)
  }
}

/** Asks a child to end, and makes it after a while. */
export async function endChild(child: ChildProcess, patienceMs = 10_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'close')
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  child.kill('SIGTERM')
  await ended
  clearTimeout(timer)
}

/** Ends every child there still is, by its process id. */
export function killChildren(): void {
  for (const child of living) child.kill('SIGKILL')
}

/** The next message of a child. @throws Error when it ends instead, or says nothing in time */
export async function messageOf<T>(child: ChildProcess, withinMs: number): Promise<T> {
  const heard = new AbortController()
  const signal = AbortSignal.any([heard.signal, AbortSignal.timeout(withinMs)])
  try {
    const first = await Promise.race([
      once(child, 'message', { signal }).then(([message]) => ({ message })),
      once(child, 'exit', { signal }).then(([code, how]) => ({ ended: how ?? `code ${code}` })),
    ])
    if ('ended' in first) throw new Error(`a process of the benchmark ended (${first.ended})`)
    return first.message as T
  } finally {
    heard.abort()
  }
}
