import { bandStep, speechBandAt } from './filters.ts'

/** Samples of 8 kHz in a block, the unit in which a clip is followed. */
export const blockSamples = 800
const frameSamples = 160

/** Blocks this far below the loudest, in power, are too faint to compare through noise. */
const gate = 1e-2

/** What a clip is recognised by. Positions are samples of 8 kHz from the clip's beginning. */
export interface ClipReference {
  readonly samples: Int16Array
  /**
   * The speech band at the full 8 kHz, for a clip may begin between two values of what is heard. Of most clips only a
   * quarter is ever needed: `filled` says for each of the four phases up to where it is there; `fillBand` adds to it.
   */
  readonly band: Float32Array
  readonly filled: [number, number, number, number]
  /** Where speech begins and ends; a clip without speech has `from` = `to`. */
  readonly from: number
  readonly to: number
  /** For each block up to `to`: is there speech in it? */
  readonly active: readonly boolean[]
}

/** @param samples the whole clip at 8 kHz */
export function clipReference(samples: Int16Array): ClipReference {
  const band = new Float32Array(samples.length)
  for (let i = 0; i < band.length; i += bandStep) band[i] = speechBandAt(samples, samples.length, i)
  const frames = powers(band, frameSamples)
  const loud = frames.reduce((most, power) => Math.max(most, power), 0)
  const isActive = (power: number) => power > 100 && power >= loud * gate
  const first = frames.findIndex(isActive)
  const to = Math.min(samples.length, (frames.findLastIndex(isActive) + 1) * frameSamples)
  const active = powers(band.subarray(0, to), blockSamples).map(isActive)
  return { samples, band, filled: [samples.length, 1, 2, 3], from: first < 0 ? 0 : first * frameSamples, to, active }
}

/** Computes every `bandStep`th value of the band from sample `phase` (0 to 3) on, up to a sample, if not yet there. */
export function fillBand({ samples, band, filled }: ClipReference, phase: number, upTo: number): void {
  let at = filled[phase] as number
  for (; at < upTo && at < band.length; at += bandStep) band[at] = speechBandAt(samples, samples.length, at)
  filled[phase] = at
}

/** Where a sound begins to be loud, by the power of its 20 ms frames. */
export function loudFrom(samples: Int16Array): number {
  const frames = powers(samples, frameSamples, 1)
  const loud = frames.reduce((most, power) => Math.max(most, power), 0)
  return (
    Math.max(
      0,
      frames.findIndex((power) => power > 100 && power >= loud * gate),
    ) * frameSamples
  )
}

/** Mean squares of stretches of `size` samples, from every `step`th. */
function powers(values: Float32Array | Int16Array, size: number, step = bandStep): number[] {
  const result: number[] = []
  for (let start = 0; start < values.length; start += size) {
    const end = Math.min(values.length, start + size)
    let sum = 0
    let count = 0
    for (let i = start; i < end; i += step, count++) sum += (values[i] as number) ** 2
    result.push(sum / count)
  }
  return result
}
