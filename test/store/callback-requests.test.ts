import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { CallbackReason } from '../../src/domain/callback-request.ts'
import { makeReference, parseReference } from '../../src/domain/reference.ts'
import { type CallbackOptions, makeCallbackRequests } from '../../src/store/callback-requests.ts'
import { cleanUp, numberOf, openIn, requestIn, scratch } from './scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(60_000)

afterEach(cleanUp)

const now = () => new Date('2026-11-22T05:01:00Z')

async function callbacksIn(folder: string, more: Partial<CallbackOptions> = {}) {
  return makeCallbackRequests({ hotline: await openIn(folder), recordings: join(folder, 'recordings'), now, ...more })
}

const recordingsIn = (folder: string) => readdirSync(join(folder, 'recordings'))

test('an accepted request has a reference, its audio and the consent', async () => {
  const folder = scratch()
  const callbacks = await callbacksIn(folder)
  const request = requestIn(folder)
  const audio = readFileSync(request.recording.file, 'utf8')
  const reference = await callbacks.accept(request)
  expect(parseReference(reference)).toBe(reference)
  const [listed] = await callbacks.listCallbacks({ limit: 10 })
  expect(listed).toEqual({
    id: expect.any(String),
    reference,
    state: 'open',
    createdAt: now(),
    callId: request.callId,
    consentedAt: request.consentedAt,
    language: 'ky',
    reason: 'wrong-station',
    number: '+996555••••56',
    recording: join(folder, 'recordings', `${listed?.id}.wav`),
    durationMs: 4200,
    talkingMs: 3100,
  })
  expect(readFileSync(listed?.recording ?? '', 'utf8')).toBe(audio)
  expect(existsSync(request.recording.file)).toBe(false)
})

test('only the owner reads recordings', async () => {
  const folder = scratch()
  const callbacks = await callbacksIn(folder)
  const request = requestIn(folder)
  chmodSync(request.recording.file, 0o644)
  mkdirSync(join(folder, 'recordings'), { mode: 0o755 })
  await callbacks.accept(request)
  expect(statSync(join(folder, 'recordings')).mode & 0o777).toBe(0o700)
  for (const name of recordingsIn(folder)) expect(statSync(join(folder, 'recordings', name)).mode & 0o777).toBe(0o600)
})

test('one request is open for a number and reason; other numbers and reasons have their own', async () => {
  const folder = scratch()
  const callbacks = await callbacksIn(folder)
  const number = numberOf('0555123456')
  expect(await callbacks.openFor(number, 'wrong-station')).toBeUndefined()
  const first = await callbacks.accept(requestIn(folder))
  expect(await callbacks.openFor(number, 'wrong-station')).toBe(first)
  expect(await callbacks.openFor(number, 'other')).toBeUndefined()
  expect(await callbacks.openFor(numberOf('0555123457'), 'wrong-station')).toBeUndefined()
  const others = [
    await callbacks.accept(requestIn(folder, { reason: 'other' })),
    await callbacks.accept(requestIn(folder, { number: numberOf('0555123457') })),
  ]
  expect(new Set([first, ...others]).size).toBe(3)
})

test('a second one that slips past the question gets the first one’s reference, and its audio is kept', async () => {
  const folder = scratch()
  const callbacks = await callbacksIn(folder)
  const first = await callbacks.accept(requestIn(folder))
  const second = requestIn(folder)
  const audio = readFileSync(second.recording.file, 'utf8')
  expect(await callbacks.accept(second)).toBe(first)
  const listed = await callbacks.listCallbacks({ limit: 10 })
  expect(listed.map(({ state }) => state).sort()).toEqual(['duplicate', 'open'])
  const duplicate = listed.find(({ state }) => state === 'duplicate')
  expect(readFileSync(duplicate?.recording ?? '', 'utf8')).toBe(audio)
})

test('many at the same moment get one reference', async () => {
  const folder = scratch()
  const callbacks = await callbacksIn(folder)
  const references = await Promise.all(Array.from({ length: 30 }, () => callbacks.accept(requestIn(folder))))
  expect(new Set(references).size).toBe(1)
  const states = (await callbacks.listCallbacks({ limit: 100 })).map(({ state }) => state)
  expect(states.filter((state) => state === 'open')).toHaveLength(1)
  expect(states).toHaveLength(30)
  expect(recordingsIn(folder)).toHaveLength(30)
})

test('once a request is closed, the number may ask again', async () => {
  const folder = scratch()
  const hotline = await openIn(folder)
  const callbacks = makeCallbackRequests({ hotline, recordings: join(folder, 'recordings'), now })
  const first = await callbacks.accept(requestIn(folder))
  await sql`UPDATE callback_request SET state = 'resolved'`.execute(hotline)
  expect(await callbacks.openFor(numberOf('0555123456'), 'wrong-station')).toBeUndefined()
  expect(await callbacks.accept(requestIn(folder))).not.toBe(first)
})

