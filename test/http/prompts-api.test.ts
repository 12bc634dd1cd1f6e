import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PromptClip } from '../../src/api/prompts.ts'
import { parseWav, type Sound, wavBytes } from '../../src/audio/wav.ts'
import type { Config } from '../../src/config.ts'
import { errandRunner } from '../../src/desk/errand.ts'
import { openPromptShelf } from '../../src/desk/prompt-shelf.ts'
import { promptsApi } from '../../src/http/prompts-api.ts'
import { makeNextCall, type NextCall } from '../../src/next-call.ts'
import { ensureTools, type Tools } from '../../src/setup/tools.ts'
import { tone } from '../../src/speech/shape.ts'
import { openSpeech } from '../../src/speech/speech.ts'
import { speechLevel } from '../../src/speech/telephone-level.ts'
import { cleanUp } from '../store/scratch.ts'
import { makeHome } from '../switch/rig.ts'
import { type Browser, openTestConsole, type TestConsole } from './console-rig.ts'

jest.setTimeout(300_000)

const quiet = { update: () => undefined, done: () => undefined, warn: () => undefined }
const closing = new AbortController()
let home: string
let config: Config
let tools: Tools
let next: NextCall
let page: TestConsole
let aida: Browser

beforeAll(async () => {
  ;({ home, config } = await makeHome())
  tools = await ensureTools(config, quiet)
  const speech = openSpeech(config, tools)
  await speech.renderPrompts()
  next = makeNextCall({ election: config.election, speech })
  // As an upload leaves it whose process was killed.
  mkdirSync(join(config.paths.studio, 'incoming'), { recursive: true })
  writeFileSync(join(config.paths.studio, 'incoming/old.wav'), 'x')
  const shelf = openPromptShelf({ folder: config.paths.studio, next, run: errandRunner(config, closing.signal) })
  page = await openTestConsole({ mounted: () => promptsApi(shelf, (deed) => page.auditLog.append(deed)) })
  aida = await page.signedIn('aida', ['administrator'])
})
afterAll(async () => {
  closing.abort()
  await page.close()
  await cleanUp()
  rmSync(home, { recursive: true, force: true })
})

const rate = 44_100
/** Something a telephone carries, at a level of its own. */
const recording = (ms = 2_000, amplitude = 0.05, hertz = 440): Sound => ({
  sampleRate: rate,
  samples: tone(rate, hertz, ms, amplitude),
})

async function send(
  browser: Browser,
  method: string,
  path: string,
  body?: Buffer | ReadableStream,
  type = 'audio/wav',
): Promise<{ status: number; headers: Headers; bytes: Buffer; json: () => ReturnType<typeof JSON.parse> }> {
  const response = await fetch(`${page.address}/api/prompts/${path}`, {
    method,
    headers: {
      cookie: browser.cookie ?? '',
      'x-csrf-token': browser.csrf ?? '',
      ...(body && { 'content-type': type }),
    },
    ...(body && { body, duplex: 'half' }),
  } as RequestInit)
  const bytes = Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers: response.headers, bytes, json: () => JSON.parse(bytes.toString()) }
}

const upload = (path: string, sound: Sound | Buffer, browser = aida) =>
  send(browser, 'PUT', `${path}/audio`, Buffer.isBuffer(sound) ? sound : wavBytes(sound))
const listed = async (name: string, language = 'ky'): Promise<PromptClip> => {
  const clips: PromptClip[] = (await aida.send('GET', '/api/prompts')).body
  return clips.find((clip) => clip.name === name && clip.language === language) as PromptClip
}
const incoming = () => readdirSync(join(config.paths.studio, 'incoming'))

test('lists every prompt in both languages, with its text and what is wrong with it', async () => {
  const { body: clips } = await aida.send('GET', '/api/prompts')
  expect(clips.filter(({ language }: PromptClip) => language === 'ky').length).toBe(clips.length / 2)
  expect(clips.every(({ durationMs, findings }: PromptClip) => (durationMs ?? 0) > 0 && findings.length === 0)).toBe(
    true,
  )
  expect(await listed('welcome', 'ru')).toEqual({
    ...{ name: 'welcome', language: 'ru', source: 'synthetic', replaceable: true },
    text: expect.stringContaining('Здравствуйте'),
    durationMs: expect.any(Number),
    ...{ uploadedAt: null, uploadedBy: null, findings: [] },
  })
  const replaceable = ['found.1', 'digit-7-final', 'dates-voting', 'pin-length-7'].map(async (name) => [
    name,
    (await listed(name)).replaceable,
  ])
  expect(await Promise.all(replaceable)).toEqual([
    ['found.1', true],
    ['digit-7-final', true],
    ['dates-voting', false],
    ['pin-length-7', false],
  ])
})

