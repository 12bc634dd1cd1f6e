import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { sql } from 'kysely'
import type { CallbackReason } from '../../src/domain/callback-request.ts'
import { makeReference, parseReference } from '../../src/domain/reference.ts'
import { makeCallLog } from '../../src/store/call-log.ts'
import type { CallbackOptions } from '../../src/store/callback-requests.ts'
import { callbacksOf, requestsWithAudio } from './callbacks.ts'
import { aCall, aStep } from './calls.ts'
import { databases } from './databases.ts'
import { cleanUp, numberOf, openIn, requestIn, scratch } from './scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(60_000)

afterEach(cleanUp)

const now = () => new Date('2026-11-22T05:01:00Z')

describe.each(databases)('on $name', ({ empty }) => {
  async function open(more: Partial<CallbackOptions> = {}) {
    const folder = scratch()
    const hotline = await empty()
    const callbacks = await callbacksOf(hotline, folder, { now, ...more })
    return { folder, hotline, callbacks, kept: () => requestsWithAudio(hotline, folder) }
  }

  test('an accepted request has a reference, its audio and the consent', async () => {
    const { folder, callbacks, kept } = await open()
    const request = requestIn(folder)
    const audio = readFileSync(request.recording.file, 'utf8')
    await callbacks.begin(request)
    const reference = await callbacks.accept(request)
    expect(parseReference(reference)).toBe(reference)
    expect(await kept()).toEqual([
      {
        id: expect.any(String),
        reference,
        state: 'open',
        createdAt: now(),
        callId: request.callId,
        consentedAt: request.consentedAt,
        language: 'ky',
        reason: 'wrong-station',
        number: '+996555••••56',
        durationMs: 4200,
        talkingMs: 3100,
        audio,
      },
    ])
    expect(existsSync(request.recording.file)).toBe(false)
    expect(await callbacks.hasDraft(request.callId)).toBe(false)
  })

  test('one request is open for a number and reason; other numbers and reasons have their own', async () => {
    const { folder, callbacks } = await open()
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
    const { folder, callbacks, kept } = await open()
    const first = await callbacks.accept(requestIn(folder))
    const second = requestIn(folder)
    const audio = readFileSync(second.recording.file, 'utf8')
    expect(await callbacks.accept(second)).toBe(first)
    const listed = await kept()
    expect(listed.map(({ state }) => state).sort()).toEqual(['duplicate', 'open'])
    expect(listed.find(({ state }) => state === 'duplicate')?.audio).toBe(audio)
  })

  test('many at the same moment get one reference', async () => {
    const { folder, callbacks, kept } = await open()
    const references = await Promise.all(Array.from({ length: 30 }, () => callbacks.accept(requestIn(folder))))
    expect(new Set(references).size).toBe(1)
    const listed = await kept()
    expect(listed.filter(({ state }) => state === 'open')).toHaveLength(1)
    expect(new Set(listed.map(({ audio }) => audio)).size).toBe(30)
  })

  test('once a request is closed, the number may ask again', async () => {
    const { folder, hotline, callbacks } = await open()
    const first = await callbacks.accept(requestIn(folder))
    await hotline.updateTable('callback_request').set({ state: 'closed' }).execute()
    expect(await callbacks.openFor(numberOf('0555123456'), 'wrong-station')).toBeUndefined()
    expect(await callbacks.accept(requestIn(folder))).not.toBe(first)
  })

  test('the region of what the caller heard is known once the call has ended', async () => {
    const { folder, hotline, callbacks } = await open()
    const request = requestIn(folder)
    await callbacks.accept(request)
    await callbacks.accept(requestIn(folder, { reason: 'other' }))
    await makeCallLog(hotline).write(
      aCall(request.callId, { station: '7087', steps: [aStep('cb-reason', { prompts: ['cb-consent'] })] }),
    )
    const regions = hotline.selectFrom('callback_request').select(['call_id', 'region']).where('region', 'is not', null)
    expect(await regions.execute()).toEqual([{ call_id: request.callId, region: '7' }])
  })

  describe('a reference', () => {
    it('that is taken is drawn again', async () => {
      const draws = [0.5, 0.5, 0.5, 0.25]
      const { folder, callbacks } = await open({ random: () => draws.shift() ?? 0 })
      expect(await callbacks.accept(requestIn(folder))).toBe(makeReference(0.5))
      expect(await callbacks.accept(requestIn(folder, { reason: 'other' }))).toBe(makeReference(0.25))
    })

    it('that can not be found leaves the audio where it was', async () => {
      const { folder, callbacks, kept } = await open({ random: () => 0.5 })
      await callbacks.accept(requestIn(folder))
      const request = requestIn(folder, { reason: 'other' })
      await expect(callbacks.accept(request)).rejects.toThrow('No free reference number')
      expect(existsSync(request.recording.file)).toBe(true)
      expect(await kept()).toHaveLength(1)
    })

    it('does not follow from the one before', async () => {
      const { folder, callbacks } = await open()
      const reasons: readonly CallbackReason[] = ['not-in-list', 'wrong-station', 'wrong-personal-data', 'other']
      const references: number[] = []
      for (const reason of reasons) references.push(Number(await callbacks.accept(requestIn(folder, { reason }))))
      const steps = references.slice(1).map((reference, n) => reference - (references[n] ?? 0))
      expect(new Set(steps).size).toBeGreaterThan(1)
    })
  })

  describe('an incomplete request', () => {
    it('is kept with its audio, with or without a number, any number of times', async () => {
      const { folder, callbacks, kept } = await open()
      const request = requestIn(folder, { recording: { ...requestIn(folder).recording, ended: 'hangup' } })
      await callbacks.keepIncomplete({ ...request, number: undefined })
      await callbacks.keepIncomplete(requestIn(folder))
      await callbacks.keepIncomplete(requestIn(folder))
      const listed = await kept()
      expect(listed.map(({ state, reference }) => [state, reference])).toEqual(Array(3).fill(['incomplete', undefined]))
      expect(listed.filter(({ number }) => number === undefined)).toHaveLength(1)
      for (const { audio } of listed) expect(audio).toMatch(/^audio/)
      expect(existsSync(request.recording.file)).toBe(false)
    })

    it('does not count as an open one', async () => {
      const { folder, callbacks } = await open()
      await callbacks.keepIncomplete(requestIn(folder))
      expect(await callbacks.openFor(numberOf('0555123456'), 'wrong-station')).toBeUndefined()
      await callbacks.accept(requestIn(folder))
    })

    it('is made of what a call left whose application died, and of nothing else', async () => {
      const { folder, callbacks, kept } = await open()
      const request = requestIn(folder)
      await callbacks.begin(request)
      expect(await callbacks.drafts()).toEqual([request.callId])
      await callbacks.keepStranded(request.callId, request.recording)
      await callbacks.keepStranded('unheard-of', requestIn(folder).recording)
      expect(await callbacks.drafts()).toEqual([])
      expect(await kept()).toMatchObject([{ state: 'incomplete', callId: request.callId, number: '+996555••••56' }])
    })
  })

  describe('nothing is lost', () => {
    it('when the recording is not there: refused, and no row', async () => {
      const { folder, callbacks, kept } = await open()
      const request = requestIn(folder)
      rmSync(request.recording.file)
      await expect(callbacks.accept(request)).rejects.toMatchObject({ code: 'ENOENT' })
      expect(await kept()).toEqual([])
    })

    it('when the audio can not be written: refused with the cause, no row without it, the file and the draft stay', async () => {
      const { folder, hotline, callbacks, kept } = await open()
      await sql`DROP TABLE recording`.execute(hotline)
      const request = requestIn(folder)
      await callbacks.begin(request)
      await expect(callbacks.accept(request)).rejects.toThrow('recording')
      expect(existsSync(request.recording.file)).toBe(true)
      expect(await callbacks.drafts()).toEqual([request.callId])
      await expect(kept()).resolves.toEqual([])
    })

    it('when the due time can not be counted: kept, and due at once', async () => {
      const { folder, hotline, callbacks } = await open({ dueAt: () => Promise.reject(new Error('no settings')) })
      await callbacks.accept(requestIn(folder))
      const rows = await hotline.selectFrom('callback_request').select('due_at').execute()
      expect(rows).toEqual([{ due_at: now().toISOString() }])
    })

    it('when the spool is on another device', async () => {
      const { folder, callbacks, kept } = await open()
      const elsewhere = mkdtempSync('/dev/shm/dobush-spool-')
      try {
        expect(statSync(elsewhere).dev).not.toBe(statSync(folder).dev)
        const request = requestIn(elsewhere)
        const audio = readFileSync(request.recording.file, 'utf8')
        await callbacks.accept(request)
        expect(await kept()).toMatchObject([{ audio }])
        expect(existsSync(request.recording.file)).toBe(false)
      } finally {
        rmSync(elsewhere, { recursive: true })
      }
    })
  })
})

test('when SQLite takes no more: refused with the cause, the audio stays and there is one of it', async () => {
  const folder = scratch()
  const hotline = await openIn(folder)
  const callbacks = await callbacksOf(hotline, folder, { now })
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
  const listed = await requestsWithAudio(hotline, folder)
  expect(listed).toHaveLength(accepted)
  for (const { audio } of listed) expect(audio).toMatch(/^audio/)
})
