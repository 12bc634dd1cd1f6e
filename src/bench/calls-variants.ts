import type { ChildProcess } from 'node:child_process'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { parse, stringify } from 'yaml'
import { loadConfig, projectFolder } from '../config.ts'
import { configureSwitch } from '../prepare.ts'
import { applicationFlags } from '../setup/application-process.ts'
import { type AsteriskProcess, startAsterisk } from '../setup/asterisk-process.ts'
import { renderSwitch, renderTemplate } from '../setup/render-dialplan.ts'
import { openSpeech } from '../speech/speech.ts'
import { writeLineSounds, writePeerSounds } from './calls-clips.ts'
import type { Heard, Memory } from './calls-orders.ts'
import { cpuOf, memoryOf } from './calls-processes.ts'
import type { Voters } from './calls-voters.ts'
import { benchScript, messageOf, startChild } from './children.ts'
import { freeTcpPort, freeUdpPort } from './free-ports.ts'
import type { Ground } from './ground.ts'
import type { AgiOrder } from './peers/agi.ts'
import type { AriOrder } from './peers/ari.ts'
import { callTable } from './peers/call-log.ts'
import { installDingDong } from './peers/ding-dong.ts'
import { withOdbc } from './peers/odbc.ts'

/** The floor first: everything is measured against it. */
export const variantNames = ['floor', 'odbc', 'agi', 'ari', 'dobush'] as const
export type VariantName = (typeof variantNames)[number]

/** What each is, for people. */
export const variantTitles: Readonly<Record<VariantName, string>> = {
  floor: 'dialplan, no lookup (the floor)',
  odbc: 'dialplan with func_odbc',
  agi: 'FastAGI with ding-dong',
  ari: 'ari-client, minimal',
  dobush: 'Dobush',
}

/** One way of answering the standard call, running. */
export interface Variant {
  readonly name: VariantName
  /** SIP port of its Asterisk. */
  readonly port: number
  readonly number: string
  readonly languageKeys: string
  readonly hangsUp: 'line' | 'caller'
  readonly heard: Heard
  /** The station everybody is told, where nothing is looked up. */
  readonly fixedStation?: string
  /** CPU so far, in milliseconds. */
  cpu(): Promise<{ asterisk: number; application: number }>
  /** Memory of its Asterisk. */
  asteriskKB(): Promise<number>
  /** Of the application, where there is one, after a garbage collection, which holds up whatever it does. */
  memory?(): Promise<Memory>
  /** Rows of its call log; nothing where it has none. */
  logged(): number | undefined
}

const readyWithinMs = 60_000
const lineRtp = [28_000, 31_999]
const peerRtp = [24_000, 27_999]
const numbers = { floor: '7001', odbc: '7002', agi: '7003', ari: '7004' }
const peersFolder = join(projectFolder, 'src', 'bench', 'peers')

/**
 * Starts what these variants need, each in processes of its own.
 * @param maxCalls calls above this are refused by Asterisk, in all variants alike
 */
export async function startVariants(
  ground: Ground,
  voters: Voters,
  names: readonly VariantName[],
  maxCalls: number,
): Promise<readonly Variant[]> {
  const started: Variant[] = []
  const peers = names.filter((name) => name !== 'dobush')
  if (peers.length > 0) started.push(...(await startPeers(ground, voters, peers, maxCalls)))
  if (names.includes('dobush')) started.push(await startDobush(ground, voters, maxCalls))
  return names.flatMap((name) => started.find((variant) => variant.name === name) ?? [])
}

async function startDobush(ground: Ground, voters: Voters, maxCalls: number): Promise<Variant> {
  const { folder, tools, progress } = ground
  progress.update('variants', 'Dobush')
  await settle(folder, { asterisk: { rtpPorts: lineRtp }, line: { maxCalls } })
  const config = loadConfig(() => new Date(), folder)
  const speech = openSpeech(config, tools)
  const heard = await writeLineSounds(join(folder, 'line-sounds'), speech, voters.stations)
  const files = await configureSwitch({ config, tools, speech })
  const asterisk = await startAsterisk(tools.asterisk, files)
  ground.endings.push(() => asterisk.stop())
  const child = await startApplication('calls-line-child', files, folder, applicationFlags)
  return {
    name: 'dobush',
    port: config.asterisk.sipPort,
    number: config.line.numbers[0] ?? '',
    // The second is the main menu's: typed ahead, as whoever knows the line does.
    languageKeys: '11',
    // A menu follows, which is none of the standard call.
    hangsUp: 'caller',
    heard,
    ...measures(asterisk, child),
    logged: () => countRows(config.paths.hotline),
  }
}

