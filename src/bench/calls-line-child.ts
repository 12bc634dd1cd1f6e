// The line as `dobush serve` runs it, in a process of its own.
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { loadConfig } from '../config.ts'
import { makeLog } from '../log.ts'
import { runLine } from '../main.ts'
import type { SwitchFiles } from '../setup/render-dialplan.ts'
import { ensureTools } from '../setup/tools.ts'
import { openSpeech } from '../speech/speech.ts'
import { sayReady, takeOrder } from './peers/child.ts'

const quiet = { update: () => undefined, done: () => undefined, warn: () => undefined }

const files = await takeOrder<SwitchFiles>()
const config = loadConfig(() => new Date())
const tools = await ensureTools(config, quiet)
const speech = openSpeech(config, tools)
const log = makeLog(config.log.level, join(config.paths.run, 'dobush.log'))
const line = await runLine({ config, files, speech, opusenc: tools.opusenc, clock: () => new Date(), log })
while (!line.health().switch.ari) await delay(50)
sayReady(() => line.close())
