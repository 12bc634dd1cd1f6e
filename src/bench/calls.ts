import { setTimeout as delay } from 'node:timers/promises'
import { print } from '../print.ts'
import { makeAwakeDuring } from '../setup/keep-awake.ts'
import { table } from '../table.ts'
import { UserError } from '../user-error.ts'
import { type Block, callSeconds, type Load, runBlock, withoutRest } from './calls-block.ts'
import {
  type CallFigures,
  type CleanRate,
  figuresOf,
  type Level,
  levelOf,
  type Measured,
  quotedLevel,
  type Times,
  whatGaveWay,
} from './calls-figures.ts'
import { capacityOnPaper, paperAssumptions } from './calls-paper.ts'
import { makeRestWatch } from './calls-rest.ts'
import { startVariants, type Variant, type VariantName, variantNames, variantTitles } from './calls-variants.ts'
import { makeVoters, type Voters } from './calls-voters.ts'
import { type Ground, onOwnGround } from './ground.ts'
import { median } from './statistics.ts'

export interface CallsBenchOptions {
  /** One fixed load only, and no search for the highest rate. */
  readonly quick: boolean
  readonly rounds: number
  /** Calls in progress at once, one load for each; not with `quick`. */
  readonly concurrency: readonly number[]
  readonly variants: readonly VariantName[]
  readonly voters: number
  /** Calls of the fixed load. */
  readonly calls: number
  /** Whether the highest clean rate is searched for; not with `quick`. */
  readonly rates: boolean
  /** Every variant's Asterisk refuses calls above this. */
  readonly maxCalls: number
  readonly folder?: string
}

/** Of the fixed load. */
const quickPerSecond = 20
/** A load goes on a while when all its callers are in. */
const callsOfConcurrency = 1.5
const fewestCalls = 3
const betweenBlocksMs = 300
/**
 * V8 compiles what is called often for thousands of calls, the more code there is; Asterisk touches new memory for as long. The peers share
 * an Asterisk, and with it their calls. Of callers in a hurry, so that it takes half a minute with `quick`; without it there is time for
 * five times as many.
 */
const warmUpCalls: Readonly<Record<VariantName, number>> = { floor: 40, odbc: 40, agi: 400, ari: 900, dobush: 1600 }
/** Of all variants together: less than overloads the machine. */
const warmUpPerSecond = 90
const restMs = 2000

const rateStep = { coarse: 10, fine: 2 }
const rateSeconds = 16
const highestRate = 150
const afterOverloadMs = 3000

/** Measures the standard call on every variant, shows tables, and says the figures as one line of JSON, the last. */
export async function benchCalls(options: CallsBenchOptions): Promise<void> {
  const { variants, voters, rounds } = options
  print(`The standard call on ${variants.map((name) => variantTitles[name]).join('; ')}.`)
  print(`${voters} voters, ${rounds} rounds, all variants in turn. ${estimate(options)}`)
  print('Nothing else should run meanwhile: look at the load average before you believe a figure.\n')
  // As Dobush has it while there are calls: else the time it takes to wake a processor would be most of what is compared.
  const awakeDuring = makeAwakeDuring()
  const figures = await awakeDuring(() => onOwnGround(options.folder, (ground) => measure(ground, options)))
  print(JSON.stringify(figures))
}

function estimate({ quick, rounds, concurrency, variants, calls, rates }: CallsBenchOptions): string {
  const loads = quick ? [fixedLoad(calls)] : concurrency.map(loadOf)
  const blocks = loads.reduce((sum, load) => sum + load.calls / load.perSecond + callSeconds + 2, 0)
  const search = quick || !rates ? 0 : 4 * (rateSeconds + callSeconds + 5)
  const weighing = quick ? 0 : loads.length * (2 * callSeconds + 2)
  return `About ${Math.ceil((60 + variants.length * (weighing + rounds * (blocks + search))) / 60)} min on two cores.`
}

function fixedLoad(calls: number): Load {
  return { calls, perSecond: quickPerSecond }
}

