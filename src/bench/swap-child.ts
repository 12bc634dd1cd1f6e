// Activates snapshots in turn until it is ended, as a command would, but for the clips.
import { setTimeout as delay } from 'node:timers/promises'
import { activate } from '../register/active.ts'

/** What the child is told on its command line, as JSON. */
export interface SwapOrder {
  readonly folder: string
  readonly ids: readonly string[]
  readonly everyMs: number
  readonly keep: number
}

const { folder, ids, everyMs, keep } = JSON.parse(process.argv[2] ?? '{}') as SwapOrder
process.once('disconnect', () => process.exit())
process.once('SIGTERM', () => process.exit())
for (let swaps = 0; ; swaps += 1) {
  await activate(folder, ids[swaps % ids.length] ?? '', async () => undefined, {
    keep,
    now: new Date(),
    by: 'the benchmark',
  })
  process.send?.(swaps + 1)
  await delay(everyMs)
}
