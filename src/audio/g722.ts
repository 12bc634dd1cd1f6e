/**
 * ITU-T G.722 in mode 1: 64 kbit/s, 16 kHz wideband audio; one byte holds two samples, six bits of the lower band
 * and two of the higher. Written from Recommendation G.722 (09/2012), clauses 3-6: its block names (SCALEL, UPZERO …)
 * stand in the comments, its fixed-point arithmetic is kept exactly.
 */

/** @param samples 16 kHz; a last odd sample is dropped */
export function encodeG722(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length >> 1)
  const low = makeBand(32)
  const high = makeBand(8)
  const window = makeWindow()
  for (let i = 0; i < bytes.length; i++) {
    pushPair(window, samples[2 * i] as number, samples[2 * i + 1] as number)
    const even = evenTaps(window)
    const odd = oddTaps(window)
    const lowCode = encodeLow(low, clamp15((even + odd) >> 14))
    const highCode = encodeHigh(high, clamp15((even - odd) >> 14))
    bytes[i] = (highCode << 6) | lowCode
  }
  return bytes
}

/** @returns samples at 16 kHz, two for each byte */
export function decodeG722(bytes: Uint8Array): Int16Array {
  const decode = g722Decoder()
  return decode(bytes)
}

/** A decoder for a stream that arrives in pieces: it remembers its state from one call to the next. */
export function g722Decoder(): (bytes: Uint8Array) => Int16Array {
  const low = makeBand(32)
  const high = makeBand(8)
  const window = makeWindow()
  return (bytes) => {
    const samples = new Int16Array(bytes.length * 2)
    for (let i = 0; i < bytes.length; i++) {
      const code = bytes[i] as number
      const lowSample = decodeLow(low, code & 63)
      const highSample = decodeHigh(high, code >> 6)
      pushPair(window, lowSample + highSample, lowSample - highSample)
      samples[2 * i] = clamp16(evenTaps(window) >> 11)
      samples[2 * i + 1] = clamp16(oddTaps(window) >> 11)
    }
    return samples
  }
}

// --- the two bands' quantizers -------------------------------------------------------------------------------------