function loadOf(concurrency: number): Load {
  return {
    calls: Math.max(fewestCalls, Math.ceil(concurrency * callsOfConcurrency)),
    perSecond: concurrency / callSeconds,
  }
}

async function measure(ground: Ground, options: CallsBenchOptions): Promise<CallFigures> {
  const { quick, rounds, concurrency, calls, rates } = options
  const voters = await makeVoters(ground, options.voters)
  const variants = await startVariants(ground, voters, options.variants, options.maxCalls)
  ground.progress.done('variants', variants.map(({ name }) => name).join(', '))
  const warmUpOf = ({ name }: Variant) => (quick ? 1 : 5) * warmUpCalls[name]
  const warming = variants.reduce((sum, variant) => sum + warmUpOf(variant), 0)
  ground.progress.update('warm-up', `${warming} calls`)
  // At once, which saves minutes: no time is measured yet.
  const seconds = warming / warmUpPerSecond
  await Promise.all(variants.map((variant) => warmUp(variant, voters, warmUpOf(variant), seconds)))
  const rest = makeRestWatch(variants)
  await rest.look(restMs)
  const loads = quick ? [fixedLoad(calls)] : concurrency.map(loadOf)
  const weighed = new Map<VariantName, readonly Block[]>()
  const weighOne = async (variant: Variant) => weighed.set(variant.name, await weigh(ground, variant, loads, voters))
  // Their memory is their own: only where all together are too many do they take turns.
  if (quick) await Promise.all(variants.map(weighOne))
  else for (const variant of variants) await weighOne(variant)
  const blocks = new Map(variants.map(({ name }) => [name, loads.map((): Block[] => [])]))
  for (let round = 1; round <= rounds; round += 1) {
    for (const [index, load] of loads.entries()) {
      for (const variant of inTurn(variants, round)) {
        const what = `${variant.name}, ${load.calls} calls, ${load.perSecond.toFixed(1)} a second`
        ground.progress.update('calls', `round ${round} of ${rounds}: ${what}`)
        const block = await rest.during(variant, () => runBlock(variant, load, voters.drawn))
        blocks.get(variant.name)?.[index]?.push(block)
      }
    }
  }
  const cleanRates =
    quick || !rates ? new Map<VariantName, CleanRate>() : await searchRates(ground, variants, voters, rounds)
  const measured = new Map<VariantName, Measured>()
  for (const { name } of variants) {
    const cleanRate = cleanRates.get(name)
    const levels = (blocks.get(name) ?? []).map((own, index) =>
      levelOf(
        own.map((block) => withoutRest(block, rest.of(name))),
        weighed.get(name)?.[index],
      ),
    )
    measured.set(name, { levels, ...(cleanRate ? { cleanRate } : {}) })
  }
  const figures = figuresOf(measured)
  printTables(measured, figures)
  return figures
}

/** Nobody is the first in every round. */
function inTurn<T>(items: readonly T[], round: number): readonly T[] {
  const from = round % items.length
  return [...items.slice(from), ...items.slice(0, from)]
}

/**
 * Calls that nobody counts: code is compiled and files are in memory when measuring begins, as in a line that has been
 * up for a minute.
 */
async function warmUp(variant: Variant, voters: Voters, count: number, seconds: number): Promise<void> {
  const load = { calls: count, perSecond: count / seconds }
  const { calls } = await runBlock(variant, load, voters.drawn, { pace: 'hurried' })
  const fault = calls.find((call) => call.fault !== undefined)?.fault
  if (calls.every((call) => call.fault !== undefined)) {
    throw new UserError(
      `${variantTitles[variant.name]} does not answer the standard call (${fault}): see what else runs on this machine, or leave it out with --variants.`,
    )
  }
}

