import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { makeAlerts } from '../../src/alerts.ts'
import { freeTcpPort } from '../../src/bench/free-ports.ts'
import { loadConfig } from '../../src/config.ts'
import type { ListedMessage } from '../../src/domain/messages.ts'
import type { VoterDirectory } from '../../src/domain/voter.ts'
import { makeLog } from '../../src/log.ts'
import { openSms } from '../../src/open-sms.ts'
import type { GatewayState } from '../../src/sms/port.ts'
import { type SmppBind, smsSchema } from '../../src/sms-config.ts'
import { openHotline } from '../../src/store/database.ts'
import { loadHotlineKey } from '../../src/store/hotline-key.ts'
import { listMessages } from '../../src/store/message-list.ts'

/** Synthetic voters, as the rig of the switch has them. */
export const pins = { listed: '20504198000123', elsewhere: '11503199200045', unlisted: '20101199099999' }

const stations = {
  [pins.listed]: { number: '1101', address: { ky: 'Киев көчөсү, мектеп', ru: 'ул. Киевская, школа' } },
  [pins.elsewhere]: { number: '7087', address: { ky: 'Туз айылы, маданият үйү', ru: 'село Туз, дом культуры' } },
}

export const voters: VoterDirectory = {
  findByPin(pin) {
    const station = stations[pin]
    return station ? { kind: 'found', station } : { kind: 'not-listed' }
  },
  asOf: () => new Date(),
}

/** A folder of its own with the configuration of a line that takes texts, in the campaign of 2024. */
export async function makeTextHome(sms: Record<string, unknown>): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'dobush-sms-'))
  await writeFile(join(home, 'password'), `${password}\n`, { mode: 0o600 })
  await writeFile(
    join(home, 'config.yaml'),
    stringify({
      election: {
        name: { ky: 'Жергиликтүү кеңештердин депутаттарын шайлоо', ru: 'Выборы депутатов местных кенешей' },
        votingDay: '2024-11-17',
        corrections: { from: '2024-09-28', until: '2024-11-01' },
      },
      sms: { http: { port: await freeTcpPort() }, ...sms },
    }),
  )
  return home
}

export interface TextLine {
  readonly home: string
  readonly logFile: string
  state(name?: string): GatewayState
  listed(): Promise<readonly ListedMessage[]>
  close(): Promise<void>
}

/** The texts of a line, without its telephone, on a day of the campaign. */
export async function openTextLine(sms: Record<string, unknown>): Promise<TextLine> {
  const home = await makeTextHome(sms)
  const logFile = join(home, 'dobush.log')
  const log = makeLog('debug', logFile)
  const startedAt = Date.now()
  const noon = Date.parse('2024-10-10T12:00:00+06:00')
  const clock = () => new Date(noon + Date.now() - startedAt)
  const config = loadConfig(clock, home)
  const hotline = await openHotline(config.paths.hotline)
  const key = await loadHotlineKey(config.paths.hotlineKey)
  if (!config.sms) throw new Error('the line was not given any binds')
  const alerts = makeAlerts({ log, now: clock })
  const ground = {
    config,
    election: () => config.election,
    hotline,
    key,
    voters,
    alerts,
    onProbing: () => undefined,
    clock,
    log,
  }
  const opened = await openSms(ground, config.sms)
  return {
    home,
    logFile,
    state(name) {
      const states = opened.state()
      const state = name === undefined ? states[0] : states.find((each) => each.name === name)
      if (!state) throw new Error(`no bind ${name}`)
      return state
    },
    listed: () => listMessages(hotline, { limit: 100_000 }),
    async close() {
      await opened.close()
      await hotline.destroy()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Of every bind and gateway of the tests. */
export const password = 'sesame'

/** One transceiver bind, quick to notice and to come back. */
export function bindTo(port: number, more: Record<string, unknown> = {}) {
  return {
    kind: 'smpp' as const,
    name: 'perl',
    host: '127.0.0.1',
    port,
    systemId: 'dobush',
    passwordFile: 'password',
    perSecond: 1000,
    window: 20,
    answerSeconds: 2,
    enquireSeconds: 1,
    reconnectSeconds: 0.2,
    ...more,
  }
}

/** The same as the configuration is read. */
export function smppBindTo(port: number, more: Record<string, unknown> = {}): SmppBind {
  const [bind] = smsSchema.parse({ binds: [bindTo(port, more)] }).binds
  if (bind?.kind !== 'smpp') throw new Error('no SMPP bind')
  return bind
}
