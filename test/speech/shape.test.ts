import { measureLevel } from '../../src/audio/level.ts'
import { amplified, framed, tone, trimmed } from '../../src/speech/shape.ts'
import { sineAmplitude, speechLevel } from '../../src/speech/telephone-level.ts'

const sampleRate = 8000

it('knows that a full-scale sine is 3.14 dBm0', () => {
  const samples = tone(sampleRate, 1000, 1000, sineAmplitude(3.14))
  expect(measureLevel({ sampleRate, samples }).peak).toBeCloseTo(0, 1)
  expect(speechLevel({ sampleRate, samples })).toBeCloseTo(3.14, 1)
  expect(speechLevel({ sampleRate, samples: tone(sampleRate, 1000, 1000, sineAmplitude(-20)) })).toBeCloseTo(-20, 1)
})

it('makes whole frames with silent ends and no step at either', () => {
  const samples = framed({ sampleRate, samples: new Int16Array(1000).fill(10_000) }, 30)
  expect(samples.length % 160).toBe(0)
  expect(samples.slice(0, 160).every((sample) => sample === 0)).toBe(true)
  expect(samples.slice(-240).every((sample) => sample === 0)).toBe(true)
  const steps = samples.slice(1).map((sample, index) => Math.abs(sample - (samples[index] ?? 0)))
  expect(Math.max(...steps)).toBeLessThan(400)
})

it('takes the silence off both ends, and all of it where nobody speaks', () => {
  const spoken = tone(sampleRate, 400, 500, 0.3)
  const padded = new Int16Array(sampleRate * 2)
  padded.set(spoken, 4000)
  const kept = trimmed({ sampleRate, samples: padded })
  expect(kept.length).toBeGreaterThanOrEqual(spoken.length)
  expect(kept.length).toBeLessThan(spoken.length + sampleRate * 0.06)
  expect(trimmed({ sampleRate, samples: new Int16Array(500) })).toHaveLength(0)
})

it('bends peaks instead of clipping them, and leaves the rest alone', () => {
  const loud = amplified(tone(sampleRate, 300, 100, 0.5), 4)
  expect(Math.max(...loud)).toBeLessThan(0.9 * 32768)
  expect(amplified(Int16Array.of(1000, -2000), 2)).toEqual(Int16Array.of(2000, -4000))
})
