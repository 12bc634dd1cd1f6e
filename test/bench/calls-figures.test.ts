import type { Block } from '../../src/bench/calls-block.ts'
import { withoutRest } from '../../src/bench/calls-block.ts'
import { figuresOf, levelOf, whatGaveWay } from '../../src/bench/calls-figures.ts'
import type { CallResult } from '../../src/bench/calls-orders.ts'
import { capacityOnPaper } from '../../src/bench/calls-paper.ts'
import { makeRestWatch } from '../../src/bench/calls-rest.ts'
import type { Variant } from '../../src/bench/calls-variants.ts'

const good: CallResult = { setupMs: 5, silenceMs: 80, answerMs: 2, longestGapMs: 22, seconds: 11 }

function block(changes: Partial<Block> = {}): Block {
  return {
    load: { calls: 10, perSecond: 20 },
    calls: new Array<CallResult>(10).fill(good),
    seconds: 12,
    asteriskCpuMs: 20,
    applicationCpuMs: 0,
    generatorCpuMs: 9,
    lag: { packets: 5000, p50Ms: 0.5, p99Ms: 2, maxMs: 3, skipped: 0 },
    stolen: 0.01,
    asteriskKB: { perCall: 40, atRest: 40_000 },
    unlogged: 0,
    ...changes,
  }
}

const withCalls = (...changes: Partial<CallResult>[]) =>
  block({ calls: [...new Array<CallResult>(99).fill(good), ...changes.map((change) => ({ ...good, ...change }))] })

test('ratios are of medians, to the floor and to FastAGI', () => {
  const level = (...cpu: number[]) => [
    levelOf(cpu.map((asteriskCpuMs) => block({ asteriskCpuMs, applicationCpuMs: 4 }))),
  ]
  const figures = figuresOf(
    new Map([
      ['floor', { levels: level(16, 15, 40), cleanRate: { perSecond: 50, gaveWay: 'gaps' } }],
      ['agi', { levels: level(21, 21, 21) }],
      ['dobush', { levels: level(26, 1, 90), cleanRate: { perSecond: 45, gaveWay: 'gaps' } }],
    ]),
  )
  expect(figures).toMatchObject({
    cpuToFloor: 1.5,
    cpuToFastAgi: 1.2,
    cpuMsPerCall: 30,
    p99OverFloorMs: 0,
    cleanRateToFloor: 0.9,
    concurrentCalls: 10,
    appKBPerCall: null,
    variants: { floor: { cpuToFloor: 1, cleanRateToFloor: 1 }, agi: { cleanRate: null } },
  })
})

test('a ratio of CPU is no other where the machine was slower, or a call longer, for one of them', () => {
  const levels = (...blocks: Block[]) => ({ levels: [levelOf(blocks)] })
  const calls = new Array<CallResult>(10).fill({ ...good, seconds: 22 })
  const figures = figuresOf(
    new Map([
      ['floor', levels(block({ asteriskCpuMs: 20, generatorCpuMs: 10 }))],
      ['dobush', levels(block({ asteriskCpuMs: 50, generatorCpuMs: 20 }))],
      ['ari', levels(block({ calls, asteriskCpuMs: 40, generatorCpuMs: 20 }))],
    ]),
  )
  expect(figures).toMatchObject({ cpuToFloor: 1.25, cpuMsPerCall: 50, variants: { ari: { cpuToFloor: 2 } } })
})

test('times, and what the machine lost to others, are the middle of the rounds', () => {
  const rounds = [2, 90, 3].map((answerMs, index) => ({
    ...withCalls({ answerMs }, { answerMs }),
    stolen: index / 10,
  }))
  expect(levelOf(rounds)).toMatchObject({ answer: { p50: 2, p99: 3 }, stolen: 0.1 })
})

