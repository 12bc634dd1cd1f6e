import { seedHotline } from '../../src/bench/console-data.ts'
import { databases } from '../store/databases.ts'
import { cleanUp } from '../store/scratch.ts'

afterEach(cleanUp)

const options = { calls: 1500, callbacks: 80, days: 3, seed: 7, now: new Date('2026-11-23T06:00:00Z') }

describe.each(databases)('$name', ({ empty }) => {
  test('makes as many calls and requests as asked for, in time, and the same from the same seed', async () => {
    const [first, second] = [await empty(), await empty()]
    for (const hotline of [first, second]) await seedHotline(hotline, options)
    const calls = await first.selectFrom('call').selectAll().orderBy('started_at').execute()
    expect(calls).toHaveLength(1500)
    expect(calls[0]?.started_at.slice(0, 10)).toBe('2026-11-20')
    expect((calls.at(-1)?.started_at ?? '') < '2026-11-23T06:00:00.000Z').toBe(true)
    expect(new Set(calls.map(({ disposition }) => disposition)).size).toBe(4)
    const requests = await first.selectFrom('callback_request').select(['call_id', 'state']).orderBy('id').execute()
    expect(requests).toHaveLength(80)
    expect(new Set(requests.map(({ state }) => state))).toContain('closed')
    expect(new Set(calls.filter(({ callback }) => callback === 1).map(({ id }) => id))).toEqual(
      new Set(requests.map(({ call_id }) => call_id)),
    )
    expect(await second.selectFrom('call').selectAll().orderBy('started_at').execute()).toEqual(calls)
  })

  test('a call has as many steps as real ones have, twelve on average', async () => {
    const hotline = await empty()
    await seedHotline(hotline, options)
    const steps = await hotline
      .selectFrom('call_step')
      .select((the) => the.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect(steps.count / 1500).toBeCloseTo(12, 0)
  })
})
