import type { ChildProcess } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { loadConfig, pathsBelow } from '../config.ts'
import { print } from '../print.ts'
import { table } from '../table.ts'
import type { Memory } from './calls-orders.ts'
import { cpuOf } from './calls-processes.ts'
import { benchScript, endChild, messageOf, startChild } from './children.ts'
import { drawVoters, type ListedVoter, writeEdition } from './edition.ts'
import { type Ground, onOwnGround } from './ground.ts'
import { importOurs } from './imports.ts'
import { type Smsc, startSmsc } from './peers/smsc.ts'
import { rounded } from './statistics.ts'

export interface SmsBenchOptions {
  /** Texts of the load without pauses, and of the load at a rate. */
  readonly messages: number
  readonly paced: number
  /** Texts a second of the latter. */
  readonly rate: number
  readonly voters: number
  /** Where to work, in a folder of its own; nothing for the system's temporary folder. */
  readonly folder?: string
}

/** The last line, as JSON. */
export interface SmsFigures {
  /** Texts in, and their answers out, through one bind. */
  readonly messagesPerSecond: number
  /** From the first sending of a text to the last part of its answer, at `rate` a second. */
  readonly replyP99Ms: number
  /** Of the process over the load without pauses, after a fifth of as many; garbage is collected both times. */
  readonly memoryGrowthMB: number
  readonly messages: number
}