describe('a reference', () => {
  it('that is taken is drawn again', async () => {
    const folder = scratch()
    const draws = [0.5, 0.5, 0.5, 0.25]
    const callbacks = await callbacksIn(folder, { random: () => draws.shift() ?? 0 })
    expect(await callbacks.accept(requestIn(folder))).toBe(makeReference(0.5))
    expect(await callbacks.accept(requestIn(folder, { reason: 'other' }))).toBe(makeReference(0.25))
  })

  it('that can not be found leaves the audio where it was', async () => {
    const folder = scratch()
    const callbacks = await callbacksIn(folder, { random: () => 0.5 })
    await callbacks.accept(requestIn(folder))
    const request = requestIn(folder, { reason: 'other' })
    await expect(callbacks.accept(request)).rejects.toThrow('No free reference number')
    expect(existsSync(request.recording.file)).toBe(true)
    expect(recordingsIn(folder)).toHaveLength(1)
  })

  it('does not follow from the one before', async () => {
    const folder = scratch()
    const callbacks = await callbacksIn(folder)
    const reasons: readonly CallbackReason[] = ['not-in-list', 'wrong-station', 'wrong-personal-data', 'other']
    const references: number[] = []
    for (const reason of reasons) references.push(Number(await callbacks.accept(requestIn(folder, { reason }))))
    const steps = references.slice(1).map((reference, n) => reference - (references[n] ?? 0))
    expect(new Set(steps).size).toBeGreaterThan(1)
  })
})

describe('an incomplete request', () => {
  it('is kept with its audio, with or without a number, any number of times', async () => {
    const folder = scratch()
    const callbacks = await callbacksIn(folder)
    const request = requestIn(folder, { recording: { ...requestIn(folder).recording, ended: 'hangup' } })
    await callbacks.keepIncomplete({ ...request, number: undefined })
    await callbacks.keepIncomplete(requestIn(folder))
    await callbacks.keepIncomplete(requestIn(folder))
    const listed = await callbacks.listCallbacks({ limit: 10 })
    expect(listed.map(({ state, reference }) => [state, reference])).toEqual(Array(3).fill(['incomplete', undefined]))
    expect(listed.filter(({ number }) => number === undefined)).toHaveLength(1)
    for (const { recording } of listed) expect(existsSync(recording)).toBe(true)
    expect(existsSync(request.recording.file)).toBe(false)
  })

  it('does not count as an open one', async () => {
    const folder = scratch()
    const callbacks = await callbacksIn(folder)
    await callbacks.keepIncomplete(requestIn(folder))
    expect(await callbacks.openFor(numberOf('0555123456'), 'wrong-station')).toBeUndefined()
    await callbacks.accept(requestIn(folder))
  })
})

describe('nothing is lost', () => {
  it('when the recording is not there: refused, and no row', async () => {
    const folder = scratch()
    const callbacks = await callbacksIn(folder)
    const request = requestIn(folder)
    rmSync(request.recording.file)
    await expect(callbacks.accept(request)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await callbacks.listCallbacks({ limit: 1 })).toEqual([])
    expect(recordingsIn(folder)).toEqual([])
  })

  it('when recordings can not be kept: refused with the cause, the audio stays', async () => {
    const folder = scratch()
    const recordings = join(folder, 'recordings')
    writeFileSync(recordings, 'a file where the folder should be')
    const callbacks = await callbacksIn(folder)
    const request = requestIn(folder)
    await expect(callbacks.accept(request)).rejects.toMatchObject({ code: 'EEXIST' })
    expect(existsSync(request.recording.file)).toBe(true)
    expect(await callbacks.listCallbacks({ limit: 1 })).toEqual([])
  })

  it('when the database takes no more: refused with the cause, the audio stays and there is one of it', async () => {
    const folder = scratch()
    const hotline = await openIn(folder)
    const callbacks = makeCallbackRequests({ hotline, recordings: join(folder, 'recordings'), now })
    await callbacks.accept(requestIn(folder))
    const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(hotline)
    // SQLite then says that the disk is full, as it would if it were.
    await sql.raw(`PRAGMA max_page_count = ${rows[0]?.page_count}`).execute(hotline)
    let refused: unknown
    let request = requestIn(folder)
    let accepted = 1
    for (let n = 0; refused === undefined && n < 1000; n += 1) {
      request = requestIn(folder, { number: numberOf(`0555${String(100_000 + n)}`) })
      await callbacks.accept(request).then(
        () => {
          accepted += 1
        },
        (error: unknown) => {
          refused = error
        },
      )
    }
    expect(refused).toMatchObject({ code: 'SQLITE_FULL' })
    expect(existsSync(request.recording.file)).toBe(true)
    expect(recordingsIn(folder)).toHaveLength(accepted)
    expect(await callbacks.listCallbacks({ limit: 2000 })).toHaveLength(accepted)
  })

  it('when the spool is on another device', async () => {
    const folder = scratch()
    const elsewhere = mkdtempSync('/dev/shm/dobush-spool-')
    try {
      expect(statSync(elsewhere).dev).not.toBe(statSync(folder).dev)
      const callbacks = await callbacksIn(folder)
      const request = requestIn(elsewhere)
      const audio = readFileSync(request.recording.file, 'utf8')
      await callbacks.accept(request)
      const [listed] = await callbacks.listCallbacks({ limit: 1 })
      expect(readFileSync(listed?.recording ?? '', 'utf8')).toBe(audio)
      expect(statSync(listed?.recording ?? '').mode & 0o777).toBe(0o600)
      expect(existsSync(request.recording.file)).toBe(false)
    } finally {
      rmSync(elsewhere, { recursive: true })
    }
  })
})
