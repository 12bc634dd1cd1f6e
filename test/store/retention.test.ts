import { seedHotline } from '../../src/bench/console-data.ts'
import { sampleCalendar } from '../../src/config.ts'
import { makeAuditLog } from '../../src/store/audit-log.ts'
import { makeCallDays } from '../../src/store/call-days.ts'
import { makeCallLog } from '../../src/store/call-log.ts'
import { makeRetention } from '../../src/store/retention.ts'
import { makeSettingsStore } from '../../src/store/settings.ts'
import { aCall } from './calls.ts'
import { databases } from './databases.ts'
import { cleanUp, numberOf } from './scratch.ts'

afterEach(cleanUp)

const now = new Date('2026-11-23T06:00:00Z')
const clock = () => now
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000)

describe.each(databases)('$name', ({ empty }) => {
  async function open() {
    const hotline = await empty()
    const settings = makeSettingsStore(hotline, sampleCalendar(now), clock)
    const auditLog = makeAuditLog(hotline, clock)
    const run = makeRetention({
      hotline,
      settings,
      days: makeCallDays(hotline, 'Asia/Bishkek', clock),
      auditLog,
      timeZone: 'Asia/Bishkek',
      now: clock,
    })
    const never = new AbortController().signal
    return { hotline, settings, auditLog, run: () => run(never), stopped: () => run(AbortSignal.abort()) }
  }

  test('each kind goes when its days are over, not before; of calls first the number, then the rest', async () => {
    const { hotline, settings, run } = await open()
    const { retention } = await settings.get()
    await settings.set('retention', { ...retention, calls: 30, callers: 10 }, 'aida')
    const log = makeCallLog(hotline)
    for (const days of [1, 9.99, 10.01, 29.99, 30.01]) await log.write(aCall(`${days}`, { startedAt: daysAgo(days) }))
    expect(await run()).toEqual({ calls: 1, callers: 2, callbacks: 0, recordings: 0, messages: 0, audit: 0 })
    const calls = await hotline.selectFrom('call').select(['id', 'ani']).orderBy('started_at', 'desc').execute()
    expect(calls.map(({ id, ani }) => [id, ani !== null])).toEqual([
      ['1', true],
      ['9.99', true],
      ['10.01', false],
      ['29.99', false],
    ])
    expect(await hotline.selectFrom('call_step').where('call_id', '=', '30.01').selectAll().execute()).toEqual([])
    expect((await settings.get()).retentionRun).toEqual({
      at: now.toISOString(),
      removed: { calls: 1, callers: 2, callbacks: 0, recordings: 0, messages: 0, audit: 0 },
    })
    // Reports still know the day.
    expect(await hotline.selectFrom('call_day').select('day').orderBy('day').limit(1).execute()).toEqual([
      { day: '2026-10-24' },
    ])
  })

  test('requests and what was said go by age, but not while somebody waits', async () => {
    const { hotline, settings, run } = await open()
    await seedHotline(hotline, { calls: 300, callbacks: 300, days: 20, seed: 2, now })
    const requests = await hotline.selectFrom('callback_request').selectAll().execute()
    for (const { id } of requests) {
      const sealed = new Uint8Array([1])
      await hotline.insertInto('recording').values({ request_id: id, key_id: 'k', type: 'audio/ogg', sealed }).execute()
    }
    const { retention } = await settings.get()
    await settings.set('retention', { ...retention, callbacks: 10, recordings: 3 }, 'aida')
    // Some wait for longer than that.
    await hotline
      .updateTable('callback_request')
      .set({ state: 'open', closed_at: null })
      .where('id', 'in', ['request-0000001', 'request-0000002'])
      .execute()
    const goes = (days: number) => (row: (typeof requests)[number]) =>
      row.created_at < daysAgo(days).toISOString() &&
      row.state !== 'open' &&
      !['request-0000001', 'request-0000002'].includes(row.id)
    const removed = await run()
    expect(removed.callbacks).toBe(requests.filter(goes(10)).length)
    expect(removed.callbacks).toBeGreaterThan(50)
    const left = await hotline.selectFrom('callback_request').select('id').orderBy('id').execute()
    expect(left.map(({ id }) => id)).toEqual(
      requests
        .filter((row) => !goes(10)(row))
        .map(({ id }) => id)
        .sort(),
    )
    const heard = await hotline.selectFrom('recording').select('request_id').orderBy('request_id').execute()
    expect(heard.map(({ request_id }) => request_id)).toEqual(
      requests
        .filter((row) => !goes(3)(row))
        .map(({ id }) => id)
        .sort(),
    )
  })

  test('more than fits into one go is removed, too, with its steps; a second run finds nothing', async () => {
    const { hotline, settings, run } = await open()
    await seedHotline(hotline, { calls: 700, callbacks: 0, days: 3, seed: 2, now: daysAgo(5) })
    const { retention } = await settings.get()
    await settings.set('retention', { ...retention, calls: 2 }, 'aida')
    expect((await run()).calls).toBe(700)
    expect(await hotline.selectFrom('call_step').selectAll().execute()).toEqual([])
    expect(await run()).toEqual({ calls: 0, callers: 0, callbacks: 0, recordings: 0, messages: 0, audit: 0 })
  })

  test('texts go by age, but not while they are on their way', async () => {
    const { hotline, settings, run } = await open()
    const { retention } = await settings.get()
    await settings.set('retention', { ...retention, messages: 7 }, 'aida')
    for (const days of [6, 8, 9]) {
      const at = daysAgo(days).toISOString()
      const sent = {
        in_id: `in-${days}`,
        call_id: null,
        bind: 'mega',
        created_at: at,
        recipient: numberOf('0555123456'),
      }
      const text = {
        name: 'found',
        language: null,
        text: null,
        ids: 0,
        reference: 1,
        attempts: 1,
        fault: null,
      } as const
      const final = days === 9 ? null : at
      const state = days === 9 ? 'sending' : 'delivered'
      const received = { bind: 'mega', received_at: at, sender: '0555123456', language: null, station: null }
      await hotline
        .insertInto('sms_in')
        .values({ id: `in-${days}`, outcome: 'found', ...received } as never)
        .execute()
      await hotline
        .insertInto('sms_out')
        .values({ id: `out-${days}`, ...sent, ...text, state, next_at: at, sent_at: at, final_at: final } as never)
        .execute()
      const taken = { out_id: `out-${days}`, message_id: 'm', bind: 'mega', state: null, error: null }
      await hotline.insertInto('sms_taken').values(taken).execute()
      const number = { language: null, bind: 'mega', day: at.slice(0, 10), answers: 1 }
      await hotline
        .insertInto('sms_number')
        .values({ number: numberOf(`070000000${days}`), ...number })
        .execute()
    }
    expect((await run()).messages).toBe(3)
    const left = async (table: 'sms_in' | 'sms_out') =>
      (await hotline.selectFrom(table).select('id').orderBy('id').execute()).map(({ id }) => id)
    expect([await left('sms_in'), await left('sms_out')]).toEqual([['in-6'], ['out-6', 'out-9']])
    expect(await hotline.selectFrom('sms_taken').select('out_id').orderBy('out_id').execute()).toHaveLength(2)
    expect(await hotline.selectFrom('sms_number').select('number').execute()).toEqual([{ number: '+996700000006' }])
  })

  test('stops when it is told to, and says nothing of a run that was not whole', async () => {
    const { hotline, settings, stopped } = await open()
    await makeCallLog(hotline).write(aCall('old', { startedAt: daysAgo(1000) }))
    await expect(stopped()).rejects.toThrow()
    expect(await hotline.selectFrom('call').select('id').execute()).toHaveLength(1)
    expect((await settings.get()).retentionRun).toBeNull()
  })

  test('old entries of the audit log go, and its chain still holds', async () => {
    const { hotline, settings, run } = await open()
    const time = { now: daysAgo(50) }
    const log = makeAuditLog(hotline, () => time.now)
    for (let nth = 0; nth < 5; nth += 1) await log.append({ by: 'aida', action: 'call.number-shown' })
    time.now = now
    await log.append({ by: 'aida', action: 'call.number-shown' })
    const { retention } = await settings.get()
    await settings.set('retention', { ...retention, audit: 40 }, 'aida')
    expect((await run()).audit).toBe(5)
    expect(await log.check()).toMatchObject({ brokenAt: null })
  })
})