test('a recording is heard from the next call on, at the level of all; a call in progress keeps the voice', async () => {
  const inProgress = next.now()
  const [before] = inProgress.speech.clipsFor({ name: 'found', values: { station: bishkek } }, 'ky')
  const got = await upload('ky/found.1', recording())
  expect(got.json()).toMatchObject({
    clip: { name: 'found.1', source: 'studio', uploadedBy: 'aida', findings: [] },
    check: { durationMs: 2000, sampleRate: rate, clipped: 0, faults: [] },
  })
  const [after] = next.now().speech.clipsFor({ name: 'found', values: { station: bishkek } }, 'ky')
  expect(after).not.toBe(before)
  expect(inProgress.speech.clipsFor({ name: 'found', values: { station: bishkek } }, 'ky')[0]).toBe(before)

  const heard = await send(aida, 'GET', 'ky/found.1/audio')
  expect(heard.headers.get('content-type')).toBe('audio/wav')
  expect(speechLevel(parseWav(heard.bytes, 'heard'))).toBeCloseTo(-20, 0)
  expect(statSync(join(config.paths.studio, 'ky/found.1.wav')).mode & 0o777).toBe(0o600)
  expect(incoming()).toEqual([])

  // After a restart, too.
  const again = openSpeech(config, tools)
  expect(again.clipsFor({ name: 'found', values: { station: bishkek } }, 'ky')[0]).toBe(after)
  expect(again.list([]).find(({ name, language }) => name === 'found.1' && language === 'ky')).toMatchObject({
    source: 'studio',
    uploaded: { by: 'aida' },
  })
  expect(await again.check()).toEqual([])
})

const bishkek = { number: '1101', address: { ky: 'Бишкек шаары, Киев көчөсү', ru: 'город Бишкек, улица Киевская' } }

beforeAll(() => next.now().speech.renderStations([bishkek], '2024-10-01'))

test('a digit can be recorded', async () => {
  expect((await upload('ru/digit-1', recording(400))).status).toBe(200)
  const clips = next.now().speech.clipsFor({ name: 'found', values: { station: bishkek } }, 'ru')
  const digit = next
    .now()
    .speech.list([])
    .find(({ name, language }) => name === 'digit-1' && language === 'ru')
  expect(clips.map((base) => `${base}.alaw`).filter((file) => file === digit?.files.alaw)).toHaveLength(4)
})

test('the voice speaks again once the recording is taken away', async () => {
  const synthetic = (await listed('nav')).durationMs
  expect((await upload('ky/nav', recording(3_000))).status).toBe(200)
  expect((await upload('ky/nav', recording(4_000))).json().check).toMatchObject({ durationMs: 4000 })
  const reverted = await send(aida, 'DELETE', 'ky/nav/audio')
  expect(reverted.json()).toMatchObject({ source: 'synthetic', uploadedAt: null, durationMs: synthetic })
  expect(existsSync(join(config.paths.studio, 'ky/nav.wav'))).toBe(false)
  const twice = await send(aida, 'DELETE', 'ky/nav/audio')
  expect([twice.status, twice.json().code]).toEqual([409, 'not-uploaded'])
})

test('a text that changed makes its recording stale', async () => {
  await upload('ky/lang', recording())
  const note = join(config.paths.studio, 'ky/lang.json')
  writeFileSync(note, JSON.stringify({ ...JSON.parse(readFileSync(note, 'utf8')), text: 'Мурда ушундай болчу.' }))
  expect((await openSpeech(config, tools).check()).map(({ kind, name }) => `${kind} ${name}`)).toEqual(['stale lang'])
  await send(aida, 'DELETE', 'ky/lang/audio')
})

const clippedTone = tone(rate, 440, 1_000, 0.9).map((sample) => Math.max(-32_768, Math.min(32_767, sample * 3)))

test.each<[string, Sound | Buffer]>([
  ['clipped', { sampleRate: rate, samples: clippedTone }],
  ['too-quiet', recording(1_000, 0.004)],
  ['silent', { sampleRate: rate, samples: new Int16Array(rate) }],
  ['too-short', recording(60)],
  ['too-long', { sampleRate: 8_000, samples: new Int16Array(8_000 * 91) }],
  ['rate-too-low', { sampleRate: 4_000, samples: tone(4_000, 300, 1_000, 0.3) }],
  ['not-wav', Buffer.from('ID3 this is something else')],
  ['not-wav', Buffer.concat([wavBytes(recording(10)).subarray(0, 20), Buffer.alloc(8, 255)])],
])('refuses a recording that is %s, and says so', async (fault, sound) => {
  const got = await upload('ky/goodbye', sound)
  expect(got.status).toBe(422)
  expect(got.json()).toMatchObject({ code: 'unusable-recording', fields: { [fault]: expect.any(String) } })
  expect(incoming()).toEqual([])
  expect(existsSync(join(config.paths.studio, 'ky/goodbye.wav'))).toBe(false)
})

