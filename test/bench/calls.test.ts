import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { highestClean } from '../../src/bench/calls.ts'
import { benchSound, standardFrames } from '../../src/bench/calls-clips.ts'
import { frameBytes, makeJudge } from '../../src/bench/calls-judge.ts'
import type { CallResult, Pace } from '../../src/bench/calls-orders.ts'
import { makePacer } from '../../src/bench/calls-pacer.ts'
import { frameKey, type PromptFrames, placeBenchCall } from '../../src/bench/calls-phone.ts'
import { projectFolder } from '../../src/config.ts'
import { type Peer, startPeer } from '../caller/peer.ts'

// A real line with a real Asterisk.
jest.setTimeout(300_000)

const pin = '20504198000123'
const language = benchSound('language', standardFrames.language)
const pinPrompt = benchSound('pin', standardFrames.pin)
const answers = new Map(['1101', '7087'].map((station) => [station, benchSound(station, 275)]))
const answerOf = (station: string) => answers.get(station) ?? new Uint8Array()

const prompts: PromptFrames = new Map(
  (
    [
      ['language', language],
      ['pin', pinPrompt],
    ] as const
  ).flatMap(([name, bytes]) =>
    Array.from(
      { length: bytes.length / frameBytes },
      (_, frame) => [frameKey(bytes, frame * frameBytes), name] as const,
    ),
  ),
)

const standard = {
  to: '7001',
  languageKeys: '1',
  pace: 'standard' as const,
  hangsUp: 'line' as const,
  prompts,
  answerOf,
}

/** A bench call for station 1101 on a line that does what `answer` says once the PIN is typed. */
async function callOn(
  answer: (peer: Peer) => Promise<void>,
  pace: Pace = 'standard',
): Promise<{ result: CallResult; peer: Peer }> {
  const peer = await startPeer()
  const pacer = makePacer()
  const typed = (count: number) => () => peer.keys().filter(({ ends }) => ends > 0).length === count
  const line = async () => {
    await peer.until(() => peer.requests.some((request) => request.startsWith('ACK')))
    await peer.play(language)
    await peer.until(typed(1))
    await peer.play(pinPrompt)
    await peer.until(typed(1 + pin.length))
    await answer(peer)
  }
  try {
    const setting = { ...standard, pace, port: peer.port, pacer }
    const [result] = await Promise.all([placeBenchCall(setting, { pin, station: '1101', atMs: 0 }), line()])
    return { result, peer }
  } finally {
    pacer.close()
    peer.close()
  }
}

test('a call that hears the right answer is good; it typed what a voter types', async () => {
  const { result, peer } = await callOn((line) => line.play(answerOf('1101')))
  expect(result.fault).toBeUndefined()
  expect(peer.keys().map(({ code }) => code)).toEqual([1, ...[...pin].map(Number)])
  // 100 ms each, begun once and ended three times.
  for (const key of peer.keys()) expect(key).toMatchObject({ ticks: 800, markers: 1, ends: 3 })
  expect(result.answerMs).toBeGreaterThanOrEqual(0)
  expect(result.setupMs).toBeGreaterThan(0)
})

test("another station's answer is wrong audio", async () => {
  const { result } = await callOn((line) => line.play(answerOf('7087')))
  expect(result.fault).toBe('wrong audio')
})

test('the end of an answer that never comes is missed', async () => {
  const { result } = await callOn((line) => line.play(answerOf('1101').subarray(0, 200 * frameBytes)))
  expect(result.fault).toBe('audio missing')
})

test('a hurried caller types as fast as Asterisk listens and has heard enough after the first words of the right answer', async () => {
  const said = (station: string, frames: number) => answerOf(station).subarray(0, frames * frameBytes)
  const { result, peer } = await callOn((line) => line.play(said('1101', 10)), 'hurried')
  expect(result.fault).toBeUndefined()
  expect(peer.keys()).toHaveLength(1 + pin.length)
  // 80 ms each.
  for (const key of peer.keys()) expect(key).toMatchObject({ ticks: 640, markers: 1, ends: 3 })
  const wrong = await callOn((line) => line.play(said('7087', 10)), 'hurried')
  expect(wrong.result.fault).toBe('wrong audio')
})

test('a line that hangs up instead of answering is heard to', async () => {
  const { result } = await callOn(async (line) => line.request('BYE'))
  expect(result.fault).toBe('hung up early')
})

test('a refusal keeps its status', async () => {
  const peer = await startPeer({ refuse: 503 })
  const pacer = makePacer()
  const setting = { ...standard, port: peer.port, pacer }
  const result = await placeBenchCall(setting, { pin, station: '1101', atMs: 0 })
  pacer.close()
  peer.close()
  expect(result).toMatchObject({ fault: 'refused', status: 503 })
})