async function startPeers(
  ground: Ground,
  { table, stations }: Voters,
  names: readonly Exclude<VariantName, 'dobush'>[],
  maxCalls: number,
): Promise<Variant[]> {
  const { tools, progress } = ground
  progress.update('variants', 'the peers')
  const folder = join(ground.folder, 'peers')
  const sounds = join(folder, 'sounds')
  await mkdir(folder, { recursive: true })
  await settle(folder, {
    asterisk: {
      sipPort: await freeUdpPort(),
      httpPort: await freeTcpPort(),
      amiPort: await freeTcpPort(),
      rtpPorts: peerRtp,
    },
    line: { maxCalls },
  })
  const config = loadConfig(() => new Date(), folder)
  const stationNumbers = stations.map(({ number }) => number)
  const heard = await writePeerSounds(sounds, stationNumbers)
  const [fixedStation = ''] = stationNumbers
  const logs = { odbc: join(folder, 'odbc.sqlite'), agi: join(folder, 'agi.sqlite'), ari: join(folder, 'ari.sqlite') }
  for (const file of Object.values(logs)) {
    const database = new Database(file)
    database.pragma('journal_mode = WAL')
    database.exec(callTable)
    database.close()
  }

  // The line's own configuration of Asterisk, so that only what answers differs.
  const unknown = join(sounds, 'unknown')
  const files = await renderSwitch(config, tools, { apology: { ky: unknown, ru: unknown } })
  const etc = join(files.configFile, '..')
  const agiPort = await freeTcpPort()
  const values = { ...numbers, sounds, agiPort, floorStation: fixedStation }
  const own = async (name: string) => renderTemplate(await readFile(join(peersFolder, name), 'utf8'), values, name)
  for (const name of ['extensions.conf', 'func_odbc.conf', 'res_odbc.conf']) {
    await writeFile(join(etc, name), await own(name))
  }
  await appendFile(join(etc, 'modules.conf'), await own('modules.conf'))
  const databases = { folder: join(folder, 'odbc'), votersFile: table, callsFile: logs.odbc }
  const program = names.includes('odbc')
    ? await withOdbc(tools.asterisk, databases, ground.config, progress)
    : tools.asterisk
  const asterisk = await startAsterisk(program, files)
  ground.endings.push(() => asterisk.stop())

  const children: Partial<Record<VariantName, ChildProcess>> = {}
  if (names.includes('agi')) {
    progress.update('variants', 'npm ding-dong')
    const installed = await installDingDong(join(folder, 'ding-dong'))
    const order: AgiOrder = { installed, port: agiPort, sounds, votersFile: table, callsFile: logs.agi }
    children.agi = await startApplication('peers/agi', order, folder)
  }
  if (names.includes('ari')) {
    const { ariUrl: url, ariUser: user, ariPassword: password } = files
    const order: AriOrder = {
      ...{ url, user, password, application: 'peer' },
      ...{ sounds, votersFile: table, callsFile: logs.ari },
    }
    children.ari = await startApplication('peers/ari', order, folder)
  }
  return names.map((name) => ({
    name,
    port: files.sip.port,
    number: numbers[name],
    languageKeys: '1',
    hangsUp: 'line',
    heard,
    ...(name === 'floor' ? { fixedStation } : {}),
    ...measures(asterisk, children[name]),
    logged: () => (name === 'floor' ? undefined : countRows(logs[name])),
  }))
}

/** Puts settings into a home's configuration; what stands there beside them stays. */
async function settle(home: string, settings: { asterisk: object; line: object }): Promise<void> {
  const file = join(home, 'config.yaml')
  const known = parse(await readFile(file, 'utf8').catch(() => '{}')) as { asterisk?: object }
  await writeFile(file, stringify({ ...known, ...settings, asterisk: { ...known.asterisk, ...settings.asterisk } }))
}

async function startApplication(
  script: string,
  order: object,
  home: string,
  flags: readonly string[] = [],
): Promise<ChildProcess> {
  const child = startChild(process.execPath, ['--expose-gc', ...flags, benchScript(script)], {
    env: { ...process.env, DOBUSH_HOME: home },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // As services are started: the kernel shares the machine out by sessions.
    detached: true,
  })
  child.send(order)
  await messageOf(child, readyWithinMs)
  return child
}

function measures(
  asterisk: AsteriskProcess,
  child: ChildProcess | undefined,
): Pick<Variant, 'cpu' | 'asteriskKB' | 'memory'> {
  return {
    async cpu() {
      const [own, application] = await Promise.all([cpuOf(asterisk.pid), child?.pid ? cpuOf(child.pid) : 0])
      return { asterisk: own, application }
    },
    asteriskKB: () => memoryOf(asterisk.pid),
    ...(child && {
      memory() {
        child.send('memory')
        return messageOf<Memory>(child, readyWithinMs)
      },
    }),
  }
}

function countRows(file: string): number {
  const database = new Database(file, { readonly: true })
  try {
    return database.prepare<[], number>('SELECT count(*) FROM call').pluck().get() ?? 0
  } finally {
    database.close()
  }
}
