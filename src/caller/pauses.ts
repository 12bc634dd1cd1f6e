import type { Segment } from './segment.ts'

const samplesPerMs = 8

/** A clip is placed this exactly, in samples. */
const slack = 40

/**
 * Silence that was not sent, before the sample `at`. A switch in need of time leaves such holes in the middle of a
 * clip (its clock leaps, its bytes do not), so clips are looked for in what was sent, and the holes counted after.
 */
export interface Pause {
  readonly at: number
  readonly ticks: number
}

/**
 * A time in what was sent, as a time on the line.
 * @param all counts a pause at the very place too, as for a beginning
 */
export function msWithPauses(ms: number, pauses: readonly Pause[], all = false): number {
  const at = ms * samplesPerMs
  const upTo = at + (all ? slack : -slack)
  return pauses.reduce((sum, pause) => (pause.at <= upTo ? sum + pause.ticks : sum), at) / samplesPerMs
}

/** A pause at the very beginning lies before the clip, one at its end behind it. */
export function withPauses(segment: Segment, pauses: readonly Pause[]): Segment {
  const { startMs, endMs } = segment
  return { ...segment, startMs: msWithPauses(startMs, pauses, true), endMs: msWithPauses(endMs, pauses) }
}

export function samplesWithPauses(samples: Int16Array, pauses: readonly Pause[]): Int16Array {
  const whole = new Int16Array(pauses.reduce((sum, { ticks }) => sum + ticks, samples.length))
  let from = 0
  let to = 0
  for (const { at, ticks } of [...pauses, { at: samples.length, ticks: 0 }]) {
    whole.set(samples.subarray(from, at), to)
    to += at - from + ticks
    from = at
  }
  return whole
}
