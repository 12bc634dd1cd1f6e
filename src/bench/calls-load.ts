// The load generator: a process of its own, so that what it measures is not itself.
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { frameBytes } from './calls-judge.ts'
import type { LoadOrder, LoadResult } from './calls-orders.ts'
import { makePacer } from './calls-pacer.ts'
import { frameKey, type PhoneSetting, placeBenchCall } from './calls-phone.ts'

/** Places the calls at their times and waits for the last one's end. */
async function makeLoad(order: LoadOrder): Promise<LoadResult> {
  const { heard, calls, ...dialled } = order
  const prompts = new Map<number, 'language' | 'pin'>()
  for (const name of ['language', 'pin'] as const) {
    const bytes = readFileSync(heard[name])
    for (let from = 0; from < bytes.length; from += frameBytes) prompts.set(frameKey(bytes, from), name)
  }
  const answers = new Map(Object.entries(heard.answers).map(([station, file]) => [station, readFileSync(file)]))
  const pacer = makePacer()
  const setting: PhoneSetting = {
    ...dialled,
    pacer,
    prompts,
    answerOf(station) {
      const answer = answers.get(station)
      if (!answer) throw new Error(`nothing is known of station ${station}`)
      return answer
    },
  }
  const used = process.cpuUsage()
  const startedAt = performance.now()
  const results = await Promise.all(
    calls.map(async (planned) => {
      await delay(Math.max(0, startedAt + planned.atMs - performance.now()))
      return placeBenchCall(setting, planned)
    }),
  )
  const { user, system } = process.cpuUsage(used)
  const lag = pacer.lag()
  pacer.close()
  return { calls: results, lag, cpuMs: (user + system) / 1000 }
}

// PINs are among what is ordered: they don't stand on the command line.
process.on('message', (order: LoadOrder) => {
  makeLoad(order).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${error}\n`)
      process.exit(1)
    },
  )
})
process.once('disconnect', () => process.exit())
process.send?.('ready')
