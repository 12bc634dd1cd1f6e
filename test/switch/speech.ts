import type { Sound } from '../../src/audio/wav.ts'

/** Buzz and syllables together begin anew after so many samples. */
const period = 2000

/** Made once: the callers of a test send their keys from the same thread, which must not stand still for it. */
const voice = Float64Array.from({ length: period }, (_, i) => {
  const at = i / 8000
  const syllable = Math.max(0, Math.sin(2 * Math.PI * 4 * at)) ** 0.5
  let buzz = 0
  for (let harmonic = 1; harmonic <= 20; harmonic++) {
    buzz += Math.sin(2 * Math.PI * 140 * harmonic * at + harmonic) / (1 + Math.abs(harmonic * 140 - 600) / 200)
  }
  return 2500 * syllable * buzz
})

/** Something like a voice: a buzz of 140 Hz with formants, in syllables. 8 kHz, about -20 dBm0. */
export function speechLike(milliseconds: number): Sound {
  const samples = Int16Array.from({ length: milliseconds * 8 }, (_, i) => Math.round(voice[i % period] as number))
  return { sampleRate: 8000, samples }
}
