import { countLastMinute } from '../../src/sms/last-minute.ts'
import { makePace } from '../../src/sms/pace.ts'

beforeEach(() => {
  jest.useFakeTimers()
})

afterEach(() => {
  jest.useRealTimers()
})

const now = () => Date.now()

test('no more get in at once than the window holds', async () => {
  const pace = makePace({ perSecond: 1000, window: 2 }, now)
  const leaves: (() => void)[] = []
  for (let index = 0; index < 5; index += 1) void pace.enter().then((leave) => leaves.push(leave))
  await jest.advanceTimersByTimeAsync(100)
  expect(leaves).toHaveLength(2)
  expect(pace.state()).toEqual({ used: 2, size: 2, queued: 3 })
  leaves[0]?.()
  leaves[0]?.()
  await jest.advanceTimersByTimeAsync(100)
  expect(leaves).toHaveLength(3)
})

test.each([0.5, 1, 7, 20, 500])('%d a second are let in, and bursts of a tenth of a second', async (perSecond) => {
  const pace = makePace({ perSecond, window: 10_000 }, now)
  let entered = 0
  const seconds = Math.max(10, 10 / perSecond)
  for (let index = 0; index < seconds * perSecond * 2; index += 1) {
    void pace.enter().then(() => {
      entered += 1
    })
  }
  await jest.advanceTimersByTimeAsync(0)
  expect(entered).toBe(Math.floor(Math.max(1, perSecond / 10)))
  await jest.advanceTimersByTimeAsync(seconds * 1000)
  const most = seconds * perSecond + Math.max(1, perSecond / 10)
  expect(entered).toBeLessThanOrEqual(most)
  expect(entered).toBeGreaterThan(most * 0.95 - 1)
})

test('an idle second is not saved up', async () => {
  const pace = makePace({ perSecond: 10, window: 100 }, now)
  await jest.advanceTimersByTimeAsync(60_000)
  let entered = 0
  for (let index = 0; index < 50; index += 1) {
    void pace.enter().then(() => {
      entered += 1
    })
  }
  await jest.advanceTimersByTimeAsync(0)
  expect(entered).toBe(1)
})

test('nobody gets in during a pause', async () => {
  const pace = makePace({ perSecond: 100, window: 10 }, now)
  pace.pause(5000)
  let entered = false
  void pace.enter().then(() => {
    entered = true
  })
  await jest.advanceTimersByTimeAsync(4999)
  expect(entered).toBe(false)
  await jest.advanceTimersByTimeAsync(1)
  expect(entered).toBe(true)
})

test('closing turns everybody away', async () => {
  const pace = makePace({ perSecond: 1, window: 1 }, now)
  await pace.enter()
  const waits = pace.enter()
  pace.close(new Error('closed'))
  await expect(waits).rejects.toThrow('closed')
  await expect(pace.enter()).rejects.toThrow('closed')
  expect(jest.getTimerCount()).toBe(0)
})

test('the last minute forgets what is older', () => {
  let time = 1_000_000
  const count = countLastMinute(() => time)
  count.count('in')
  count.count('out')
  time += 30_000
  count.count('in')
  expect(count.read()).toEqual({ in: 2, out: 1 })
  time += 29_000
  expect(count.read()).toEqual({ in: 2, out: 1 })
  time += 1_000
  expect(count.read()).toEqual({ in: 1, out: 0 })
  expect(count.hour()).toEqual({ in: [...Array(58).fill(0), 1, 1], out: [...Array(58).fill(0), 1, 0] })
  time += 3_600_000
  expect(count.read()).toEqual({ in: 0, out: 0 })
})
