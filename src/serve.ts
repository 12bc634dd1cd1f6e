import { join } from 'node:path'
import type { Config } from './config.ts'
import type { Clock } from './domain/clock.ts'
import { makeLog } from './log.ts'
import { runLine } from './main.ts'
import { configureSwitch, prepare, renderPrompts } from './prepare.ts'
import { stopSignal } from './setup/supervise.ts'

const aliveEveryMs = 1_000

export function logFile(config: Config): string {
  return join(config.paths.run, 'dobush.log')
}

/** `dobush serve`: the application alone, until SIGTERM. Tells a supervisor over IPC every second that it lives. */
export async function serve(): Promise<void> {
  const clock: Clock = () => new Date()
  const prepared = await prepare()
  const log = makeLog(prepared.config.log.level, process.send ? logFile(prepared.config) : undefined)
  // Whatever is missing is made now: no caller may be the first to find a clip missing.
  await renderPrompts(prepared)
  const files = await configureSwitch(prepared)
  const { config, speech, tools } = prepared
  const line = await runLine({ config, files, speech, opusenc: tools.opusenc, clock, log })
  log.info('serving')

  let served = false
  const alive = setInterval(() => {
    if (line.health().switch.ari) served = true
    if (served) process.send?.('alive', () => undefined)
  }, aliveEveryMs)
  const orphaned = new Promise<'orphaned'>((resolve) => process.once('disconnect', () => resolve('orphaned')))
  const replaced = line.replaced.then(() => 'replaced by another process')
  const why = await Promise.race([stopSignal(), orphaned, replaced])
  log.info({ why }, 'stopping')
  clearInterval(alive)
  await line.close()
  if (process.connected) process.disconnect()
}
