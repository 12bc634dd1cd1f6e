import type { Lag } from './calls-orders.ts'

/** Sends packets at their absolute times, many streams at once, and keeps the account of its own lateness. */
export interface Pacer {
  /** Calls `tick` every 20 ms from now on, until the returned function is called. */
  add(tick: () => void): () => void
  lag(): Lag
  /** Whether it was held up since then (performance.now()): what seems to come late may only have been heard late. */
  stalledSince(time: number): boolean
  close(): void
}

const packetMs = 20
/** Streams are spread over the 20 ms, so that they don't come in one burst. */
const slots = 10
const slotMs = packetMs / slots
/** What is owed longer than this is not sent any more: keys that come in a burst are heard doubled. */
const mostOwedMs = 60
/** Above this it was held up. */
const stallMs = 20
const binsPerMs = 10
const bins = 10_000

export function makePacer(): Pacer {
  const streams = Array.from({ length: slots }, () => new Set<() => void>())
  const late = new Uint32Array(bins)
  let packets = 0
  let maxMs = 0
  let skipped = 0
  let lastStallAt = Number.NEGATIVE_INFINITY
  let slot = 0
  let due = performance.now()
  let timer: NodeJS.Timeout

  const run = () => {
    let now = performance.now()
    for (; due <= now; due += slotMs) {
      const own = streams[slot]
      slot = (slot + 1) % slots
      if (!own || own.size === 0) continue
      const behind = now - due
      if (behind > stallMs) lastStallAt = now
      if (behind > mostOwedMs) {
        skipped += own.size
      } else {
        for (const tick of own) tick()
        packets += own.size
      }
      const bin = Math.min(bins - 1, Math.floor(behind * binsPerMs))
      late[bin] = (late[bin] ?? 0) + own.size
      maxMs = Math.max(maxMs, behind)
      now = performance.now()
    }
    timer = setTimeout(run, Math.max(0, due - performance.now()))
  }
  timer = setTimeout(run, slotMs)

  const percentileMs = (share: number): number => {
    const wanted = share * (packets + skipped)
    let seen = 0
    for (let bin = 0; bin < bins; bin += 1) {
      seen += late[bin] ?? 0
      if (seen >= wanted) return (bin + 1) / binsPerMs
    }
    return maxMs
  }
  return {
    add(tick) {
      const own = streams.reduce((least, each) => (each.size < least.size ? each : least))
      own.add(tick)
      return () => own.delete(tick)
    },
    lag: () => ({ packets, p50Ms: percentileMs(0.5), p99Ms: percentileMs(0.99), maxMs, skipped }),
    stalledSince: (time) => lastStallAt >= time,
    close: () => clearTimeout(timer),
  }
}