describe('the judge', () => {
  const expected = benchSound('expected', 20)
  const frame = (index: number) => expected.subarray(index * frameBytes, (index + 1) * frameBytes)
  const verdictOn = (frames: readonly Uint8Array[]) => {
    const judge = makeJudge(expected)
    for (const each of frames) judge.take(each)
    return judge.verdict()
  }
  const all = Array.from({ length: 20 }, (_, index) => frame(index))

  test('forgives what is lost at the ends, and nothing between', () => {
    expect(verdictOn(all)).toBe('right')
    expect(verdictOn(all.slice(2, -2))).toBe('right')
    expect(verdictOn(all.slice(3))).toBe('audio missing')
    expect(verdictOn(all.slice(0, -3))).toBe('audio missing')
    expect(verdictOn(all.filter((_, index) => index !== 10))).toBe('audio missing')
    expect(verdictOn([])).toBe('audio missing')
  })

  test('takes nothing foreign for its own, but for silence', () => {
    const foreign = benchSound('foreign', 1)
    expect(verdictOn([...all.slice(0, 10), foreign, ...all.slice(10)])).toBe('wrong audio')
    expect(verdictOn([...all.slice(0, 10), new Uint8Array(frameBytes).fill(0xd5), ...all.slice(10)])).toBe('right')
    expect(verdictOn([...all.slice(0, 10), frame(3), ...all.slice(10)])).toBe('wrong audio')
  })
})

test.each([
  [20, 10, 55, 8],
  [20, 10, 50, 8],
  [60, 10, 42, 7],
  [20, 10, 12, 5],
  [20, 10, 3, 5],
  [20, 2, 20, 2],
  [20, 2, 18, 2],
  [20, 2, 34, 7],
  [20, 2, 3, 8],
])('from %d a second, in steps of %d, a line that bears %d is found clean there', async (from, step, bears, most) => {
  const tried: number[] = []
  const { perSecond, gaveWay } = await highestClean(from, step, async (rate) => {
    tried.push(rate)
    return rate > bears ? ['too much'] : []
  })
  expect({ perSecond, gaveWay }).toEqual({ perSecond: bears, gaveWay: 'too much' })
  expect(tried.length).toBeLessThanOrEqual(most)
})

const keys = [
  'cpuToFloor',
  'cpuToFastAgi',
  'cpuMsPerCall',
  'p99OverFloorMs',
  'cleanRateToFloor',
  'concurrentCalls',
  'appKBPerCall',
]

/** Runs a benchmark in a folder of its own, which is empty afterwards. */
async function runBench(...args: string[]): Promise<{ out: string; figures: Record<string, unknown> }> {
  const here = mkdtempSync(join(tmpdir(), 'dobush-bench-test-'))
  try {
    const folder = join(here, 'a b')
    const command = [join(projectFolder, 'src', 'dobush.mjs'), 'bench', ...args, '--folder', folder]
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    const [code] = (await once(child, 'close')) as [number]
    expect({ code, out }).toMatchObject({ code: 0 })
    expect(out).not.toMatch(/[0-9]{14}/)
    expect(readdirSync(folder)).toEqual([])
    return { out, figures: JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') }
  } finally {
    rmSync(here, { recursive: true, force: true })
  }
}

test('one call on two variants gives all figures, and leaves nothing behind', async () => {
  const sizes = ['--rounds', '1', '--calls', '1', '--voters', '2000']
  const { out, figures } = await runBench('calls', '--quick', ...sizes, '--variants', 'floor,dobush')
  expect(out).toContain('On paper')
  expect(Object.keys(figures)).toEqual([...keys, 'variants'])
  const variants = figures.variants as Record<string, Record<string, unknown>>
  expect(Object.keys(variants)).toEqual(['floor', 'dobush'])
  for (const each of Object.values(variants)) expect(Object.keys(each)).toEqual(expect.arrayContaining(keys))
  for (const each of Object.values(variants)) expect(each).toMatchObject({ levels: [{ right: 1, unlogged: 0 }] })
})

test('memory is weighed before and after the calls', async () => {
  const { figures } = await runBench('memory', '--calls', '2', '--voters', '2000')
  const grown = expect.any(Number)
  expect(figures).toEqual({
    ...{ calls: 2, right: 1, faults: {}, unlogged: 0 },
    ...{ heapBytesPerCall: grown, rssBytesPerCall: grown, asteriskBytesPerCall: grown },
  })
})
