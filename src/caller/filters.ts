/** Finite filters between the rates the caller works at. All are windowed sincs (Hamming). */

const halfBand = lowPass(3600 / 16000, 31)

/** Samples at 16 kHz to 8 kHz, for a stream in pieces of even length. Late by 15 samples of 16 kHz. */
export function decimator(): (samples: Int16Array) => Int16Array {
  const past = halfBand.length - 1
  let before = new Int16Array(past)
  return (samples) => {
    const all = new Int16Array(past + samples.length)
    all.set(before)
    all.set(samples, past)
    before = all.slice(samples.length)
    const halved = new Int16Array(samples.length >> 1)
    for (let i = 0; i < halved.length; i++) {
      let sum = 0
      for (let k = 0; k < halfBand.length; k++) sum += (all[2 * i + k] as number) * (halfBand[k] as number)
      halved[i] = clamp16(sum)
    }
    return halved
  }
}

/** A whole sound from 8 kHz to 16 kHz. */
export function doubleRate(samples: Int16Array): Int16Array {
  const middle = halfBand.length >> 1
  const doubled = new Int16Array(samples.length * 2)
  for (let i = 0; i < doubled.length; i++) {
    let sum = 0
    for (let k = (i + middle) & 1; k < halfBand.length; k += 2) {
      sum += (samples[(i + middle - k) >> 1] ?? 0) * (halfBand[k] as number)
    }
    doubled[i] = clamp16(2 * sum)
  }
  return doubled
}

/**
 * The band the recogniser judges by, 250 to 850 Hz: every codec keeps it in phase, most of speech's energy is there,
 * and 2000 values a second hold it.
 */
export const speechBand = difference(lowPass(850 / 8000, 127), lowPass(250 / 8000, 127))

/** 8 kHz samples for one value of the speech band. */
export const bandStep = 4

/** How many samples a centred filter needs on either side. */
export const speechBandReach = speechBand.length >> 1

/** One value of the speech band, centred on `at`; what lies outside of the sound is silence. */
export function speechBandAt(samples: Int16Array, length: number, at: number): number {
  let sum = 0
  const from = Math.max(0, at - speechBandReach)
  const to = Math.min(length - 1, at + speechBandReach)
  for (let i = from, k = from - at + speechBandReach; i <= to; i++, k++) {
    sum += (samples[i] as number) * (speechBand[k] as number)
  }
  return sum
}

/** @param cutoff part of the sampling rate */
function lowPass(cutoff: number, length: number): Float64Array {
  const middle = (length - 1) / 2
  const taps = Float64Array.from({ length }, (_, i) => {
    const x = i - middle
    const sinc = x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x)
    return sinc * (0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (length - 1)))
  })
  const sum = taps.reduce((total, tap) => total + tap, 0)
  return taps.map((tap) => tap / sum)
}

function difference(wide: Float64Array, narrow: Float64Array): Float64Array {
  return wide.map((tap, i) => tap - (narrow[i] as number))
}

function clamp16(value: number): number {
  return Math.min(Math.max(Math.round(value), -32768), 32767)
}