/** One block of each load, for the memory of an application; where there is none, nothing. */
async function weigh(
  ground: Ground,
  variant: Variant,
  loads: readonly Load[],
  voters: Voters,
): Promise<readonly Block[]> {
  const weighed: Block[] = []
  if (!variant.memory) return weighed
  for (const load of loads) {
    ground.progress.update('memory', `${variant.name}, ${load.perSecond.toFixed(1)} a second`)
    // As many as there will ever be at once, or, of a short load, enough to tell its memory from what comes and goes.
    const calls = Math.max(1, Math.min(Math.round(load.perSecond * callSeconds), 3 * load.calls))
    weighed.push(await runBlock(variant, { ...load, calls }, voters.drawn, { isWeighed: true }))
  }
  return weighed
}

/** The highest rate that is clean, of each variant, in turn; the middle of the rounds'. */
async function searchRates(
  ground: Ground,
  variants: readonly Variant[],
  voters: Voters,
  rounds: number,
): Promise<Map<VariantName, CleanRate>> {
  const found = new Map<VariantName, CleanRate[]>(variants.map(({ name }) => [name, []]))
  for (let round = 1; round <= rounds; round += 1) {
    for (const variant of inTurn(variants, round)) {
      const own = found.get(variant.name) ?? []
      const before = own.at(-1)?.perSecond
      const faultsAt = async (perSecond: number): Promise<readonly string[]> => {
        ground.progress.update('rate', `round ${round} of ${rounds}: ${variant.name}, ${perSecond} calls a second`)
        const load = { calls: Math.ceil(perSecond * rateSeconds), perSecond }
        const gaveWay = whatGaveWay(levelOf([await runBlock(variant, load, voters.drawn)]))
        await delay(gaveWay.length > 0 ? afterOverloadMs : betweenBlocksMs)
        return gaveWay
      }
      // Later rounds mostly find what is near what the first found.
      const [from, firstStep] = before ? [before, rateStep.fine] : [2 * rateStep.coarse, rateStep.coarse]
      own.push(await highestClean(from, firstStep, faultsAt))
    }
  }
  const result = new Map<VariantName, CleanRate>()
  for (const [name, rates] of found) {
    const perSecond = median(rates.map((rate) => rate.perSecond))
    result.set(name, { perSecond, gaveWay: rates.find((rate) => rate.perSecond === perSecond)?.gaveWay ?? '' })
  }
  return result
}

/**
 * Goes up while it is clean, or down while it is not, in steps that double up to the coarse one, then halves what is left.
 * @param firstStep the smaller, the fewer rates are tried where the one to be found is near
 * @param faultsAt nothing for a rate that is clean
 */
export async function highestClean(
  from: number,
  firstStep: number,
  faultsAt: (perSecond: number) => Promise<readonly string[]>,
): Promise<CleanRate> {
  let clean = 0
  let limit = highestRate + 1
  let gaveWay = `nothing up to ${highestRate} a second`
  const isClean = async (rate: number): Promise<boolean> => {
    const faults = await faultsAt(rate)
    if (faults.length === 0) {
      clean = rate
      return true
    }
    gaveWay = faults.join('; ')
    limit = rate
    return false
  }
  const isUpwards = await isClean(from)
  for (let step = firstStep; ; step = Math.min(2 * step, rateStep.coarse)) {
    const rate = isUpwards ? clean + step : limit - step
    if (rate <= clean || rate >= limit || (await isClean(rate)) !== isUpwards) break
  }
  while (limit - clean > rateStep.fine) await isClean(Math.floor((clean + limit) / 2))
  return { perSecond: clean, gaveWay }
}

