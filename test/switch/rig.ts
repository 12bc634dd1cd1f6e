import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { freeTcpPort, freeUdpPort } from '../../src/bench/free-ports.ts'
import { type Caller, type CallOptions, placeCall } from '../../src/caller/call.ts'
import type { ClipBook } from '../../src/caller/clip-book.ts'
import { bookOf } from '../../src/commands/call.ts'
import { type Config, loadConfig, pathsBelow, projectFolder } from '../../src/config.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { makeLog } from '../../src/log.ts'
import { type RunningLine, runLine } from '../../src/main.ts'
import { configureSwitch, importRegister, renderPrompts } from '../../src/prepare.ts'
import { type AsteriskProcess, startAsterisk } from '../../src/setup/asterisk-process.ts'
import type { Progress } from '../../src/setup/progress.ts'
import type { SwitchFiles } from '../../src/setup/render-dialplan.ts'
import { ensureTools, type Tools } from '../../src/setup/tools.ts'
import { openSpeech, type Speech } from '../../src/speech/speech.ts'
import { type ListedCall, makeCallLog } from '../../src/store/call-log.ts'
import { openHotline } from '../../src/store/database.ts'

/** Synthetic voters, by what the line says of them on 10 October 2024. */
export const pins = {
  listed: '20504198000123',
  listedElsewhere: '11503199200045',
  noBiometry: '21212197500042',
  notListed: '20101199099999',
  under18: '10203201200017',
  typedWrongly: '90000000000000',
}

export const stations = [
  '1101,1,"Бишкек шаары, Киев көчөсү, мектептин имараты","город Бишкек, улица Киевская, здание школы"',
  '7087,7,"Чүй облусу, Туз айылы, маданият үйүнүн имараты","Чуйская область, село Туз, здание дома культуры"',
]

const quiet: Progress = { update: () => undefined, done: () => undefined, warn: () => undefined }

export interface SwitchRig {
  readonly config: Config
  readonly tools: Tools
  readonly speech: Speech
  readonly files: SwitchFiles
  readonly asterisk: AsteriskProcess
  readonly book: ClipBook
  /** Dials a number of the line and waits for the answer or the refusal. */
  dial(options?: Partial<CallOptions>): Promise<Caller>
  close(): Promise<void>
}

export interface RigOptions {
  readonly settings?: Record<string, unknown>
  /** What answers; without it the dialplan is alone. */
  readonly register?: boolean
}

/** Configuration in a folder of its own, on free ports; programs and clips are those the project has made. */
export async function makeHome({ settings = {} }: RigOptions = {}): Promise<{ home: string; config: Config }> {
  const home = await mkdtemp(join(tmpdir(), 'dobush-rig-'))
  const [httpPort, amiPort, consolePort, sipPort] = [
    await freeTcpPort(),
    await freeTcpPort(),
    await freeTcpPort(),
    await freeUdpPort(),
  ]
  const { asterisk = {}, ...others } = settings as { asterisk?: object }
  await writeFile(
    join(home, 'config.yaml'),
    stringify({
      asterisk: { sipPort, httpPort, amiPort, rtpPorts: rtpRange(), ...asterisk },
      console: { port: consolePort },
      // A few voters can't fill every station.
      register: { checks: { emptyStations: 1 } },
      election: {
        name: {
          ky: 'Жергиликтүү кеңештердин депутаттарын шайлоо',
          ru: 'Голосование на выборах депутатов местных кенешей',
        },
        votingDay: '2024-11-17',
        corrections: { from: '2024-09-28', until: '2024-11-01' },
      },
      ...others,
    }),
  )
  const made = pathsBelow(join(projectFolder, '.dobush'))
  for (const folder of ['trees', 'clips'] as const) {
    await mkdir(made[folder], { recursive: true })
    await symlink(made[folder], join(home, folder))
  }
  return { home, config: loadConfig(() => new Date(), home) }
}

