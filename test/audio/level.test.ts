import { measureLevel } from '../../src/audio/level.ts'

const sampleRate = 8000

function tone(seconds: number, amplitude: number): Int16Array {
  const wave = (_: unknown, i: number) => Math.round(amplitude * Math.sin((2 * Math.PI * 400 * i) / sampleRate))
  return Int16Array.from({ length: seconds * sampleRate }, wave)
}

test('a full-scale sine is 3 dB below full scale and peaks at it', () => {
  const level = measureLevel({ sampleRate, samples: tone(1, 32767) })
  expect(level.speech).toBeCloseTo(-3.01, 1)
  expect(level.peak).toBeCloseTo(0, 1)
  expect(level.activity).toBe(1)
})

test('pauses do not lower the level', () => {
  const samples = new Int16Array(4 * sampleRate)
  samples.set(tone(1, 3276.7), sampleRate)
  const level = measureLevel({ sampleRate, samples })
  expect(level.speech).toBeCloseTo(-23.01, 1)
  expect(level.activity).toBeCloseTo(0.25, 2)
})

test('silence, faint noise and nothing hold no speech', () => {
  expect(measureLevel({ sampleRate, samples: new Int16Array(800) })).toMatchObject({ speech: -Infinity, activity: 0 })
  expect(measureLevel({ sampleRate, samples: tone(1, 20) }).activity).toBe(0)
  expect(measureLevel({ sampleRate, samples: new Int16Array(0) })).toEqual({
    speech: -Infinity,
    peak: -Infinity,
    activity: 0,
  })
})