test('takes what a studio delivers, and warns of what may be meant', async () => {
  const { samples } = recording(1_500)
  const stereo24 = await send(aida, 'PUT', 'ky/goodbye/audio', wave24(samples), 'audio/x-wav')
  expect(stereo24.json().check).toMatchObject({ durationMs: 1500, sampleRate: 48_000, faults: [] })
  const silence = new Int16Array(8_000 * 2)
  const late = Int16Array.from([...silence, ...tone(8_000, 440, 300, 0.015), ...silence, ...silence])
  const { check } = (await upload('ky/goodbye', { sampleRate: 8_000, samples: late })).json()
  expect(check).toMatchObject({ faults: [], warnings: ['quiet', 'long-silence', 'length-differs', 'narrow'] })
  expect(Math.abs(check.silenceBeforeMs - 2_000)).toBeLessThan(50)
  expect(Math.abs(check.silenceAfterMs - 4_000)).toBeLessThan(50)
  await send(aida, 'DELETE', 'ky/goodbye/audio')
})

test('refuses other types, bodies that are too large however they come, and prompts that are not there', async () => {
  const wav = wavBytes(recording(200))
  expect((await send(aida, 'PUT', 'ky/goodbye/audio', wav, 'text/html')).status).toBe(415)
  expect((await send(aida, 'PUT', 'ky/goodbye/audio', Buffer.alloc(30_000_001))).status).toBe(413)
  // Without a length said beforehand.
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000_000)) })
  const refused = await send(aida, 'PUT', 'ky/goodbye/audio', endless).catch(() => 'cut off')
  expect(['cut off', 413]).toContain(typeof refused === 'string' ? refused : refused.status)
  expect(incoming()).toEqual([])
  for (const [path, status] of [
    ['ky/no-such', 404],
    ['ky/dates-voting', 409],
    ['ky/..', 404],
    ['ky/..%2F..%2Fincoming%2Fold', 400],
    ['de/welcome', 400],
  ] as const) {
    expect([path, (await upload(path, wav)).status]).toEqual([path, status])
  }
  expect((await send(aida, 'GET', 'ky/..%2F..%2Fconfig.yaml/audio')).status).toBe(400)
})

test('only administrators change prompts; supervisors and auditors hear them, operators do not', async () => {
  const supervisor = await page.signedIn('bek', ['supervisor', 'auditor'])
  const operator = await page.signedIn('cholpon', ['operator'])
  expect((await send(supervisor, 'GET', 'ru/welcome/audio')).status).toBe(200)
  expect((await send(operator, 'GET', 'ru/welcome/audio')).status).toBe(403)
  expect((await upload('ru/welcome', recording(), supervisor)).status).toBe(403)
  expect((await send(supervisor, 'DELETE', 'ky/found.1/audio')).status).toBe(403)
  const entries = await page.auditLog.list({ limit: 200 })
  const said = entries.map(({ by, action, subject }) => `${by} ${action} ${subject}`)
  expect(said).toContain('aida prompt.upload prompt:ky/found.1')
  expect(said).toContain('aida prompt.revert prompt:ky/nav')
})

/** Stereo of 24 bits at 48 kHz. */
function wave24(samples: Int16Array): Buffer {
  const resampled = Int16Array.from({ length: Math.round((samples.length * 48_000) / rate) }, (_, index) =>
    Math.round(1_600 * Math.sin((2 * Math.PI * 440 * index) / 48_000)),
  )
  const bytes = Buffer.alloc(44 + resampled.length * 6)
  wavBytes({ sampleRate: 48_000, samples: new Int16Array(0) }).copy(bytes)
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.writeUInt16LE(2, 22)
  bytes.writeUInt32LE(48_000 * 6, 28)
  bytes.writeUInt16LE(6, 32)
  bytes.writeUInt16LE(24, 34)
  bytes.writeUInt32LE(resampled.length * 6, 40)
  for (const [index, sample] of resampled.entries()) {
    bytes.writeIntLE(sample * 256, 44 + index * 6, 3)
    bytes.writeIntLE(sample * 256, 47 + index * 6, 3)
  }
  return bytes
}
