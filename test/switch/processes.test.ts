import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseWav } from '../../src/audio/wav.ts'
import { type Caller, placeCall } from '../../src/caller/call.ts'
import type { ClipBook } from '../../src/caller/clip-book.ts'
import { bookOf } from '../../src/commands/call.ts'
import { type Config, projectFolder } from '../../src/config.ts'
import { runCommand } from '../../src/run-command.ts'
import { ensureTools, type Tools } from '../../src/setup/tools.ts'
import { openSpeech } from '../../src/speech/speech.ts'
import { childrenOf, commandLine } from '../child-processes.ts'
import { filesHolding } from './files-holding.ts'
import { loggedCalls, makeHome, pins, until } from './rig.ts'
import { speechLike } from './speech.ts'
import { choose, fromMenu, typePin } from './talk.ts'

const command = join(projectFolder, 'src', 'dobush.mjs')

let home: string
let config: Config
let tools: Tools
let book: ClipBook
let line: ChildProcess
let said = ''

/** Runs the command to its end. */
async function dobush(args: readonly string[], input = ''): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [command, ...args], { env: { ...process.env, DOBUSH_HOME: home } })
  const texts = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.err += text
  })
  child.stdin.end(input)
  const [code] = (await once(child, 'close')) as [number]
  return { code, ...texts }
}

const dial = (from = '+996555123456') =>
  placeCall({ to: '1255', from, host: '127.0.0.1', port: config.asterisk.sipPort, book })

/** Nothing while Asterisk is between two lives: it removes the file, and writes it again some time after it began. */
function asteriskPid(): number | undefined {
  const file = join(config.paths.run, 'asterisk', 'asterisk.pid')
  return existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined
}

/** The application is the supervisor's child that runs `serve`. */
function applicationPid(): number | undefined {
  return childrenOf(line.pid).find((pid) => commandLine(pid).includes('\0serve'))
}

const isUp = () =>
  fetch(`http://127.0.0.1:${config.console.port}/health`).then(
    (response) => response.ok,
    () => false,
  )