test('memory is that of the weighed block', () => {
  const application = { heapKB: { perCall: 20, atRest: 60_000 }, rssKB: { perCall: 90, atRest: 200_000 } }
  const level = levelOf([block(), block()], block({ application }))
  expect(level).toMatchObject({ appKBPerCall: 20, appRssKBPerCall: 90, appRestKB: 60_000, asteriskKBPerCall: 40 })
})

test('what was left out is null', () => {
  const figures = figuresOf(new Map([['floor', { levels: [levelOf([block()])] }]]))
  expect(figures).toMatchObject({
    cpuToFloor: null,
    concurrentCalls: null,
    variants: { floor: { cpuToFastAgi: null } },
  })
})

test('a level is clean only when calls, answers, gaps, set-up and the generator are', () => {
  const reasons = (...blocks: Block[]) => whatGaveWay(levelOf(blocks))
  expect(reasons(block())).toEqual([])
  expect(reasons(withCalls({ fault: 'wrong audio' }))).toEqual(['wrong audio: 1'])
  expect(reasons(withCalls({ answerMs: 120 }, { answerMs: 130 }))).toEqual([expect.stringContaining('answer p99 120')])
  expect(reasons(withCalls({ longestGapMs: 61 }, { longestGapMs: 90 }))).toEqual([expect.stringContaining('gaps in 2')])
  expect(reasons(withCalls({ setupMs: 600 }, { setupMs: 600 }))).toEqual(['set-up p99 600 ms'])
  const lag = { packets: 1, p50Ms: 1, p99Ms: 30, maxMs: 90, skipped: 0 }
  expect(reasons(block({ lag }))).toEqual([expect.stringContaining('the generator')])
})

test('what is used at rest is taken off, by time', () => {
  const { asteriskCpuMs, applicationCpuMs } = withoutRest(block({ applicationCpuMs: 8 }), {
    asterisk: 10,
    application: 5,
  })
  expect({ asteriskCpuMs, applicationCpuMs }).toEqual({ asteriskCpuMs: 8, applicationCpuMs: 2 })
})

test('the least of what others use meanwhile is their rest; an Asterisk that is shared tells nothing', async () => {
  const used = { floor: 0, agi: 0, dobush: 0 }
  const variant = (name: 'floor' | 'agi' | 'dobush', port: number): Variant => ({
    ...{ name, port, number: '', languageKeys: '1', hangsUp: 'line', heard: { language: '', pin: '', answers: {} } },
    cpu: async () => ({ asterisk: used[name], application: used[name] }),
    asteriskKB: async () => 0,
    logged: () => undefined,
  })
  const [floor, agi, dobush] = [variant('floor', 1), variant('agi', 1), variant('dobush', 2)]
  const watch = makeRestWatch([floor, agi, dobush])
  await watch.during(floor, async () => {
    for (const name of ['floor', 'agi', 'dobush'] as const) used[name] += 1e6
  })
  expect(watch.of('floor')).toEqual({ asterisk: 0, application: 0 })
  expect(watch.of('agi').application).toBeGreaterThan(1e6)
  expect(watch.of('agi').asterisk).toBe(0)
  expect(watch.of('dobush').asterisk).toBeGreaterThan(1e6)
  await watch.during(floor, async () => undefined)
  expect(watch.of('dobush')).toEqual({ asterisk: 0, application: 0 })
})

test('capacity on paper: one per cent of 4.3 million voters', () => {
  const [, onePercent] = capacityOnPaper(11, 40)
  expect(onePercent).toMatchObject({ callsInPeakHour: 6450, lines: 30, trunks: 1, cores: 1 })
  expect(onePercent?.erlangs).toBeCloseTo(19.7, 1)
  const [, , tenPercent] = capacityOnPaper(11, 40)
  expect(tenPercent).toMatchObject({ callsInPeakHour: 64_500, cores: 2 })
  expect(tenPercent?.trunks).toBe(Math.ceil((tenPercent?.lines ?? 0) / 30))
})
