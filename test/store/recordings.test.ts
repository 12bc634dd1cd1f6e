import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import pino from 'pino'
import { opusEncoder } from '../../src/audio/opus.ts'
import { parseWav, wavBytes } from '../../src/audio/wav.ts'
import type { Command } from '../../src/command.ts'
import { loadConfig, projectFolder } from '../../src/config.ts'
import { runCommand } from '../../src/run-command.ts'
import { ensureTools, type Tools } from '../../src/setup/tools.ts'
import { loadRecordingKeys } from '../../src/store/recording-keys.ts'
import { makeRecordings, openRecording } from '../../src/store/recordings.ts'
import { seal, unseal } from '../../src/store/sealed.ts'
import { UserError } from '../../src/user-error.ts'
import { speechLike } from '../switch/speech.ts'
import { callbacksOf, keysIn, recordingsOf, silent } from './callbacks.ts'
import { databases } from './databases.ts'
import { cleanUp, requestIn, scratch } from './scratch.ts'

jest.setTimeout(60_000)

let tools: Tools
beforeAll(async () => {
  const quiet = { update: () => undefined, done: () => undefined, warn: () => undefined }
  const config = loadConfig(() => new Date(), join(projectFolder, '.dobush'))
  tools = await ensureTools(config, quiet)
}, 300_000)
afterEach(cleanUp)

const spoken = speechLike(3000)
const open = new AbortController().signal
const broken: Command = { file: '/nowhere/opusenc', args: [], env: {} }
const notCompressed = async () => {
  throw new Error('busy')
}

/** As Asterisk leaves a message. */
function spokenIn(folder: string) {
  const request = requestIn(folder)
  writeFileSync(request.recording.file, wavBytes(spoken))
  return request
}

/** A log and what it said. */
function listening() {
  const said: string[] = []
  const to = new Writable({
    write(line, _encoding, done) {
      said.push(String(line))
      done()
    },
  })
  return { log: pino({}, to), said }
}

/** Loudness in steps of 100 ms: what survives compression. */
function outline(samples: Int16Array, rate: number): number[] {
  const step = rate / 10
  return Array.from({ length: Math.floor(samples.length / step) }, (_, n) => {
    const part = samples.subarray(n * step, (n + 1) * step)
    return Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length)
  })
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length
  const [meanA, meanB] = [mean(a), mean(b)]
  const dot = (x: readonly number[], mx: number, y: readonly number[], my: number) =>
    x.reduce((sum, value, n) => sum + (value - mx) * ((y[n] ?? 0) - my), 0)
  return dot(a, meanA, b, meanB) / Math.sqrt(dot(a, meanA, a, meanA) * dot(b, meanB, b, meanB))
}