beforeAll(async () => {
  ;({ home, config } = await makeHome({ settings: { log: { level: 'debug' } } }))
  line = spawn(process.execPath, [command, 'start'], {
    env: { ...process.env, DOBUSH_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  line.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const ended = once(line, 'exit').then(([code]) => {
    throw new Error(`dobush start ended with code ${code}`)
  })
  await Promise.race([ended, until(() => said.includes('Ctrl-C'), 280_000)])
  ended.catch(() => undefined)
  const quiet = { update: () => undefined, done: () => undefined, warn: () => undefined }
  tools = await ensureTools(config, quiet)
  const speech = openSpeech(config, tools)
  book = bookOf(speech.list([]))
}, 300_000)
afterAll(async () => {
  line.kill('SIGTERM')
  await rm(home, { recursive: true, force: true })
})

async function hearsApology(caller: Caller): Promise<number> {
  const begun = performance.now()
  await caller.hears('apology', { language: 'ky' })
  const after = performance.now() - begun
  await caller.hears('apology', { language: 'ru', whole: true })
  expect(await caller.ended).toMatchObject({ by: 'line', cause: 16 })
  return after
}

async function isAnswered(): Promise<void> {
  await until(isUp)
  const caller = await dial()
  await choose(caller, 'ru')
  await caller.hears('menu-check', { language: 'ru' })
  await caller.hangup()
  await caller.ended
}

test('kill -9 of the application in mid-call: the caller hears the apology, the next one is served', async () => {
  const caller = await dial()
  await typePin(caller, 'ru', '2050')
  process.kill(applicationPid() ?? 0, 'SIGKILL')
  expect(await hearsApology(caller)).toBeLessThan(2_000)
  await isAnswered()
})

test('a message being spoken while the application is killed is kept', async () => {
  const caller = await dial('+996700555555')
  await fromMenu(caller, 'ru', '3')
  await caller.hears('cb-consent', { language: 'ru', whole: true, withinMs: 40_000 })
  await caller.quiet(600)
  await caller.press('1')
  await caller.hears('cb-reason', { language: 'ru' })
  await caller.press('2')
  await caller.hears('cb-speak', { language: 'ru' })
  await caller.press('5')
  await caller.hears('beep', { whole: true })
  await caller.say(speechLike(3000))
  process.kill(applicationPid() ?? 0, 'SIGKILL')
  // The switch records on until the caller falls silent, then apologises.
  await hearsApology(caller)
  const listed = async () => JSON.parse((await dobush(['callbacks', '--json'])).out)
  await until(async () => (await listed()).length > 0)
  const [kept] = await listed()
  expect(kept).toMatchObject({ state: 'incomplete', reason: 'wrong-station', number: expect.stringMatching(/55$/) })
  const file = join(home, 'message.ogg')
  expect((await dobush(['recordings', 'export', kept.id, file])).code).toBe(0)
  const toWav = ['--quiet', '--rate', '8000', '--force-wav', '-', '-']
  const decoded = await runCommand(tools.opusdec, toWav, readFileSync(file))
  expect(parseWav(decoded, 'decoded').samples.length / 8000).toBeGreaterThan(2.5)
})

test('a frozen application is replaced, and whoever called meanwhile hears the apology', async () => {
  const frozen = applicationPid() ?? 0
  process.kill(frozen, 'SIGSTOP')
  const caller = await dial()
  // The switch asks by itself until it wants an answer.
  await typePin(caller, 'ru', pins.listed)
  await hearsApology(caller)
  await until(() => applicationPid() !== undefined && applicationPid() !== frozen)
  await isAnswered()
})

test('kill -9 of Asterisk: the application survives and serves again', async () => {
  const application = applicationPid()
  const asterisk = asteriskPid()
  if (asterisk === undefined) throw new Error('Asterisk has no process id')
  process.kill(asterisk, 'SIGKILL')
  await until(() => ![undefined, asterisk].includes(asteriskPid()))
  await isAnswered()
  expect(applicationPid()).toBe(application)
})

test('a second start in the same home says so in one sentence', async () => {
  const { code, err } = await dobush(['start'])
  expect(code).toBe(1)
  expect(err.trim().split('\n')).toHaveLength(1)
})

test('calls, requests and voters can be looked at, and a PIN is taken from standard input only', async () => {
  const calls = JSON.parse((await dobush(['calls', '--json'])).out)
  expect(calls[0]).toMatchObject({ did: '1255', caller: expect.stringMatching(/^\+996555•+56$/), language: 'ru' })
  expect(JSON.parse((await dobush(['callbacks', '--json'])).out)).toHaveLength(1)
  const voter = await dobush(['voter', '--pin-stdin', '--json'], `${pins.listed}\n`)
  expect(JSON.parse(voter.out)).toMatchObject({ kind: 'found', station: { number: '1101' } })
  expect(await dobush(['voter', '--pin-stdin'], pins.notListed)).toMatchObject({ code: 1, out: 'not-listed\n' })
  expect(await dobush(['voter', '--pin-stdin'], '12')).toMatchObject({ code: 1, out: '' })
  expect((await dobush(['nonsense'])).code).toBe(2)
})

test('no PIN stands in any file the run made, though it logged at debug level', async () => {
  for (const pin of [pins.listed, pins.notListed]) {
    const caller = await dial()
    await typePin(caller, 'ru', `${pin}#`)
    await caller.hears(pin === pins.listed ? 'found.1' : 'not-found', { language: 'ru' })
    await caller.hangup()
    await caller.ended
  }
  for (const pin of Object.values(pins)) expect(await filesHolding(home, pin)).toEqual([])
  // The search finds what is there.
  expect(await filesHolding(home, 'DOBUSH_HEARTBEAT')).not.toEqual([])
})

test('SIGTERM ends everything in good order: who is in a call hears the apology to its end, nobody else is answered', async () => {
  const pids = [asteriskPid() ?? 0, applicationPid() ?? 0]
  expect(pids).not.toContain(0)
  // One in the application's hands, one whom the dialplan asks and whom the application has not heard of.
  const answered = await dial()
  await typePin(answered, 'ru', pins.listed)
  await answered.hears('found.1', { language: 'ru' })
  const listening = await dial('+996700555555')
  await listening.hears('welcome')
  const exit = once(line, 'exit')
  line.kill('SIGTERM')
  await hearsApology(answered)
  expect(await (await dial()).ended).toMatchObject({ by: 'refused', status: 503 })
  await hearsApology(listening)
  expect(await exit).toEqual([0, null])
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow()
  const logged = (await loggedCalls(config)).slice(0, 2)
  expect(logged.map(({ caller, steps }) => [caller, steps.map(({ name }) => name)])).toEqual([
    ['+996700••••55', ['lang']],
    ['+996555••••56', ['lang', 'menu-language', 'pin-enter', 'found']],
  ])
})