function printTables(measured: ReadonlyMap<VariantName, Measured>, figures: CallFigures): void {
  const rows: string[][] = []
  for (const [name, { levels }] of measured) {
    for (const level of levels) rows.push(levelRow(name, level))
  }
  const columns = [
    'variant',
    'at once',
    'right',
    'CPU ms/call',
    'Asterisk',
    'app',
    'to the generator',
    'answer ms',
    'key to silence ms',
  ]
  print(
    `\n${table([...columns, 'set-up ms', 'gaps', 'app kB/call', 'at rest MB', 'generator late ms', 'stolen', 'gave way'], rows)}\n`,
  )
  print(
    'Times are p50/p95/p99. Shares of calls are of all rounds, the lateness of the generator is of the worst, all else the middle of the rounds. Stolen: what the host of this virtual machine gave to others meanwhile.',
  )
  print(
    'Dobush has one digit more, for its main menu, with which its caller begins sooner; he hangs up after the answer, the other lines do so themselves.',
  )
  print(
    "To the generator: CPU a call as a multiple of the generator's for a second of a call, in the same block. The machine's speed differs from block to block, the generator's work does not: ratios of CPU are of these.\n",
  )
  const compared = Object.entries(figures.variants).map(([name, own]) => [
    variantTitles[name as VariantName],
    own.cpuMsPerCall.toFixed(1),
    shown(own.cpuToFloor),
    shown(own.cpuToFastAgi),
    own.p99OverFloorMs === null ? '' : own.p99OverFloorMs.toFixed(1),
    own.cleanRate === null ? '' : `${own.cleanRate.perSecond} (${own.cleanRate.gaveWay})`,
    shown(own.cleanRateToFloor),
    String(own.concurrentCalls ?? ''),
  ])
  const headings = [
    'variant',
    'CPU ms/call',
    'to the floor',
    'to FastAGI',
    'p99 over floor ms',
    'clean calls/s',
    'to the floor',
  ]
  print(`${table([...headings, 'clean at once'], compared)}\n`)
  print(
    'Wanted of Dobush: CPU at most 1.25 times the floor and below FastAGI, p99 within 5 ms, rate at least 0.9, 400 at once, 100 kB a call.\n',
  )
  const own = quotedLevel((measured.get('dobush') ?? [...measured.values()][0])?.levels ?? [])
  if (own) printPaper(own)
}

function levelRow(name: VariantName, level: Level): string[] {
  return [
    name,
    String(level.concurrency),
    `${(level.right * 100).toFixed(1)} %`,
    level.cpuMs.toFixed(1),
    level.asteriskCpuMs.toFixed(1),
    level.applicationCpuMs.toFixed(1),
    level.cpuToGenerator.toFixed(1),
    timesShown(level.answer),
    timesShown(level.silence),
    timesShown(level.setup),
    `${(level.withGap * 100).toFixed(1)} %`,
    level.appKBPerCall === null ? '' : level.appKBPerCall.toFixed(0),
    (((level.appRestRssKB ?? 0) + level.asteriskRestKB) / 1000).toFixed(0),
    level.lagP99Ms.toFixed(1),
    `${(level.stolen * 100).toFixed(1)} %`,
    [...whatGaveWay(level), ...(level.unlogged === 0 ? [] : [`calls without a row: ${level.unlogged}`])].join('; '),
  ]
}

function printPaper({ callSeconds: seconds, cpuMs }: Level): void {
  const rows = capacityOnPaper(seconds, cpuMs).map((each) => [
    `${each.share * 100} %`,
    String(Math.round(each.callsInPeakHour)),
    each.erlangs.toFixed(1),
    String(each.lines),
    `${(each.waiting * 100).toFixed(1)} %`,
    String(each.cores),
    String(each.trunks),
  ])
  print(`On paper, with calls of ${seconds.toFixed(1)} s and ${cpuMs.toFixed(1)} ms of CPU:`)
  print(table(['voters calling', 'peak hour', 'Erlang', 'lines (B)', 'would wait (C)', 'cores', 'trunks'], rows))
  print(`${paperAssumptions}.\n`)
}

function timesShown(times: Times | null): string {
  return times ? [times.p50, times.p95, times.p99].map((value) => value.toFixed(0)).join('/') : ''
}

function shown(value: number | null): string {
  return value === null ? '' : value.toFixed(2)
}

/** @throws UserError for anything but variants, separated by commas */
export function parseVariants(text: string): readonly VariantName[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !(variantNames as readonly string[]).includes(name))
  if (unknown !== undefined) throw new UserError(`--variants takes ${variantNames.join(', ')}, not "${unknown}".`)
  return variantNames.filter((name) => names.includes(name))
}
