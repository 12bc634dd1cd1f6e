/**
 * The outline of a sound: how loud a few bands are, every 10 ms. Coarse enough to look for 700 clips at every place
 * of a call, and it survives noise and any codec. Only a hint: correlation judges.
 */

const window = 256
const hop = 80
const bands = 8

/** Steps of 20 ms in an outline that is compared, and values in it. */
const steps = 12
const size = steps * bands

/** Edges of the bands in bins of 31.25 Hz: 250 to 3400 Hz, even on the ear's scale. */
const edges = [8, 12, 17, 23, 31, 41, 55, 76, 109]

const lean = Float64Array.from({ length: window }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / window))
const twiddles = Array.from({ length: window / 2 }, (_, i) => {
  const angle = (-2 * Math.PI * i) / window
  return { cos: Math.cos(angle), sin: Math.sin(angle) }
})
const cosines = Float64Array.from(twiddles, ({ cos }) => cos)
const sines = Float64Array.from(twiddles, ({ sin }) => sin)

/** Outlines of the beginnings of all clips, in one array. */
export interface OutlineIndex {
  readonly count: number
  readonly values: Float32Array
}

/** @param beginnings each the samples (8 kHz) from a clip's first speech on */
export function outlineIndex(beginnings: readonly Int16Array[]): OutlineIndex {
  const values = new Float32Array(beginnings.length * size)
  beginnings.forEach((samples, i) => {
    const frames = new Float32Array(size)
    for (let step = 0; step < steps; step++) bandsAt(samples, step * 2 * hop, frames, step * bands)
    normalise(frames, values, i * size)
  })
  return { count: beginnings.length, values }
}

/** How many samples from a place on are needed to search there. */
export const outlineReach = (steps - 1) * 2 * hop + window

/**
 * Searches a stretch of sound, every 10 ms.
 * @param from first place (a sample), a multiple of `outlineHop`
 * @param wanted is asked for each place whether to look there at all
 * @param found gets the clips (by index) whose outline is like that at the place, the likest first
 */
export function searchOutlines(
  index: OutlineIndex,
  samples: Int16Array,
  from: number,
  to: number,
  wanted: (place: number) => boolean,
  found: (clip: number, place: number) => void,
): void {
  const places: number[] = []
  for (let place = from; place < to; place += hop) if (wanted(place)) places.push(place)
  const frames = new Map<number, Float32Array>()
  const here = new Float32Array(size)
  const normal = new Float32Array(size)
  for (const place of places) {
    for (let step = 0; step < steps; step++) {
      const at = place + step * 2 * hop
      let frame = frames.get(at)
      if (!frame) {
        frame = new Float32Array(bands)
        bandsAt(samples, at, frame, 0)
        frames.set(at, frame)
      }
      here.set(frame, step * bands)
    }
    normalise(here, normal, 0)
    for (const clip of likest(index, normal)) found(clip, place)
  }
}

export const outlineHop = hop
const alike = 0.75

/** Beside the likest, as many as begin with the same words: addresses often do. */
const most = 5
const mostOfOneBeginning = 40
const nearly = 0.04

function likest({ count, values }: OutlineIndex, wanted: Float32Array): number[] {
  const found: { clip: number; likeness: number }[] = []
  for (let clip = 0, at = 0; clip < count; clip++, at += size) {
    let product = 0
    for (let i = 0; i < size; i++) product += (values[at + i] as number) * (wanted[i] as number)
    if (product >= alike) found.push({ clip, likeness: product })
  }
  found.sort((a, b) => b.likeness - a.likeness)
  const best = found[0]?.likeness ?? 0
  const isChosen = ({ likeness }: { likeness: number }, place: number) =>
    place < most || (place < mostOfOneBeginning && likeness >= best - nearly && best >= 0.9)
  return found.filter(isChosen).map(({ clip }) => clip)
}

/** Brings an outline to mean 0 and length 1, so that its level does not matter. */
function normalise(from: Float32Array, to: Float32Array, at: number): void {
  let mean = 0
  for (let i = 0; i < size; i++) mean += (from[i] as number) / size
  let power = 0
  for (let i = 0; i < size; i++) power += ((from[i] as number) - mean) ** 2
  const factor = power > 0 ? 1 / Math.sqrt(power) : 0
  for (let i = 0; i < size; i++) to[at + i] = ((from[i] as number) - mean) * factor
}

const real = new Float64Array(window)
const imaginary = new Float64Array(window)

/** Loudness of the bands around a place, in a power law that keeps quiet noise from mattering. */
function bandsAt(samples: Int16Array, at: number, to: Float32Array, slot: number): void {
  for (let i = 0; i < window; i++) {
    const swapped = reversed[i] as number
    real[swapped] = (samples[at + i] ?? 0) * (lean[i] as number)
    imaginary[swapped] = 0
  }
  transform()
  for (let band = 0; band < bands; band++) {
    let power = 0
    for (let bin = edges[band] as number; bin < (edges[band + 1] as number); bin++) {
      power += (real[bin] as number) ** 2 + (imaginary[bin] as number) ** 2
    }
    to[slot + band] = power ** 0.2
  }
}

const reversed = Uint8Array.from({ length: window }, (_, i) => {
  let bits = 0
  for (let bit = 0; bit < 8; bit++) if (i & (1 << bit)) bits |= 0x80 >> bit
  return bits
})

/** The fast Fourier transform (Cooley and Tukey), in place, on values already in bit-reversed order. */
function transform(): void {
  for (let half = 1; half < window; half *= 2) {
    const stride = window / 2 / half
    for (let start = 0; start < window; start += 2 * half) {
      for (let k = 0; k < half; k++) {
        const cos = cosines[k * stride] as number
        const sin = sines[k * stride] as number
        const a = start + k
        const b = a + half
        const re = (real[b] as number) * cos - (imaginary[b] as number) * sin
        const im = (real[b] as number) * sin + (imaginary[b] as number) * cos
        real[b] = (real[a] as number) - re
        imaginary[b] = (imaginary[a] as number) - im
        real[a] = (real[a] as number) + re
        imaginary[a] = (imaginary[a] as number) + im
      }
    }
  }
}