interface LoadDone {
  readonly answered: number
  readonly wrong: number
  readonly extra: number
  readonly submits: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const patienceMs = 60_000
/** Texts that have not been answered yet, in the load without pauses. */
const open = 250

/**
 * Measures texts in and out through one bind on loopback, against an SMSC in Perl, everything kept on disk as in
 * operation; shows a table, and says the figures as one line of JSON, the last.
 */
export async function benchSms(options: SmsBenchOptions): Promise<void> {
  const { messages, paced, rate, voters, folder } = options
  print(`Texts through one bind: ${messages} without pauses, ${paced} at ${rate} a second; ${voters} voters.`)
  print('Nothing else should run meanwhile.\n')
  const figures = await onOwnGround(folder, (ground) => measure(ground, options))
  print(JSON.stringify(figures))
}

async function measure(ground: Ground, options: SmsBenchOptions): Promise<SmsFigures> {
  const { messages, paced, rate } = options
  const { progress } = ground
  progress.update('sample', `${options.voters} voters`)
  // As many as the country has, and in a small list none without voters.
  const stations = Math.min(2500, Math.ceil(options.voters / 100))
  const edition = await writeEdition(join(ground.folder, 'edition'), { voters: options.voters, stations })
  const home = join(ground.folder, 'sms')
  await importOurs(ground, edition, pathsBelow(home).register)
  const texts = (await drawVoters(edition, 3000)).map(asTyped)
  progress.done('sample', `${options.voters} voters, imported`)

  const smsc = await startSmsc(ground.config)
  ground.endings.push(() => smsc.close())
  smsc.order({ do: 'set', quiet: 1, window: open })
  const line = await startLine(ground, home, smsc)

  progress.update('paced', `${rate} a second`)
  await load(smsc, { count: 2 * rate, rate, texts, prefix: '99655' })
  const calm = await load(smsc, { count: paced, rate, texts, prefix: '99699' })
  progress.done('paced', `${calm.answered} answered, p99 ${Math.round(calm.p99Ms)} ms`)

  progress.update('load', `${messages} texts`)
  await load(smsc, { count: Math.ceil(messages / 5), open, texts, prefix: '99650' })
  const before = await memoryOf(line)
  const cpuBefore = await cpuOf(line.pid ?? 0)
  const busy = await load(smsc, { count: messages, open, texts, prefix: '99670' })
  const cpuMs = (await cpuOf(line.pid ?? 0)) - cpuBefore
  const after = await memoryOf(line)
  progress.done('load', `${busy.answered} answered in ${busy.seconds.toFixed(1)} s`)
  await endChild(line)
  await smsc.close()

  for (const { wrong, extra } of [calm, busy]) {
    if (wrong + extra > 0) throw new Error(`${wrong} answers were wrong and ${extra} came twice: the figures are void`)
  }
  const perSecond = busy.answered / busy.seconds
  const growth = (after.rssKB - before.rssKB) / 1024
  const heapGrowth = (after.heapKB - before.heapKB) / 1024
  const ms = (value: number) => `${value.toFixed(1)} ms`
  const rows = [
    ['texts in and answers out, no pauses', `${Math.round(perSecond)}/s`, 'at least 500/s'],
    ['  submit_sm of their answers', `${Math.round(busy.submits / busy.seconds)}/s`, ''],
    ['  CPU of a text and its answer', ms(cpuMs / busy.answered), ''],
    [`answer at ${rate} a second, p99`, ms(calm.p99Ms), 'within 200 ms'],
    ['  median, slowest', `${ms(calm.p50Ms)}, ${ms(calm.maxMs)}`, ''],
    [`memory after ${messages} more texts`, `${growth.toFixed(1)} MB`, 'flat'],
    ['  of it the heap; the process in all', `${heapGrowth.toFixed(1)} MB; ${Math.round(after.rssKB / 1024)} MB`, ''],
  ]
  print(`\n${table(['measured', 'result', 'wanted'], rows)}\n`)
  return {
    messagesPerSecond: Math.round(perSecond),
    replyP99Ms: rounded(calm.p99Ms),
    memoryGrowthMB: rounded(growth, 3),
    messages: busy.answered,
  }
}

const wordings: readonly ((pin: string) => string)[] = [
  (pin) => pin,
  (pin) => `Менин ПИНим ${pin}, участогум кайсы?`,
  (pin) => `Где мой участок? ПИН ${pin.slice(0, 1)} ${pin.slice(1, 5)} ${pin.slice(5, 9)} ${pin.slice(9)}`,
]

/** A third each: a PIN alone, which is answered in both languages, and one in Kyrgyz or Russian words. */
function asTyped({ pin, station }: ListedVoter, index: number) {
  const text = (wordings[index % wordings.length] ?? String)(pin)
  const isAscii = /^\d+$/.test(text)
  return {
    dataCoding: isAscii ? 0 : 8,
    hex: isAscii ? Buffer.from(text).toString('hex') : Buffer.from(text, 'utf16le').swap16().toString('hex'),
    answer: `№${station}`,
  }
}

async function startLine(ground: Ground, home: string, smsc: Smsc): Promise<ChildProcess> {
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'password'), 'bench\n', { mode: 0o600 })
  const bind = { kind: 'smpp', name: 'bench', host: '127.0.0.1', port: smsc.port, systemId: 'bench' }
  const limits = { passwordFile: 'password', perSecond: 10_000, window: 500 }
  await writeFile(join(home, 'config.yaml'), stringify({ sms: { binds: [{ ...bind, ...limits }] } }))
  // Read here, too: a fault of it is told in a sentence.
  loadConfig(() => new Date(), home)
  const line = startChild(process.execPath, ['--expose-gc', benchScript('sms-line-child')], {
    env: { ...process.env, DOBUSH_HOME: home },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  ground.endings.push(() => endChild(line))
  await messageOf(line, patienceMs)
  await smsc.when(() => smsc.named('bound')[0], patienceMs)
  return line
}

/** @throws Error when less than all is answered, or nothing for a minute */
async function load(smsc: Smsc, order: { count: number; [field: string]: unknown }): Promise<LoadDone> {
  smsc.forget()
  smsc.order({ do: 'load', reportEvery: 1000, ...order })
  for (let heard = 0; ; heard = smsc.events.length) {
    const done = await smsc.when(
      () => smsc.named('load-done')[0] ?? (smsc.events.length > heard ? 'going on' : undefined),
      patienceMs,
    )
    if (done !== 'going on') return done as unknown as LoadDone
  }
}

async function memoryOf(line: ChildProcess): Promise<Memory> {
  const said = messageOf<Memory>(line, patienceMs)
  line.send('memory')
  return said
}