/** A real Asterisk with the line's configuration, prompts and a small register. */
export async function openSwitch(options: RigOptions = {}): Promise<SwitchRig> {
  const { home, config } = await makeHome(options)
  const tools = await ensureTools(config, quiet)
  const speech = openSpeech(config, tools)
  await renderPrompts({ speech, progress: quiet })
  const prepared = { config, tools, speech, progress: quiet }
  const known = ['1101', '7087'].map((number) => ({ number, address: addresses(number) }))
  // Without a register, too: the caller knows these clips by their sound.
  await speech.renderStations(known, '2024-10-01')
  const listed = await writeRegister(home, stations)
  if (options.register ?? true) await importRegister(prepared, listed, { trusted: true })
  const files = await configureSwitch(prepared)
  const book = bookOf(speech.list(known))
  // Last: what fails before it leaves no process behind.
  const asterisk = await startAsterisk(tools.asterisk, files)
  return {
    config,
    tools,
    speech,
    files,
    asterisk,
    book,
    dial: (call = {}) =>
      placeCall({ to: '1255', from: '+996555123456', host: '127.0.0.1', port: config.asterisk.sipPort, book, ...call }),
    async close() {
      await (await opened.get(config.database))?.destroy()
      await asterisk.stop()
      await rm(home, { recursive: true, force: true })
    },
  }
}

export interface LineRig extends SwitchRig {
  readonly line: RunningLine
}

/** The whole line on a day of the 2024 campaign, in this process. */
export async function openLine({
  day = '2024-10-10',
  clock = clockFromNoon(day),
  ...options
}: RigOptions & { day?: string; clock?: Clock } = {}): Promise<LineRig> {
  const rig = await openSwitch(options)
  const line = await runLine({
    config: rig.config,
    files: rig.files,
    speech: rig.speech,
    opusenc: rig.tools.opusenc,
    clock,
    log: makeLog('debug', join(rig.config.paths.run, 'dobush.log')),
  })
  await until(() => line.health().switch.ari)
  return {
    ...rig,
    line,
    async close() {
      await line.close()
      await rig.close()
    },
  }
}

function clockFromNoon(day: string): Clock {
  const startedAt = Date.now()
  const noon = Date.parse(`${day}T12:00:00+06:00`)
  return () => new Date(noon + Date.now() - startedAt)
}

export async function writeRegister(home: string, stationRows: readonly string[]) {
  const folder = join(home, 'import')
  await mkdir(folder, { recursive: true })
  const files = { voters: join(folder, 'voters.csv'), stations: join(folder, 'stations.csv') }
  await writeFile(
    files.voters,
    `pin,station,status\n${pins.listed},1101,listed\n${pins.listedElsewhere},7087,listed\n${pins.noBiometry},1101,no-biometry\n`,
  )
  await writeFile(files.stations, `number,region,address_ky,address_ru\n${stationRows.join('\n')}\n`)
  return files
}

export function addresses(number: string): { ky: string; ru: string } {
  const row = stations.find((line) => line.startsWith(number))
  const [, ky, ru] = /"(.*)","(.*)"/.exec(row ?? '') ?? []
  if (!ky || !ru) throw new Error(`no station ${number} in the rig`)
  return { ky, ru }
}

// Tests look many times a second; opening the database each time would keep its writer waiting.
const opened = new Map<string, ReturnType<typeof openHotline>>()

/** What the call log holds, newest first. */
export async function loggedCalls({ database }: Config): Promise<readonly ListedCall[]> {
  const hotline = opened.get(database) ?? openHotline(database)
  opened.set(database, hotline)
  return makeCallLog(await hotline).listCalls({ limit: 100 })
}

/** Looks again until it holds; for what no event announces. */
export async function until(holds: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`still not so after ${withinMs / 1000} s: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Apart for each worker, and below the ports the system gives to others. */
function rtpRange(): [number, number] {
  const from = 12_000 + Number(process.env.JEST_WORKER_ID ?? 1) * 2_000
  return [from, from + 1_999]
}
