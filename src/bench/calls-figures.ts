import { type Block, concurrencyOf } from './calls-block.ts'
import type { CallResult, Fault } from './calls-orders.ts'
import type { VariantName } from './calls-variants.ts'
import { median, percentile, rounded } from './statistics.ts'

/** Percentiles of a time, in milliseconds: of each round, and of those the middle, lest one that the machine was taken from stand for all. */
export interface Times {
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** What one variant came to under one load, over all rounds. */
export interface Level {
  /** Calls in progress at the most, as planned. */
  readonly concurrency: number
  readonly calls: number
  /** Share of calls that heard all that they should. */
  readonly right: number
  readonly faults: Readonly<Partial<Record<Fault, number>>>
  readonly cpuMs: number
  /**
   * CPU a call as a multiple of what the generator takes for a second of a call, in the same block: the machine is faster in one block
   * than in the next, for the generator as for the line, and the generator does the same in every second, whoever answers.
   */
  readonly cpuToGenerator: number
  readonly asteriskCpuMs: number
  readonly applicationCpuMs: number
  readonly answer: Times | null
  readonly silence: Times | null
  readonly setup: Times | null
  /** Share of calls with an audio gap over 60 ms. */
  readonly withGap: number
  readonly longestGapMs: number
  /** Of its heap, after a garbage collection. */
  readonly appKBPerCall: number | null
  readonly appRssKBPerCall: number | null
  readonly asteriskKBPerCall: number
  readonly appRestKB: number | null
  readonly appRestRssKB: number | null
  readonly asteriskRestKB: number
  readonly unlogged: number
  /** The generator's own lateness: the worst round's p99. */
  readonly lagP99Ms: number
  readonly lagMaxMs: number
  readonly skippedPackets: number
  readonly generatorCpuMs: number
  /** Share of the machine's time that its host gave to others, in the middle of the rounds. */
  readonly stolen: number
  readonly callSeconds: number
}

const gapMs = 60
const wantedRight = 0.999
const wantedAnswerMs = 100
const wantedGaps = 0.01
const wantedSetupMs = 500
/** A generator later than this tells of itself. */
const tolerableLagMs = 15

/**
 * @param weighed a block of this load, or one like it, that tells of the application's memory
 * @throws RangeError when there is no block
 */
export function levelOf(blocks: readonly Block[], weighed?: Block): Level {
  const [first] = blocks
  if (!first) throw new RangeError('There is no block.')
  const calls = blocks.flatMap((block) => block.calls)
  const middle = (of: (block: Block) => number | undefined) => {
    const values = blocks.map(of).filter((value) => value !== undefined)
    return values.length === 0 ? null : rounded(median(values))
  }
  return {
    concurrency: concurrencyOf(first.load),
    calls: calls.length,
    right: goodOf(calls).length / calls.length,
    faults: countFaults(calls),
    cpuMs: middle((block) => block.asteriskCpuMs + block.applicationCpuMs) ?? 0,
    cpuToGenerator: middle(cpuToGeneratorOf) ?? 0,
    asteriskCpuMs: middle((block) => block.asteriskCpuMs) ?? 0,
    applicationCpuMs: middle((block) => block.applicationCpuMs) ?? 0,
    answer: timesOf(blocks, 'answerMs'),
    silence: timesOf(blocks, 'silenceMs'),
    setup: timesOf(blocks, 'setupMs'),
    withGap: calls.filter(({ longestGapMs }) => longestGapMs > gapMs).length / calls.length,
    longestGapMs: rounded(Math.max(...calls.map(({ longestGapMs }) => longestGapMs))),
    appKBPerCall: inKB(weighed?.application?.heapKB.perCall),
    appRssKBPerCall: inKB(weighed?.application?.rssKB.perCall),
    asteriskKBPerCall: middle((block) => block.asteriskKB.perCall) ?? 0,
    appRestKB: inKB(weighed?.application?.heapKB.atRest),
    appRestRssKB: inKB(weighed?.application?.rssKB.atRest),
    asteriskRestKB: middle((block) => block.asteriskKB.atRest) ?? 0,
    unlogged: blocks.reduce((sum, { unlogged }) => sum + unlogged, 0),
    lagP99Ms: rounded(Math.max(...blocks.map(({ lag }) => lag.p99Ms))),
    lagMaxMs: rounded(Math.max(...blocks.map(({ lag }) => lag.maxMs))),
    skippedPackets: blocks.reduce((sum, { lag }) => sum + lag.skipped, 0),
    generatorCpuMs: middle((block) => block.generatorCpuMs) ?? 0,
    stolen: middle(({ stolen }) => stolen) ?? 0,
    callSeconds: secondsOf(calls),
  }
}

function secondsOf(calls: readonly CallResult[]): number {
  const good = goodOf(calls)
  return rounded(median((good.length > 0 ? good : calls).map(({ seconds }) => seconds)))
}

function cpuToGeneratorOf({ calls, asteriskCpuMs, applicationCpuMs, generatorCpuMs }: Block): number {
  return ((asteriskCpuMs + applicationCpuMs) / generatorCpuMs) * secondsOf(calls)
}

/** The calls that heard all that they should. */
export function goodOf(calls: readonly CallResult[]): readonly CallResult[] {
  return calls.filter(({ fault }) => fault === undefined)
}

/** How many calls each fault spoiled. */
export function countFaults(calls: readonly CallResult[]): Level['faults'] {
  const faults: Partial<Record<Fault, number>> = {}
  for (const { fault } of calls) if (fault !== undefined) faults[fault] = (faults[fault] ?? 0) + 1
  return faults
}

function inKB(value: number | undefined): number | null {
  return value === undefined ? null : rounded(value)
}

function timesOf(blocks: readonly Block[], name: 'answerMs' | 'silenceMs' | 'setupMs'): Times | null {
  const rounds = blocks
    .map(({ calls }) => calls.map((call) => call[name]).filter((value) => value !== undefined))
    .filter((values) => values.length > 0)
  if (rounds.length === 0) return null
  const at = (share: number) => rounded(median(rounds.map((values) => percentile(values, share))))
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

/**
 * What keeps a level from being clean, the worst first; nothing where it is. The generator's own lateness is among it:
 * what it hears is then no longer the line's doing.
 */
export function whatGaveWay(level: Level): readonly string[] {
  const reasons: string[] = []
  const faults = Object.entries(level.faults).sort(([, one], [, two]) => two - one)
  if (level.lagP99Ms > tolerableLagMs) reasons.push(`the generator: ${level.lagP99Ms} ms late (p99)`)
  if (level.right < wantedRight) reasons.push(faults.map(([fault, count]) => `${fault}: ${count}`).join(', '))
  if ((level.answer?.p99 ?? 0) >= wantedAnswerMs) reasons.push(`answer p99 ${level.answer?.p99} ms`)
  if (level.withGap >= wantedGaps) reasons.push(`gaps in ${rounded(level.withGap * 100, 2)} % of calls`)
  if ((level.setup?.p99 ?? 0) >= wantedSetupMs) reasons.push(`set-up p99 ${level.setup?.p99} ms`)
  return reasons
}

/** The highest rate of calls that was clean, and what the next one broke. */
export interface CleanRate {
  readonly perSecond: number
  readonly gaveWay: string
}

/** One variant's figures, beside those of the floor and of FastAGI in the same run. */
export interface VariantFigures {
  /** By the generator's CPU, as `cpuToGenerator` has it. */
  readonly cpuToFloor: number | null
  readonly cpuToFastAgi: number | null
  readonly cpuMsPerCall: number
  readonly p99OverFloorMs: number | null
  readonly cleanRateToFloor: number | null
  /** The highest concurrency that was clean; nothing where none was. */
  readonly concurrentCalls: number | null
  readonly appKBPerCall: number | null
  readonly cleanRate: CleanRate | null
  readonly levels: readonly Level[]
}

export type CallFigures = Omit<
  { [Key in keyof VariantFigures]: VariantFigures[Key] | null },
  'cleanRate' | 'levels'
> & {
  readonly variants: Readonly<Partial<Record<VariantName, VariantFigures>>>
}

/** What was measured of a variant. */
export interface Measured {
  readonly levels: readonly Level[]
  readonly cleanRate?: CleanRate
}

/** The level that the ratios are quoted at: the highest up to this one. */
const quotedConcurrency = 110

export function quotedLevel(levels: readonly Level[]): Level | undefined {
  const upTo = levels.filter(({ concurrency }) => concurrency <= quotedConcurrency)
  return upTo.at(-1) ?? levels[0]
}

/** Our own figures, and those of every variant measured. */
export function figuresOf(measured: ReadonlyMap<VariantName, Measured>): CallFigures {
  const quoted = (name: VariantName) => quotedLevel(measured.get(name)?.levels ?? [])
  const [floor, agi] = [quoted('floor'), quoted('agi')]
  const floorRate = measured.get('floor')?.cleanRate?.perSecond
  const variants: Partial<Record<VariantName, VariantFigures>> = {}
  for (const [name, { levels, cleanRate }] of measured) {
    const own = quotedLevel(levels)
    if (!own) continue
    const clean = levels.filter((level) => whatGaveWay(level).length === 0)
    const over = own.answer && floor?.answer ? rounded(own.answer.p99 - floor.answer.p99) : null
    variants[name] = {
      cpuToFloor: ratio(own.cpuToGenerator, floor?.cpuToGenerator),
      cpuToFastAgi: ratio(own.cpuToGenerator, agi?.cpuToGenerator),
      cpuMsPerCall: own.cpuMs,
      p99OverFloorMs: over,
      cleanRateToFloor: ratio(cleanRate?.perSecond, floorRate),
      concurrentCalls: clean.length === 0 ? null : Math.max(...clean.map(({ concurrency }) => concurrency)),
      appKBPerCall: own.appKBPerCall,
      cleanRate: cleanRate ?? null,
      levels,
    }
  }
  const own = variants.dobush
  return {
    cpuToFloor: own?.cpuToFloor ?? null,
    cpuToFastAgi: own?.cpuToFastAgi ?? null,
    cpuMsPerCall: own?.cpuMsPerCall ?? null,
    p99OverFloorMs: own?.p99OverFloorMs ?? null,
    cleanRateToFloor: own?.cleanRateToFloor ?? null,
    concurrentCalls: own?.concurrentCalls ?? null,
    appKBPerCall: own?.appKBPerCall ?? null,
    variants,
  }
}

function ratio(value: number | undefined, to: number | undefined): number | null {
  return value === undefined || to === undefined || to === 0 ? null : rounded(value / to)
}
