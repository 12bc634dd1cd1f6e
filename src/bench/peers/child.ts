// What the applications of the bench have in common, the line's among them: they are told what they need, say when they
// answer calls, and how much memory they take.
import { once } from 'node:events'
import type { Memory } from '../calls-orders.ts'

/** The first message a child gets. Not on the command line, for passwords are among what it says. */
export async function takeOrder<Order>(): Promise<Order> {
  const [order] = await once(process, 'message')
  return order as Order
}

/** Says that calls are answered; from then on every message is a question for memory. */
export function sayReady(close: () => Promise<void>): void {
  process.on('message', () => {
    // There with --expose-gc.
    globalThis.gc?.()
    const { rss, heapUsed, external } = process.memoryUsage()
    const said: Memory = { rssKB: rss / 1024, heapKB: (heapUsed + external) / 1024 }
    process.send?.(said)
  })
  const end = () => void close().finally(() => process.exit())
  process.once('SIGTERM', end)
  process.once('disconnect', end)
  process.send?.('ready')
}
