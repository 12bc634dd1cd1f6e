/** One RTP packet (RFC 3550, 5.1). */
export interface RtpPacket {
  readonly payloadType: number
  readonly marker: boolean
  readonly sequence: number
  readonly timestamp: number
  readonly source: number
  readonly payload: Uint8Array
}

export function formatRtp(packet: RtpPacket): Buffer {
  const bytes = Buffer.alloc(12 + packet.payload.length)
  bytes[0] = 0x80
  bytes[1] = (packet.marker ? 0x80 : 0) | packet.payloadType
  bytes.writeUInt16BE(packet.sequence & 0xffff, 2)
  bytes.writeUInt32BE(packet.timestamp >>> 0, 4)
  bytes.writeUInt32BE(packet.source >>> 0, 8)
  bytes.set(packet.payload, 12)
  return bytes
}

/** @returns undefined for anything that is no RTP of version 2, RTCP sent to the same port included */
export function parseRtp(bytes: Buffer): RtpPacket | undefined {
  if (bytes.length < 12 || (bytes.readUInt8(0) & 0xc0) !== 0x80) return undefined
  const first = bytes.readUInt8(0)
  const second = bytes.readUInt8(1)
  if (second >= 192 && second <= 223) return undefined
  let start = 12 + (first & 0x0f) * 4
  if (first & 0x10) {
    if (bytes.length < start + 4) return undefined
    start += 4 + bytes.readUInt16BE(start + 2) * 4
  }
  const padding = first & 0x20 ? bytes.readUInt8(bytes.length - 1) : 0
  if (start + padding > bytes.length) return undefined
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    source: bytes.readUInt32BE(8),
    payload: new Uint8Array(bytes.subarray(start, bytes.length - padding)),
  }
}

/** The keys of a telephone in the order of their event codes (RFC 4733, 3.2). */
export const eventKeys = '0123456789*#ABCD'

/** A telephone-event payload. `duration` is in ticks of 1/8000 s. */
export interface KeyEvent {
  readonly key: string
  readonly end: boolean
  readonly duration: number
}

export function formatKeyEvent({ key, end, duration }: KeyEvent): Uint8Array {
  const volume = 10
  const ticks = Math.min(duration, 0xffff)
  return Uint8Array.of(eventKeys.indexOf(key), (end ? 0x80 : 0) | volume, ticks >> 8, ticks & 0xff)
}

export function parseKeyEvent(payload: Uint8Array): KeyEvent | undefined {
  const [code, flags, high, low] = payload
  if (code === undefined || flags === undefined || high === undefined || low === undefined) return undefined
  const key = eventKeys[code]
  return key === undefined ? undefined : { key, end: (flags & 0x80) !== 0, duration: (high << 8) | low }
}
