import type { Lag } from './calls-orders.ts'
import { type Datagrams, openDatagrams } from './datagrams.ts'

/** Sends packets at their absolute times, many streams at once, and keeps the account of its own lateness. */
export interface Pacer {
  join(): Stream
  lag(): Lag
  close(): void
}

/** What a stream does with its turns. */
export interface Turns {
  /** Comes every 20 ms. */
  tick(): void
  /** A packet from the far end, and when it came (performance.now()). Valid until it returns. */
  take(packet: Buffer, at: number): void
}

/** One call's media. */
export interface Stream {
  /** UDP port on loopback it receives at. */
  readonly port: number
  /** Its turns begin. */
  connect(farPort: number, turns: Turns): void
  /** Goes with the others of the same turn. */
  send(packet: Uint8Array): void
  leave(): void
}

const packetMs = 20
/** Streams are spread over the 20 ms, so that they don't come in one burst. */
const slots = 10
const slotMs = packetMs / slots
/** What is owed longer than this is not sent any more: keys that come in a burst are heard doubled. */
const mostOwedMs = 60
const binsPerMs = 10
const bins = 10_000

/** The streams that have their turn at the same time. */
interface Slot {
  readonly datagrams: Datagrams
  /** By the port of the far end. */
  readonly streams: Map<number, Turns>
  joined: number
}

export function makePacer(): Pacer {
  const all = Array.from({ length: slots }, (): Slot => ({ datagrams: openDatagrams(), streams: new Map(), joined: 0 }))
  const late = new Uint32Array(bins)
  let packets = 0
  let maxMs = 0
  let skipped = 0
  let slot = 0
  let due = performance.now()
  let timer: NodeJS.Timeout

  const run = () => {
    let now = performance.now()
    for (; due <= now; due += slotMs) {
      const own = all[slot]
      slot = (slot + 1) % slots
      if (!own || own.streams.size === 0) continue
      const { datagrams, streams } = own
      const behind = now - due
      datagrams.receive((port, packet, at) => streams.get(port)?.take(packet, at))
      if (behind > mostOwedMs) {
        skipped += streams.size
      } else {
        packets += streams.size
        for (const { tick } of streams.values()) tick()
        datagrams.flush()
      }
      const bin = Math.min(bins - 1, Math.floor(behind * binsPerMs))
      late[bin] = (late[bin] ?? 0) + streams.size
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
    join() {
      const own = all.reduce((least, each) => (each.joined < least.joined ? each : least))
      own.joined += 1
      let far = 0
      return {
        port: own.datagrams.port,
        connect(farPort, turns) {
          far = farPort
          own.streams.set(farPort, turns)
        },
        send: (packet) => own.datagrams.queue(packet, far),
        leave() {
          own.joined -= 1
          own.streams.delete(far)
        },
      }
    },
    lag: () => ({ packets, p50Ms: percentileMs(0.5), p99Ms: percentileMs(0.99), maxMs, skipped }),
    close() {
      clearTimeout(timer)
      for (const { datagrams } of all) datagrams.close()
    },
  }
}
