import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { Sound } from '../audio/wav.ts'
import type { Codec } from './codec.ts'
import { formatKeyEvent, formatRtp, parseRtp } from './rtp-packet.ts'
import { keyEventType, type MediaAddress, type MediaAnswer } from './sdp.ts'
import { type Gap, makeTimeline, type Piece } from './timeline.ts'

/** How a key is held: rounded to packets of 20 ms, at least one. */
export interface KeyTiming {
  readonly onMs: number
  readonly offMs: number
}

/** As a quick finger, or the phone's own redial, presses. */
export const usualTiming: KeyTiming = { onMs: 100, offMs: 100 }

/** One end of a sound stream in both directions: it sends a packet every 20 ms from `startSending` on. */
export interface RtpStream {
  readonly address: MediaAddress
  sendTo(media: MediaAnswer): void
  /** Plays keys after whatever is being sent; resolves when the last pause is over. */
  press(keys: string, timing?: KeyTiming): Promise<void>
  /** Speaks after whatever is being sent; resolves at its end. */
  say(sound: Sound): Promise<void>
  /** Everything received as it came over the line, silence and loss filled: the codec's bytes. */
  receivedBytes(): Uint8Array
  readonly gaps: readonly Gap[]
  /** When the first packet arrived (performance.now()). */
  firstAt(): number | undefined
  close(): void
}

const packetMs = 20
const packetTicks = 160
const mostOwedMs = 40

/** What is sent in one tick of 20 ms, one packet or (at a key's end) three; undefined is silence. */
type Tick = { readonly key: string; readonly duration: number; readonly ends: boolean } | Uint8Array | undefined

interface Job {
  readonly ticks: readonly Tick[]
  readonly done: () => void
}

/** @param onPiece gets what is received, in order */
export async function openRtp(localHost: string, codec: Codec, onPiece: (piece: Piece) => void): Promise<RtpStream> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, localHost, resolve)
  })
  socket.removeAllListeners('error')
  // A far end that has closed its port before it said so is nothing to fail for: the dialog tells the end.
  socket.on('error', () => undefined)

  const received: Uint8Array[] = []
  const timeline = makeTimeline(codec.silence, (piece) => {
    received.push(piece.bytes)
    onPiece(piece)
  })
  let firstAt: number | undefined
  socket.on('message', (datagram) => {
    const packet = parseRtp(datagram)
    if (!packet) return
    const now = performance.now()
    firstAt ??= now
    timeline.add(packet.payloadType === codec.payloadType ? packet : { ...packet, payload: new Uint8Array(0) }, now)
  })

  const silence = new Uint8Array(packetTicks).fill(codec.silence)
  const source = randomInt(2 ** 32)
  const jobs: Job[] = []
  let far: MediaAnswer | undefined
  let timer: NodeJS.Timeout | undefined
  let sequence = randomInt(2 ** 16)
  let timestamp = randomInt(2 ** 32)
  let eventStart = 0
  let done = 0
  let fresh = true

  function sendPacket(payloadType: number, at: number, marker: boolean, payload: Uint8Array): void {
    if (!far) return
    socket.send(formatRtp({ payloadType, marker, sequence, timestamp: at, source, payload }), far.port, far.host)
    sequence = (sequence + 1) & 0xffff
  }

  function sendTick(tick: Tick): void {
    if (tick === undefined || tick instanceof Uint8Array) {
      sendPacket(codec.payloadType, timestamp, fresh, tick ?? silence)
      fresh = false
    } else {
      // RFC 4733, 2.5: one timestamp for the whole event, the marker on its first packet, the last one three times.
      const first = tick.duration === packetTicks
      if (first) eventStart = timestamp
      const type = far?.keyEvents ?? keyEventType
      sendPacket(type, eventStart, first, formatKeyEvent({ key: tick.key, end: false, duration: tick.duration }))
      if (tick.ends) {
        const end = formatKeyEvent({ key: tick.key, end: true, duration: tick.duration })
        for (let copy = 0; copy < 3; copy++) sendPacket(type, eventStart, false, end)
        fresh = true
      }
    }
    timestamp = (timestamp + packetTicks) >>> 0
  }

  function nextTick(): Tick {
    const [job] = jobs
    if (!job) return undefined
    const tick = job.ticks[done]
    done += 1
    if (done >= job.ticks.length) {
      jobs.shift()
      done = 0
      job.done()
    }
    return tick
  }

  function startSending(): void {
    let due = performance.now()
    timer = setInterval(() => {
      const now = performance.now()
      // A timer is late now and then, and a little is made up at once, as a phone's jitter would have it. More is not:
      // keys sent in one burst reach the far end doubled.
      if (now - due > mostOwedMs) due = now
      for (; due <= now; due += packetMs) sendTick(nextTick())
    }, packetMs / 2)
  }

  function queue(ticks: readonly Tick[]): Promise<void> {
    if (ticks.length === 0) return Promise.resolve()
    return new Promise((resolve) => jobs.push({ ticks, done: resolve }))
  }

  return {
    address: { host: localHost, port: socket.address().port },
    gaps: timeline.gaps,
    sendTo(media) {
      far = media
      if (!timer) startSending()
    },
    press: (keys, timing = usualTiming) => queue([...keys].flatMap((key) => keyTicks(key, timing))),
    say: (sound) => queue(soundTicks(codec.encode(sound), codec.silence)),
    receivedBytes: () => new Uint8Array(Buffer.concat(received)),
    firstAt: () => firstAt,
    close() {
      clearInterval(timer)
      timeline.flush()
      // Nobody waits for ever on a key that will not be sent.
      for (const { done: tell } of jobs.splice(0)) tell()
      socket.close()
    },
  }
}

function keyTicks(key: string, { onMs, offMs }: KeyTiming): Tick[] {
  const on = Math.max(1, Math.round(onMs / packetMs))
  const off = Math.max(1, Math.round(offMs / packetMs))
  const held = Array.from({ length: on }, (_, i) => ({ key, duration: (i + 1) * packetTicks, ends: i === on - 1 }))
  return [...held, ...new Array<Tick>(off).fill(undefined)]
}

function soundTicks(bytes: Uint8Array, silence: number): Tick[] {
  const ticks: Tick[] = []
  for (let start = 0; start < bytes.length; start += packetTicks) {
    const tick = new Uint8Array(packetTicks).fill(silence)
    tick.set(bytes.subarray(start, start + packetTicks))
    ticks.push(tick)
  }
  return ticks
}
