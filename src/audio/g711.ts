/**
 * ITU-T G.711 A-law and µ-law, 8 kHz: one byte a sample.
 * Source: Recommendation G.711 (11/88), tables 1a-2b; 16-bit samples stand for its 13- and 14-bit ones, left-justified,
 * and negative values are mirrored by ones' complement, as in the ITU's own Software Tool Library (G.191).
 */

const alawValues = Int16Array.from({ length: 256 }, (_, code) => alawValue(code))
const ulawValues = Int16Array.from({ length: 256 }, (_, code) => ulawValue(code))

// Indexed by the sample as an unsigned 16-bit number.
const alawCodes = Uint8Array.from({ length: 65536 }, (_, index) => alawCode((index << 16) >> 16))
const ulawCodes = Uint8Array.from({ length: 65536 }, (_, index) => ulawCode((index << 16) >> 16))

export function encodeAlaw(samples: Int16Array): Uint8Array {
  return encode(samples, alawCodes)
}

export function decodeAlaw(bytes: Uint8Array): Int16Array {
  return decode(bytes, alawValues)
}

export function encodeUlaw(samples: Int16Array): Uint8Array {
  return encode(samples, ulawCodes)
}

export function decodeUlaw(bytes: Uint8Array): Int16Array {
  return decode(bytes, ulawValues)
}

function encode(samples: Int16Array, codes: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(samples.length)
  for (let i = 0; i < samples.length; i++) bytes[i] = codes[(samples[i] as number) & 0xffff] as number
  return bytes
}

function decode(bytes: Uint8Array, values: Int16Array): Int16Array {
  const samples = new Int16Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) samples[i] = values[bytes[i] as number] as number
  return samples
}

/** The middle of the code's interval. Even bits of the code are inverted on the line, hence 0x55. */
function alawValue(code: number): number {
  const bits = code ^ 0x55
  const segment = (bits >> 4) & 7
  const step = bits & 15
  const magnitude = segment === 0 ? step * 16 + 8 : (step * 16 + 264) << (segment - 1)
  return bits & 0x80 ? magnitude : -magnitude
}

function alawCode(sample: number): number {
  const magnitude = (sample < 0 ? ~sample : sample) >> 4
  const segment = Math.max(0, 28 - Math.clz32(magnitude))
  const step = (segment === 0 ? magnitude : magnitude >> (segment - 1)) & 15
  return ((sample < 0 ? 0 : 0x80) | (segment << 4) | step) ^ 0x55
}

/** All bits are inverted on the line. 33 is the bias that makes the segments powers of two. */
function ulawValue(code: number): number {
  const bits = ~code & 0xff
  const segment = (bits >> 4) & 7
  const magnitude = ((((bits & 15) * 2 + 33) << segment) - 33) * 4
  return bits & 0x80 ? -magnitude : magnitude
}

function ulawCode(sample: number): number {
  const magnitude = Math.min(0x1fff, ((sample < 0 ? ~sample : sample) >> 2) + 33)
  const segment = 26 - Math.clz32(magnitude)
  const step = (magnitude >> (segment + 1)) & 15
  return ~((sample < 0 ? 0x80 : 0) | (segment << 4) | step) & 0xff
}
