import type { Sound } from '../../src/audio/wav.ts'

/** Something like a voice: a buzz of 140 Hz with formants, in syllables. 8 kHz, about -20 dBm0. */
export function speechLike(milliseconds: number): Sound {
  const samples = new Int16Array(milliseconds * 8)
  for (let i = 0; i < samples.length; i++) {
    const at = i / 8000
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 4 * at)) ** 0.5
    let voice = 0
    for (let harmonic = 1; harmonic <= 20; harmonic++) {
      voice += Math.sin(2 * Math.PI * 140 * harmonic * at + harmonic) / (1 + Math.abs(harmonic * 140 - 600) / 200)
    }
    samples[i] = Math.round(2500 * syllable * voice)
  }
  return { sampleRate: 8000, samples }
}
