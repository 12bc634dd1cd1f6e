// The line as `dobush serve` runs it, in a process of its own, telling how long its event loop is held up.
import { once } from 'node:events'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { loadConfig } from '../config.ts'
import { makeLog } from '../log.ts'
import { runLine } from '../main.ts'
import type { SwitchFiles } from '../setup/render-dialplan.ts'
import { ensureTools } from '../setup/tools.ts'
import { openSpeech } from '../speech/speech.ts'

/** What it says once calls are answered. */
export type LineReady = 'ready'

/** What it says when it is sent `delay`, of the time since it was asked last. */
export interface LoopDelay {
  readonly p99Ms: number
  readonly maxMs: number
  /** Id of the snapshot that answers. */
  readonly snapshot: string | undefined
}

const resolutionMs = 5
const quiet = { update: () => undefined, done: () => undefined, warn: () => undefined }

// Not on the command line, which everybody on the machine can read: passwords are among them.
const [files] = (await once(process, 'message')) as [SwitchFiles]
const config = loadConfig(() => new Date())
const tools = await ensureTools(config, quiet)
const speech = openSpeech(config, tools)
const log = makeLog('warn', join(config.paths.run, 'dobush.log'))
const line = await runLine({ config, files, speech, opusenc: tools.opusenc, clock: () => new Date(), log })
while (!line.health().switch.ari) await delay(50)

const loop = monitorEventLoopDelay({ resolution: resolutionMs })
loop.enable()
process.on('message', () => {
  // The histogram holds whole ticks: what is above one is delay.
  const beyond = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs)
  const said: LoopDelay = {
    p99Ms: beyond(loop.percentile(99)),
    maxMs: beyond(loop.max),
    snapshot: line.health().register?.id,
  }
  loop.reset()
  process.send?.(said)
})
const close = () => void line.close().then(() => process.exit())
process.once('SIGTERM', close)
process.once('disconnect', close)
process.send?.('ready' satisfies LineReady)
