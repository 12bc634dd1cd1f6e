import { seedHotline } from '../../src/bench/console-data.ts'
import { addDays, dayAt } from '../../src/domain/calendar.ts'
import { makeCallDays } from '../../src/store/call-days.ts'
import { makeCallLog } from '../../src/store/call-log.ts'
import { makeReports } from '../../src/store/reports.ts'
import { aCall, aStep } from './calls.ts'
import { databases } from './databases.ts'
import { cleanUp } from './scratch.ts'

afterEach(cleanUp)

const zone = 'Asia/Bishkek'
const now = new Date('2026-11-23T06:00:00Z')
const today = dayAt(zone, now)

describe.each(databases)('$name', ({ empty }) => {
  test('counts what going through everything counts, again from what it kept', async () => {
    const hotline = await empty()
    await seedHotline(hotline, { calls: 1200, callbacks: 150, days: 6, seed: 3, now })
    const report = makeReports(
      hotline,
      makeCallDays(hotline, zone, () => now),
      zone,
    )
    const calls = await hotline.selectFrom('call').selectAll().execute()
    const steps = await hotline.selectFrom('call_step').select(['call_id', 'name']).execute()
    const requests = await hotline.selectFrom('callback_request').selectAll().execute()

    for (const languages of [undefined, ['ru'] as const]) {
      const [from, until] = [addDays(today, -3), today]
      const within = ({ language, at }: { language: string; at: string }) =>
        dayAt(zone, new Date(at)) >= from && (!languages || language === 'ru')
      const mine = calls.filter(({ language, started_at }) => within({ language, at: started_at }))
      const asked = requests.filter(({ language, created_at }) => within({ language, at: created_at }))
      const ids = new Set(mine.map(({ id }) => id))
      const count = (test: (call: (typeof calls)[number]) => boolean) => mine.filter(test).length
      const first = await report({ from, until, languages })
      expect(first.totals).toMatchObject({
        calls: mine.length,
        completed: count(({ disposition }) => disposition === 'completed'),
        abandoned: count(({ disposition }) => disposition === 'abandoned'),
        gaveUp: count(({ disposition }) => disposition === 'gave-up'),
        failed: count(({ disposition }) => disposition === 'failed'),
        callbacks: asked.length,
      })
      const lengths = mine
        .filter(({ disposition }) => disposition === 'completed')
        .map(({ duration_ms }) => duration_ms)
      const median = lengths.sort((one, other) => one - other)[Math.floor(lengths.length / 2)] ?? 0
      expect(Math.abs((first.totals.medianDurationMs ?? 0) - median)).toBeLessThan(2000)
      expect(first.byDay.map(({ day, calls }) => [day, calls])).toEqual(
        [-3, -2, -1, 0].map((days) => {
          const day = addDays(today, days)
          return [day, count(({ started_at }) => dayAt(zone, new Date(started_at)) === day)]
        }),
      )
      // Three in the afternoon of the Sunday before, in Bishkek.
      expect(first.byHour.find(({ weekday, hour }) => weekday === 7 && hour === 15)?.calls ?? 0).toBe(
        count(({ started_at }) => started_at.startsWith('2026-11-22T09')),
      )
      expect(first.byHour.reduce((sum, { calls }) => sum + calls, 0)).toBe(mine.length)
      expect(first.funnel.find(({ step }) => step === 'pin-enter')).toEqual({
        step: 'pin-enter',
        reached: new Set(
          steps.filter(({ call_id, name }) => ids.has(call_id) && name === 'pin-enter').map(({ call_id }) => call_id),
        ).size,
        left: count(({ last_step }) => last_step === 'pin-enter'),
      })
      expect(first.reasons.map(({ reason, callbacks }) => [reason, callbacks])).toEqual(
        ['not-in-list', 'wrong-station', 'wrong-personal-data', 'other'].map((reason) => [
          reason,
          asked.filter((request) => request.reason === reason).length,
        ]),
      )
      const bishkek = first.regions.find(({ region }) => region === '1')
      expect(bishkek).toEqual({
        region: '1',
        calls: count(({ region }) => region === '1'),
        callbacks: asked.filter(({ region }) => region === '1').length,
      })
      expect(first.stations.length).toBeGreaterThan(10)
      const { station, ...counts } = first.stations[0] ?? {}
      expect(counts).toEqual({
        calls: count((call) => call.station === station),
        callbacks: asked.filter(({ call_id }) => calls.find(({ id }) => id === call_id)?.station === station).length,
      })
      const closed = asked.filter(({ closed_at }) => closed_at !== null)
      expect(first.timeToCallback.closed).toBe(closed.length)
      expect(first.timeToCallback.withinDue).toBe(
        closed.filter(({ closed_at, due_at }) => (closed_at ?? '') <= due_at).length,
      )
      expect(first.timeToCallback.histogram.reduce((sum, { callbacks }) => sum + callbacks, 0)).toBe(closed.length)
      expect(await report({ from, until, languages })).toEqual(first)
    }
    const kept = await hotline.selectFrom('call_day').select('day').orderBy('day').execute()
    expect(kept.map(({ day }) => day)).toEqual([-3, -2, -1].map((days) => addDays(today, days)))
  })

  test('a day that is over is known when its calls are gone; today is counted anew each time', async () => {
    const hotline = await empty()
    const log = makeCallLog(hotline)
    await log.write(aCall('yesterday', { startedAt: new Date('2026-11-22T05:00:00Z'), steps: [aStep('lang')] }))
    await log.write(aCall('today', { startedAt: new Date('2026-11-23T05:00:00Z') }))
    const days = makeCallDays(hotline, zone, () => now)
    const report = makeReports(hotline, days, zone)
    await days.countFinished()
    await hotline.deleteFrom('call').execute()
    expect((await report({ from: '2026-11-20', until: today })).byDay.map(({ calls }) => calls)).toEqual([0, 0, 1, 0])
    await log.write(aCall('later', { startedAt: new Date('2026-11-23T05:30:00Z') }))
    expect((await report({ from: today, until: today })).totals).toMatchObject({ calls: 1, medianDurationMs: 40_500 })
  })

  test('says so where there is nothing', async () => {
    const hotline = await empty()
    const report = makeReports(
      hotline,
      makeCallDays(hotline, zone, () => now),
      zone,
    )
    const { totals, timeToCallback, funnel, byHour } = await report({ from: today, until: today })
    expect({ totals, funnel, byHour }).toEqual({
      totals: { calls: 0, completed: 0, abandoned: 0, gaveUp: 0, failed: 0, callbacks: 0, medianDurationMs: null },
      funnel: [],
      byHour: [],
    })
    expect(timeToCallback).toMatchObject({ closed: 0, medianHours: null, p90Hours: null })
  })
})
