import type { Sound } from '../audio/wav.ts'

/** Asterisk reads files by frames of this length, and drops a last part of one. */
const frameMs = 20

/** Fades this short are not heard as fades; without them a cut is heard as a click. */
const fadeMs = 8

/** How far below the loudest 5 ms speech still counts as speech: a last «т» is that soft. */
const trimDb = 42

/** What is spoken, without the silence around it; empty where there is nothing. */
export function trimmed(sound: Sound): Int16Array {
  const { start, end } = spokenPart(sound)
  return sound.samples.slice(start, end)
}

/** From which sample to which there is speech; an empty part where there is none. */
export function spokenPart({ sampleRate, samples }: Sound): { readonly start: number; readonly end: number } {
  const frame = Math.round(sampleRate / 200)
  const count = Math.ceil(samples.length / frame)
  const powers = Array.from({ length: count }, (_, index) => power(samples, index * frame, frame))
  const gate = Math.max(...powers, 1) * 10 ** (-trimDb / 10)
  const first = powers.findIndex((each) => each >= gate)
  if (first < 0) return { start: 0, end: 0 }
  const last = powers.findLastIndex((each) => each >= gate)
  // A consonant begins before it is loud, and a vowel ends after it was.
  return { start: Math.max(0, (first - 3) * frame), end: Math.min(samples.length, (last + 6) * frame) }
}

/** The samples with their ends faded, a frame of silence before and `tail` of silence behind, in whole frames. */
export function framed({ sampleRate, samples }: Sound, tailMs: number): Int16Array {
  const frame = (sampleRate * frameMs) / 1000
  const tail = Math.ceil((tailMs * sampleRate) / 1000)
  const whole = Math.ceil((frame + samples.length + tail) / frame) * frame
  const result = new Int16Array(whole)
  result.set(faded(samples, Math.round((sampleRate * fadeMs) / 1000)), frame)
  return result
}

export function silentFrames(sampleRate: number, ms: number): Int16Array {
  return framed({ sampleRate, samples: new Int16Array(0) }, Math.max(0, ms - frameMs))
}

/** A sine with faded ends. @param amplitude fraction of full scale */
export function tone(sampleRate: number, hertz: number, ms: number, amplitude: number): Int16Array {
  return Int16Array.from({ length: Math.round((sampleRate * ms) / 1000) }, (_, index) =>
    Math.round(32767 * amplitude * Math.sin((2 * Math.PI * hertz * index) / sampleRate)),
  )
}

/** Above this part of full scale the peaks are bent, so that they come to lie below `ceiling`. */
const knee = 0.6
const ceiling = 0.89

/** Amplifies; peaks are limited softly, by a curve without a corner, instead of being clipped. */
export function amplified(samples: Int16Array, gain: number): Int16Array {
  const result = new Int16Array(samples.length)
  for (let index = 0; index < samples.length; index++) {
    const loud = ((samples[index] as number) / 32768) * gain
    const size = loud < 0 ? -loud : loud
    // Rounded as Math.round does, without its call for each of a hundred thousand samples.
    result[index] = Math.floor((size <= knee ? loud : softly(loud, size)) * 32768 + 0.5)
  }
  return result
}

function softly(loud: number, size: number): number {
  const bent = knee + (ceiling - knee) * Math.tanh((size - knee) / (ceiling - knee))
  return Math.sign(loud) * bent
}

function faded(samples: Int16Array, length: number): Int16Array {
  const fade = Math.min(length, Math.floor(samples.length / 2))
  const result = samples.slice()
  for (let fromEnd = 0; fromEnd < fade; fromEnd++) {
    const gain = 0.5 * (1 - Math.cos((Math.PI * fromEnd) / fade))
    for (const index of [fromEnd, samples.length - 1 - fromEnd])
      result[index] = Math.round((samples[index] ?? 0) * gain)
  }
  return result
}

function power(samples: Int16Array, start: number, length: number): number {
  const end = Math.min(samples.length, start + length)
  let sum = 0
  for (let index = start; index < end; index++) sum += (samples[index] ?? 0) ** 2
  return end > start ? sum / (end - start) : 0
}
