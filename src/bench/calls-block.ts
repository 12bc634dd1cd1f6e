import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { putFirst } from '../scheduling.ts'
import type { CallResult, Lag, LoadOrder, LoadResult, Pace, PlannedCall } from './calls-orders.ts'
import { machineTime } from './calls-processes.ts'
import type { Rest } from './calls-rest.ts'
import type { Variant } from './calls-variants.ts'
import { benchScript, messageOf, startChild } from './children.ts'
import type { ListedVoter } from './edition.ts'

/** How calls come: so many, evenly spaced. */
export interface Load {
  readonly calls: number
  readonly perSecond: number
}

/** What came of one load on one variant. */
export interface Block {
  readonly load: Load
  readonly calls: readonly CallResult[]
  /** From the first call to the last one's traces. */
  readonly seconds: number
  /** Milliseconds of CPU a call. */
  readonly asteriskCpuMs: number
  readonly applicationCpuMs: number
  /** CPU the generator took a call, for comparison. */
  readonly generatorCpuMs: number
  readonly lag: Lag
  /** Share of the machine's time that its host gave to others: where it is high, times tell of that. */
  readonly stolen: number
  readonly asteriskKB: Weight
  /** Of a weighed block, where there is an application. */
  readonly application?: { readonly heapKB: Weight; readonly rssKB: Weight }
  /** Calls that did not come to have a row in the call log. */
  readonly unlogged: number
}

/** Memory before the load, and above that, a call, while all calls of the load's most were in progress. */
export interface Weight {
  readonly atRest: number
  readonly perCall: number
}

/** About how long the standard call takes, in seconds. */
export const callSeconds = 11.2

/** Calls in progress at the most, as planned. */
export function concurrencyOf({ calls, perSecond }: Load): number {
  return Math.min(calls, Math.round(perSecond * callSeconds))
}

/** Files are closed and channels destroyed after the caller has gone. */
const settleMs = 300
/** A call's row may be written later than that: hang-ups are asked for by the second, and rows are gathered. */
const rowsWithinMs = 5_000

/** The same block, what is used at rest taken off. */
export function withoutRest(block: Block, rest: Rest): Block {
  const { seconds, calls } = block
  return {
    ...block,
    asteriskCpuMs: block.asteriskCpuMs - (rest.asterisk * seconds) / calls.length,
    applicationCpuMs: block.applicationCpuMs - (rest.application * seconds) / calls.length,
  }
}

/**
 * Puts one load on one variant. Everything else should be idle.
 * @param isWeighed whether the application's memory is measured, too: the garbage collection that takes holds up every
 *   call in progress, so that such a block tells nothing of times
 */
export async function runBlock(
  variant: Variant,
  load: Load,
  voters: readonly ListedVoter[],
  { isWeighed = false, pace = 'standard' }: { isWeighed?: boolean; pace?: Pace } = {},
): Promise<Block> {
  const order = orderOf(variant, load, voters, pace)
  const generators = await startGenerators(load)
  const weigh = async () => ({
    asteriskKB: await variant.asteriskKB(),
    application: isWeighed ? await variant.memory?.() : undefined,
  })
  const light = await weigh()
  const loggedBefore = variant.logged() ?? 0
  const before = await variant.cpu()
  const machineBefore = await machineTime()
  const startedAt = performance.now()
  const running = Promise.all(
    generators.map((generator, index) => {
      const calls = order.calls.filter((_, nth) => nth % generators.length === index)
      generator.send({ ...order, calls } satisfies LoadOrder)
      return messageOf<LoadResult>(generator, longestMs(load))
    }),
  )
  running.catch(() => undefined)
  const most = concurrencyOf(load)
  // Just after the last call was placed: the most there are.
  await Promise.race([delay(((load.calls - 1) / load.perSecond) * 1000 + 500), running])
  const heavy = await weigh()
  const results = await running
  for (const generator of generators) generator.disconnect()
  await delay(settleMs)
  const calls = results.flatMap((result) => result.calls)
  const unlogged = () => {
    const logged = variant.logged()
    return logged === undefined ? 0 : calls.length - (logged - loggedBefore)
  }
  const rowsBy = performance.now() + rowsWithinMs
  while (unlogged() > 0 && performance.now() < rowsBy) await delay(100)
  const seconds = (performance.now() - startedAt) / 1000
  const after = await variant.cpu()
  const machine = await machineTime()
  const weight = (atRest: number, full: number): Weight => ({ atRest, perCall: (full - atRest) / most })
  const [one, two] = [light.application, heavy.application]
  return {
    load,
    calls,
    seconds,
    asteriskCpuMs: (after.asterisk - before.asterisk) / calls.length,
    applicationCpuMs: (after.application - before.application) / calls.length,
    generatorCpuMs: results.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / calls.length,
    lag: worst(results.map(({ lag }) => lag)),
    stolen: (machine.stolen - machineBefore.stolen) / (machine.all - machineBefore.all),
    asteriskKB: weight(light.asteriskKB, heavy.asteriskKB),
    ...(one && two && { application: { heapKB: weight(one.heapKB, two.heapKB), rssKB: weight(one.rssKB, two.rssKB) } }),
    unlogged: unlogged(),
  }
}

function orderOf(variant: Variant, { calls, perSecond }: Load, voters: readonly ListedVoter[], pace: Pace): LoadOrder {
  const { port, number, languageKeys, heard, fixedStation } = variant
  const hangsUp = pace === 'hurried' ? 'caller' : variant.hangsUp
  const first = Math.floor(Math.random() * voters.length)
  const planned = Array.from({ length: calls }, (_, nth): PlannedCall => {
    const voter = voters[(first + nth) % voters.length]
    if (!voter) throw new Error('there is no voter to call')
    return { pin: voter.pin, station: fixedStation ?? voter.station, atMs: (nth * 1000) / perSecond }
  })
  return { port, to: number, languageKeys, pace, hangsUp, heard, calls: planned }
}

/** A second generator where one might not keep time. */
async function startGenerators({ calls, perSecond }: Load): Promise<readonly ChildProcess[]> {
  const count = Math.min(calls, perSecond * callSeconds) > 300 ? 2 : 1
  const generators = Array.from({ length: count }, () => {
    const generator = startChild(process.execPath, [benchScript('calls-load')], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      detached: true,
    })
    // Telephones don't slow down when the line is busy. Where it is not allowed, it says how late it is.
    if (generator.pid !== undefined) putFirst(generator.pid)
    return generator
  })
  await Promise.all(generators.map((generator) => messageOf(generator, 20_000)))
  return generators
}

function longestMs({ calls, perSecond }: Load): number {
  return Math.ceil((calls / perSecond) * 1000) + 90_000
}

function worst(lags: readonly Lag[]): Lag {
  return lags.reduce((one, two) => ({
    packets: one.packets + two.packets,
    skipped: one.skipped + two.skipped,
    p50Ms: Math.max(one.p50Ms, two.p50Ms),
    p99Ms: Math.max(one.p99Ms, two.p99Ms),
    maxMs: Math.max(one.maxMs, two.maxMs),
  }))
}