describe.each(databases)('on $name, what a caller said', ({ empty }) => {
  it('is kept as Opus, a fifth of it at most, and sounds as it did', async () => {
    const folder = scratch()
    const hotline = await empty()
    const keys = await keysIn(folder)
    const recordings = makeRecordings({ hotline, keys, encode: opusEncoder(tools.opusenc), log: silent })
    const callbacks = await callbacksOf(hotline, folder, { recordings })
    await callbacks.accept(spokenIn(folder))
    const { id } = await hotline.selectFrom('callback_request').select('id').executeTakeFirstOrThrow()
    const audio = await openRecording(hotline, keys, id)
    expect(audio?.type).toBe('audio/ogg')
    const bytes = Buffer.from(audio?.bytes ?? [])
    expect(bytes.toString('latin1', 0, 4)).toBe('OggS')
    expect(bytes.length).toBeLessThan(wavBytes(spoken).length / 5)
    const decoded = await runCommand(tools.opusdec, ['--quiet', '--rate', '8000', '--force-wav', '-', '-'], bytes)
    const heard = parseWav(decoded, 'decoded')
    expect(heard.samples.length / heard.sampleRate).toBeCloseTo(spoken.samples.length / 8000, 1)
    expect(correlation(outline(spoken.samples, 8000), outline(heard.samples, heard.sampleRate))).toBeGreaterThan(0.9)
  })

  it('is not in the database as it was said', async () => {
    const folder = scratch()
    const hotline = await empty()
    await (await callbacksOf(hotline, folder)).accept(requestIn(folder))
    const { sealed, key_id } = await hotline.selectFrom('recording').selectAll().executeTakeFirstOrThrow()
    expect(Buffer.from(sealed).includes('audio')).toBe(false)
    const key = Buffer.from(readFileSync(join(folder, 'recordings.key'), 'utf8').trim(), 'hex')
    expect(key_id).toBe(createHash('sha256').update(key).digest('hex').slice(0, 16))
    expect(key.toString('hex')).not.toContain(key_id)
  })

  it('does not open in the place of another', async () => {
    const folder = scratch()
    const hotline = await empty()
    const callbacks = await callbacksOf(hotline, folder)
    await callbacks.accept(requestIn(folder))
    await callbacks.accept(requestIn(folder, { reason: 'other' }))
    const [one, other] = await hotline.selectFrom('recording').selectAll().execute()
    if (!one || !other) throw new Error('two were accepted')
    await hotline
      .updateTable('recording')
      .set({ sealed: other.sealed })
      .where('request_id', '=', one.request_id)
      .execute()
    const keys = await keysIn(folder)
    await expect(openRecording(hotline, keys, one.request_id)).rejects.toThrow('authenticate')
    expect(await openRecording(hotline, keys, other.request_id)).toBeDefined()
    expect(await openRecording(hotline, keys, 'unheard-of')).toBeUndefined()
  })

  it('is kept as it is where nothing compresses it, and compressed later', async () => {
    const folder = scratch()
    const hotline = await empty()
    const keys = await keysIn(folder)
    const { log, said } = listening()
    const failing = makeRecordings({ hotline, keys, encode: opusEncoder(broken), log })
    const request = spokenIn(folder)
    const wav = readFileSync(request.recording.file)
    await (await callbacksOf(hotline, folder, { recordings: failing })).accept(request)
    const { id } = await hotline.selectFrom('callback_request').select('id').executeTakeFirstOrThrow()
    const kept = await openRecording(hotline, keys, id)
    expect(kept?.type).toBe('audio/wav')
    expect(Buffer.from(kept?.bytes ?? []).equals(wav)).toBe(true)
    expect(said.join()).toContain('could not be compressed')

    await failing.catchUp(folder, open)
    expect((await openRecording(hotline, keys, id))?.type).toBe('audio/wav')
    const mended = makeRecordings({ hotline, keys, encode: opusEncoder(tools.opusenc), log })
    await mended.catchUp(folder, open)
    expect((await openRecording(hotline, keys, id))?.type).toBe('audio/ogg')
  })

  it('is taken over from the files of older versions; a file that is gone stops nothing', async () => {
    const folder = scratch()
    const hotline = await empty()
    const callbacks = await callbacksOf(hotline, folder)
    const old = join(folder, 'recordings')
    mkdirSync(old)
    const reasons = ['not-in-list', 'wrong-station', 'other'] as const
    for (const reason of reasons) await callbacks.accept(requestIn(folder, { reason }))
    await hotline.deleteFrom('recording').execute()
    for (const reason of reasons) {
      await hotline
        .updateTable('callback_request')
        .set({ wav_file: `${reason}.wav` })
        .where('reason', '=', reason)
        .execute()
      if (reason !== 'wrong-station') writeFileSync(join(old, `${reason}.wav`), `said: ${reason}`)
    }
    const { log, said } = listening()
    const keys = await keysIn(folder)
    const recordings = makeRecordings({ hotline, keys, encode: notCompressed, log })
    await recordings.catchUp(old, open)
    const rows = await hotline.selectFrom('callback_request').select(['id', 'reason', 'wav_file']).execute()
    for (const { id, reason, wav_file } of rows) {
      const audio = await openRecording(hotline, keys, id)
      const gone = reason === 'wrong-station'
      expect(wav_file).toBe(gone ? 'wrong-station.wav' : null)
      expect(audio && Buffer.from(audio.bytes).toString()).toBe(gone ? undefined : `said: ${reason}`)
      expect(existsSync(join(old, `${reason}.wav`))).toBe(false)
    }
    expect(said.filter((line) => line.includes('could not be taken over'))).toHaveLength(1)
  })

  it('opens with the key it was sealed with after another was added, and says so when that is gone', async () => {
    const folder = scratch()
    const hotline = await empty()
    const file = join(folder, 'recordings.key')
    await (await callbacksOf(hotline, folder)).accept(requestIn(folder))
    const { id } = await hotline.selectFrom('callback_request').select('id').executeTakeFirstOrThrow()
    const first = readFileSync(file, 'utf8')
    appendFileSync(file, `${'5a'.repeat(32)}\n`)
    const both = await loadRecordingKeys(file)
    expect(await openRecording(hotline, both, id)).toBeDefined()
    const row = await (await recordingsOf(hotline, folder)).seal(requestIn(folder).recording.file, 'another')
    expect(row.key_id).toBe(both.current.id)

    writeFileSync(file, `${'5a'.repeat(32)}\n`)
    const { log, said } = listening()
    const keys = await loadRecordingKeys(file)
    await expect(openRecording(hotline, keys, id)).rejects.toThrow(UserError)
    await expect(openRecording(hotline, keys, id)).rejects.not.toThrow(first.trim())
    await makeRecordings({ hotline, keys, encode: notCompressed, log }).catchUp(folder, open)
    expect(said.join()).toContain('a key that recordings need is not there')
    expect(said.join()).not.toContain(first.trim())
  })
})

