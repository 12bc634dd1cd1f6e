import type { RtpPacket } from './rtp-packet.ts'

/** A piece of what is received, in the order of time. `silence` and `lost` hold the codec's silent byte. */
export interface Piece {
  readonly kind: 'audio' | 'silence' | 'lost'
  readonly bytes: Uint8Array
}

/** A run of lost packets. */
export interface Gap {
  /** From the first packet. */
  readonly atMs: number
  readonly lengthMs: number
  readonly packets: number
}

export interface Timeline {
  /** Takes a packet as it arrives; late ones find their place if not more than two have overtaken them. */
  add(packet: RtpPacket, arrivalMs: number): void
  /** Lets go of what waits for a missing packet: nothing more will come. */
  flush(): void
  readonly gaps: readonly Gap[]
}

const ticksPerMs = 8
const patience = 3

/** A longer leap than this is no silence but a sender that started its clock anew. */
const longestLeap = 60_000 * ticksPerMs

/**
 * Puts RTP packets in the order of their timestamps and fills the holes. A leap of the timestamp without a leap of
 * the sequence number is silence that was not sent; with one, packets were lost.
 */
export function makeTimeline(silentByte: number, deliver: (piece: Piece) => void): Timeline {
  const gaps: Gap[] = []
  const waiting = new Map<number, RtpPacket>()
  let source: number | undefined
  let sequence = 0
  let timestamp = 0
  let position = 0
  let startMs = 0

  function begin(packet: RtpPacket, arrivalMs: number): void {
    flush()
    if (source === undefined) startMs = arrivalMs
    else fill('silence', Math.round((arrivalMs - startMs) * ticksPerMs) - position)
    source = packet.source
    sequence = packet.sequence
    timestamp = packet.timestamp
  }

  function fill(kind: 'silence' | 'lost', ticks: number): void {
    if (ticks <= 0) return
    deliver({ kind, bytes: new Uint8Array(ticks).fill(silentByte) })
    position += ticks
  }

  function take(packet: RtpPacket): void {
    const missing = (packet.sequence - sequence) & 0xffff
    sequence = (packet.sequence + 1) & 0xffff
    // Comfort noise and key events of the far end: a place in the sequence, no sound.
    if (packet.payload.length === 0) return
    const leap = (packet.timestamp - timestamp) | 0
    if (leap > 0 && leap <= longestLeap) {
      if (missing > 0) {
        gaps.push({ atMs: position / ticksPerMs, lengthMs: leap / ticksPerMs, packets: missing })
      }
      fill(missing > 0 ? 'lost' : 'silence', leap)
    }
    deliver({ kind: 'audio', bytes: packet.payload })
    position += packet.payload.length
    timestamp = (packet.timestamp + packet.payload.length) >>> 0
  }

  function takeWaiting(): void {
    for (let next = waiting.get(sequence); next; next = waiting.get(sequence)) {
      waiting.delete(sequence)
      take(next)
    }
  }

  function takeNearest(): void {
    const [nearest] = [...waiting.values()].sort(
      (a, b) => ((a.sequence - sequence) & 0xffff) - ((b.sequence - sequence) & 0xffff),
    )
    if (!nearest) return
    waiting.delete(nearest.sequence)
    take(nearest)
    takeWaiting()
  }

  function flush(): void {
    while (waiting.size > 0) takeNearest()
  }

  return {
    gaps,
    flush,
    add(packet, arrivalMs) {
      const leap = Math.abs((packet.timestamp - timestamp) | 0)
      if (packet.source !== source || leap > longestLeap) begin(packet, arrivalMs)
      const ahead = (packet.sequence - sequence) & 0xffff
      if (ahead >= 0x8000) return // told already, or too late
      waiting.set(packet.sequence, packet)
      takeWaiting()
      if (waiting.size >= patience) takeNearest()
    },
  }
}
