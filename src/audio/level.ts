import type { Sound } from './wav.ts'

/** Levels of a sound in dB below full scale: 0 is the power of a full-scale square wave (dBov), a sine peaks at -3. */
export interface Level {
  /** Of the frames that hold speech; -Infinity where there are none. */
  readonly speech: number
  /** Of the largest sample. */
  readonly peak: number
  /** Part of the frames that hold speech, 0 to 1. */
  readonly activity: number
}

const frameSeconds = 0.02

/** How far below the loudest 20 ms a frame may lie and still count as speech. */
const gateBelowLoudest = 30

/** And never below this, so that the noise of an empty recording is no speech. */
const gateFloor = -55

/**
 * Active speech level: the mean power of the 20 ms frames above a gate, so that pauses don't lower it.
 * A simpler relative of ITU-T P.56, within about 1 dB of it for clean speech.
 */
export function measureLevel({ sampleRate, samples }: Sound): Level {
  const powers = framePowers(samples, Math.max(1, Math.round(sampleRate * frameSeconds)))
  const loudest = powers.reduce((most, power) => Math.max(most, power), 0)
  const gate = 10 ** (Math.max(gateFloor, decibel(loudest) - gateBelowLoudest) / 10)
  const active = powers.filter((power) => power >= gate)
  const mean = active.reduce((sum, power) => sum + power, 0) / Math.max(1, active.length)
  return {
    speech: decibel(mean),
    peak: decibel(peakOf(samples) ** 2),
    activity: powers.length === 0 ? 0 : active.length / powers.length,
  }
}

/** Mean square of each frame, full scale being 1. A last part of less than a frame counts as one. */
function framePowers(samples: Int16Array, frame: number): number[] {
  const powers: number[] = []
  for (let start = 0; start < samples.length; start += frame) {
    const end = Math.min(samples.length, start + frame)
    let sum = 0
    for (let i = start; i < end; i++) sum += ((samples[i] as number) / 32768) ** 2
    powers.push(sum / (end - start))
  }
  return powers
}

function peakOf(samples: Int16Array): number {
  let peak = 0
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
  return peak / 32768
}

function decibel(power: number): number {
  return 10 * Math.log10(power)
}
