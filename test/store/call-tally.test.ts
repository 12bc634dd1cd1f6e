import type { Disposition } from '../../src/domain/call-log.ts'
import { makeCallLog } from '../../src/store/call-log.ts'
import { tallyCalls } from '../../src/store/call-tally.ts'
import { aCall } from './calls.ts'
import { databases } from './databases.ts'
import { cleanUp } from './scratch.ts'

afterEach(cleanUp)

describe.each(databases)('$name', ({ empty }) => {
  test('counts by the hour of the time zone, today and yesterday, and by how the calls ended', async () => {
    const hotline = await empty()
    const log = makeCallLog(hotline)
    const calls: readonly [string, Disposition][] = [
      // In Bishkek, six hours ahead: the 21st at 23:59, the 22nd at 00:00, 11:00, 11:59 and 23:59, the 23rd at 00:00, 08:30.
      ['2026-11-21T17:59:59.999Z', 'failed'],
      ['2026-11-21T18:00:00.000Z', 'completed'],
      ['2026-11-22T05:00:00.000Z', 'abandoned'],
      ['2026-11-22T05:59:59.999Z', 'completed'],
      ['2026-11-22T17:59:59.999Z', 'gave-up'],
      ['2026-11-22T18:00:00.000Z', 'failed'],
      ['2026-11-23T02:30:00.000Z', 'completed'],
    ]
    for (const [index, [startedAt, disposition]] of calls.entries()) {
      await log.write(aCall(`c${index}`, { startedAt: new Date(startedAt), disposition }))
    }
    const { today, yesterday } = await tallyCalls(hotline, 'Asia/Bishkek')(new Date('2026-11-23T03:00:00Z'))
    const hours = (counts: Record<number, number>) => Array.from({ length: 24 }, (_, hour) => counts[hour] ?? 0)
    expect(yesterday).toEqual({
      byHour: hours({ 0: 1, 11: 2, 23: 1 }),
      answered: 4,
      completed: 2,
      abandoned: 1,
      gaveUp: 1,
      failed: 0,
    })
    expect(today).toEqual({
      byHour: hours({ 0: 1, 8: 1 }),
      answered: 2,
      completed: 1,
      abandoned: 0,
      gaveUp: 0,
      failed: 1,
    })
  })
})
