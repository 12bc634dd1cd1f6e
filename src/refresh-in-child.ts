import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Config, commandFile } from './config.ts'
import { putLast } from './scheduling.ts'

const longestRefreshMs = 3 * 3_600_000

/**
 * Calls never wait for an import: it runs in a process of its own, which yields to everything else. Killed when it takes
 * hours or the line closes; the active register stays then.
 */
export async function refreshInChild(config: Config, closing: AbortSignal): Promise<'imported' | 'unchanged'> {
  const child = spawn(process.execPath, [commandFile, 'register', 'refresh'], {
    env: { ...process.env, DOBUSH_HOME: config.paths.home },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    timeout: longestRefreshMs,
    signal: closing,
  })
  if (child.pid !== undefined) putLast(child.pid)
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err = (said.err + text).slice(-2000)
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(said.err.trim().split('\n').at(-1))
  return said.out.trim() === 'unchanged' ? 'unchanged' : 'imported'
}