describe('the key file', () => {
  it('is made once, for its owner only, also by several at once', async () => {
    const file = join(scratch(), 'home', 'recordings.key')
    const all = await Promise.all(Array.from({ length: 8 }, () => loadRecordingKeys(file)))
    expect(new Set(all.map(({ current }) => current.id)).size).toBe(1)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it.each([
    ['no key', '\n'],
    ['a word', 'secret\n'],
    ['half a key', `${'5a'.repeat(16)}\n`],
  ])('with %s in it is refused without being shown', async (_what, text) => {
    const file = join(scratch(), 'recordings.key')
    writeFileSync(file, text)
    const loading = loadRecordingKeys(file)
    await expect(loading).rejects.toThrow(UserError)
    await expect(loading).rejects.toThrow(file)
    if (text.trim()) await expect(loading).rejects.not.toThrow(text.trim())
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})

describe('what is sealed', () => {
  const key = Buffer.alloc(32, 7)
  const bytes = Buffer.from('what was said')

  it('opens as it was, each time sealed differently', () => {
    const [one, two] = [seal(key, bytes, 'a'), seal(key, bytes, 'a')]
    expect(one.equals(two)).toBe(false)
    for (const sealed of [one, two]) expect(unseal(key, sealed, 'a').equals(bytes)).toBe(true)
  })

  it('does not open with another key, about something else, changed in any byte or cut short', () => {
    const sealed = seal(key, bytes, 'a')
    expect(() => unseal(Buffer.alloc(32, 8), sealed, 'a')).toThrow()
    expect(() => unseal(key, sealed, 'b')).toThrow()
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(() => unseal(key, changed, 'a')).toThrow()
      expect(() => unseal(key, sealed.subarray(0, at), 'a')).toThrow()
    }
  })
})

test('no more than three are compressed at once; the others need not wait', async () => {
  const encode = opusEncoder(tools.opusenc)
  const done = await Promise.allSettled(Array.from({ length: 5 }, () => encode(wavBytes(spoken))))
  expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'])
  await encode(wavBytes(spoken))
})