// Decision levels of the lower band's 60-level quantizer (table 14), and the codes of its intervals by sign.
const decisionLevels = Int32Array.of(
  ...[0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650],
  ...[714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
)
const positiveCodes = Int32Array.from({ length: 30 }, (_, i) => 61 - i)
const negativeCodes = Int32Array.from({ length: 30 }, (_, i) => (i < 2 ? 63 - i : 33 - i))

// Inverse quantizers: magnitudes from the outermost interval inwards, as the codes count (tables 15, 16, 19).
const outputs60 = [
  ...[24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576],
  ...[6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728],
]
const outputs15 = [20456, 12896, 8968, 6288, 4240, 2584, 1200]
const values64 = Int32Array.of(-136, -136, -136, -136, ...outputs60.map(minus), ...outputs60, 432, 136, -432, -136)
const values16 = Int32Array.of(0, ...outputs15.map(minus), ...outputs15, 0)
const values4 = Int32Array.of(-7408, -1616, 7408, 1616)

// What a code adds to the logarithmic scale factor (tables 17, 20).
const lowSteps = Int32Array.of(-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60)
const highSteps = Int32Array.of(798, -214, 798, -214)

// 2^(i/32) in 1/2048 (table 18).
const antilog = Int32Array.of(
  ...[2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834],
  ...[2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008],
)

/** One band's adaptive state. `d` and `b` are the zero predictor, `a`, `r` and `p` the pole predictor. */
interface Band {
  /** Linear and logarithmic scale factor: DETL/DETH, NBL/NBH. */
  det: number
  nb: number
  /** Prediction, and its part from zeros: SL/SH, SZL/SZH. */
  s: number
  sz: number
  a1: number
  a2: number
  r1: number
  r2: number
  p1: number
  p2: number
  readonly b: Int32Array
  readonly d: Int32Array
}

function makeBand(det: number): Band {
  const b = new Int32Array(6)
  const d = new Int32Array(6)
  return { det, nb: 0, s: 0, sz: 0, a1: 0, a2: 0, r1: 0, r2: 0, p1: 0, p2: 0, b, d }
}

function encodeLow(band: Band, sample: number): number {
  const error = clamp16(sample - band.s)
  const code = (error < 0 ? negativeCodes : positiveCodes)[interval(error, band.det)] as number
  adaptLow(band, code >> 2)
  return code
}

/** QUANTL: the number of decision levels at or below the error, found by halving. */
function interval(error: number, det: number): number {
  const magnitude = error < 0 ? ~error : error
  let from = 0
  let to = 29
  while (from < to) {
    const middle = (from + to + 1) >> 1
    if (magnitude >= ((decisionLevels[middle] as number) * det) >> 12) from = middle
    else to = middle - 1
  }
  return from
}

function decodeLow(band: Band, code: number): number {
  const sample = clamp15(band.s + ((band.det * (values64[code] as number)) >> 15))
  adaptLow(band, code >> 2)
  return sample
}

function encodeHigh(band: Band, sample: number): number {
  const error = clamp16(sample - band.s)
  const outer = (error < 0 ? ~error : error) >= (564 * band.det) >> 12
  const code = (error < 0 ? 0 : 2) + (outer ? 0 : 1)
  adaptHigh(band, code)
  return code
}

function decodeHigh(band: Band, code: number): number {
  const sample = clamp15(band.s + ((band.det * (values4[code] as number)) >> 15))
  adaptHigh(band, code)
  return sample
}

/** INVQAL, LOGSCL, SCALEL and the predictor. Both ends adapt on the upper four bits only, so they stay in step. */
function adaptLow(band: Band, code: number): void {
  const difference = (band.det * (values16[code] as number)) >> 15
  band.nb = clamp(((band.nb * 127) >> 7) + (lowSteps[code] as number), 0, 18432)
  band.det = scaleFactor(band.nb, 8)
  predict(band, difference)
}

/** INVQAH, LOGSCH, SCALEH and the predictor. */
function adaptHigh(band: Band, code: number): void {
  const difference = (band.det * (values4[code] as number)) >> 15
  band.nb = clamp(((band.nb * 127) >> 7) + (highSteps[code] as number), 0, 22528)
  band.det = scaleFactor(band.nb, 10)
  predict(band, difference)
}

function scaleFactor(nb: number, shift: number): number {
  const mantissa = antilog[(nb >> 6) & 31] as number
  const exponent = shift - (nb >> 11)
  return (exponent < 0 ? mantissa << -exponent : mantissa >> exponent) << 2
}

// --- the adaptive predictor, the same for both bands -----------------------------------------------------------------

function predict(band: Band, difference: number): void {
  const { b, d } = band
  // RECONS, PARREC
  const r0 = clamp16(band.s + difference)
  const p0 = clamp16(band.sz + difference)
  const like1 = p0 < 0 === band.p1 < 0
  const like2 = p0 < 0 === band.p2 < 0
  // UPPOL2
  const lean = clamp16(band.a1 << 2)
  const turned = like1 ? Math.min(-lean, 32767) : lean
  const a2 = clamp((like2 ? 128 : -128) + (turned >> 7) + ((band.a2 * 32512) >> 15), -12288, 12288)
  // UPPOL1
  const limit = clamp16(15360 - a2)
  const a1 = clamp(clamp16((like1 ? 192 : -192) + ((band.a1 * 32640) >> 15)), -limit, limit)
  // UPZERO and FILTEZ, with DELAYA's shift of d on the way
  const gain = difference === 0 ? 0 : 128
  let sz = 0
  let newer = difference
  for (let i = 0; i < 6; i++) {
    const older = d[i] as number
    const alike = difference < 0 === older < 0
    const coefficient = clamp16((alike ? gain : -gain) + (((b[i] as number) * 32640) >> 15))
    b[i] = coefficient
    d[i] = newer
    sz += (coefficient * clamp16(newer + newer)) >> 15
    newer = older
  }
  // FILTEP, PREDIC
  const poles = ((a1 * clamp16(r0 + r0)) >> 15) + ((a2 * clamp16(band.r1 + band.r1)) >> 15)
  band.sz = clamp16(sz)
  band.s = clamp16(clamp16(poles) + band.sz)
  band.a1 = a1
  band.a2 = a2
  band.r2 = band.r1
  band.r1 = r0
  band.p2 = band.p1
  band.p1 = p0
}

// --- the quadrature mirror filters -----------------------------------------------------------------------------------

// Every second coefficient of the 24-tap filter (table 11); the others are the same backwards.
const taps = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11)

/** The last 12 values of each of two interleaved streams, each written twice so that a run of 12 never wraps. */
interface Window {
  readonly first: Int32Array
  readonly second: Int32Array
  at: number
}

function makeWindow(): Window {
  return { first: new Int32Array(24), second: new Int32Array(24), at: 0 }
}

function pushPair(window: Window, first: number, second: number): void {
  const { at } = window
  window.first[at] = first
  window.first[at + 12] = first
  window.second[at] = second
  window.second[at + 12] = second
  window.at = at === 11 ? 0 : at + 1
}

function evenTaps({ second, at }: Window): number {
  let sum = 0
  for (let i = 0; i < 12; i++) sum += (second[at + i] as number) * (taps[11 - i] as number)
  return sum
}

function oddTaps({ first, at }: Window): number {
  let sum = 0
  for (let i = 0; i < 12; i++) sum += (first[at + i] as number) * (taps[i] as number)
  return sum
}

function minus(value: number): number {
  return -value
}

function clamp(value: number, least: number, most: number): number {
  // Not Math.min and Math.max: a global looked up for every sample costs 30 times the whole under a test runner.
  if (value < least) return least
  if (value > most) return most
  return value
}

function clamp15(value: number): number {
  return clamp(value, -16384, 16383)
}

function clamp16(value: number): number {
  return clamp(value, -32768, 32767)
}
