import { print } from '../print.ts'
import { table } from '../table.ts'
import { type Block, runBlock } from './calls-block.ts'
import { countFaults, goodOf } from './calls-figures.ts'
import type { Memory } from './calls-orders.ts'
import { startVariants } from './calls-variants.ts'
import { makeVoters } from './calls-voters.ts'
import { onOwnGround } from './ground.ts'
import { rounded, slope } from './statistics.ts'

export interface MemoryBenchOptions {
  readonly calls: number
  readonly perSecond: number
  readonly voters: number
  readonly folder?: string
}

/** What the line holds while nobody calls, after so many calls. */
interface Weighed extends Memory {
  readonly calls: number
  readonly asteriskKB: number
  /** The calls just before. */
  readonly block?: Block
}

/** Between two weighings. */
const callsAtOnce = 2000
/** Caches fill, code is compiled. */
const warmUpCalls = 200
/** No call of these waits for another. */
const maxCalls = 2000

/**
 * Weighs the line again and again while calls come and go, and says as JSON, in the last line, by how much it grows. Callers are in a
 * hurry: what is left behind depends on their number, not on how long they listen.
 */
export async function benchMemory({ calls, perSecond, voters: listed, folder }: MemoryBenchOptions): Promise<void> {
  print(`${calls} calls, hurried, at ${perSecond} a second, about ${Math.ceil(calls / perSecond / 60) + 2} min.\n`)
  const weighed: Weighed[] = []
  await onOwnGround(folder, async (ground) => {
    const voters = await makeVoters(ground, listed)
    const [line] = await startVariants(ground, voters, ['dobush'], maxCalls)
    const memory = line?.memory
    if (!line || !memory) throw new Error('the line did not start')
    const weigh = async (after: number, block?: Block) => {
      weighed.push({ calls: after, ...(await memory()), asteriskKB: await line.asteriskKB(), ...(block && { block }) })
    }
    const run = (count: number) => runBlock(line, { calls: count, perSecond }, voters.drawn, { pace: 'hurried' })
    ground.progress.update('memory', `${warmUpCalls} calls to warm up`)
    await run(warmUpCalls)
    await weigh(0)
    for (let placed = 0; placed < calls; ) {
      ground.progress.update('memory', `${placed} of ${calls} calls`)
      const block = await run(Math.min(callsAtOnce, calls - placed))
      placed += block.calls.length
      await weigh(placed, block)
    }
    ground.progress.done('memory', `${calls} calls`)
  })
  const mb = (kB: number) => (kB / 1000).toFixed(1)
  // What grows may also grow slow.
  const rows = weighed.map(({ calls: after, heapKB, rssKB, asteriskKB, block }) => [
    String(after),
    ...[heapKB, rssKB, asteriskKB].map(mb),
    ...(block ? [block.applicationCpuMs, block.asteriskCpuMs].map((ms) => ms.toFixed(1)) : ['', '']),
    block ? String(goodOf(block.calls).length) : '',
  ])
  const columns = ['after calls', 'heap MB', 'application MB', 'Asterisk MB', 'application ms/call', 'Asterisk ms/call']
  print(`\n${table([...columns, 'right'], rows)}\n`)
  const blocks = weighed.flatMap(({ block }) => block ?? [])
  const results = blocks.flatMap((block) => block.calls)
  const figures = {
    calls,
    right: goodOf(results).length / results.length,
    faults: countFaults(results),
    unlogged: blocks.reduce((sum, block) => sum + block.unlogged, 0),
    heapBytesPerCall: growth(weighed, 'heapKB'),
    rssBytesPerCall: growth(weighed, 'rssKB'),
    asteriskBytesPerCall: growth(weighed, 'asteriskKB'),
  }
  print(JSON.stringify(figures))
}

function growth(weighed: readonly Weighed[], what: 'heapKB' | 'rssKB' | 'asteriskKB'): number {
  return rounded(slope(weighed.map((each) => [each.calls, each[what] * 1000])))
}
