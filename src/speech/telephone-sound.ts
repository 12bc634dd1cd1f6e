import type { Sound } from '../audio/wav.ts'
import type { Command } from '../command.ts'
import { amplified, framed, silentFrames, tone, trimmed } from './shape.ts'
import { resample } from './sox.ts'
import { sineAmplitude, speechDbm0, speechLevel } from './telephone-level.ts'

/** One clip as it goes on the line: the same audio at 8 kHz (G.711) and 16 kHz (G.722), in whole 20 ms frames. */
export interface TelephoneSound {
  readonly narrow: Int16Array
  readonly wide: Int16Array
}

export interface RawSpeech {
  readonly sound: Sound
  /** Silence to leave at its end, in milliseconds. */
  readonly tailMs: number
}

const narrowRate = 8000
const wideRate = 16000

/** A line carries nothing below 300 Hz, and rumble takes room from what it carries; half an octave gentler. */
const highPassHz = '200'

/** Keeps the resampler's ringing off full scale; the level is set afterwards. */
const headroomDb = '-3'

/** Between pieces of a batch, so that no filter carries one into the next. */
const gapSeconds = 0.25

/**
 * Makes recordings ready for a telephone line: high-passed, trimmed, resampled, at one active speech level, their
 * ends silent. All of a batch share their processes, because starting sox costs more than its work.
 * @param batch of one sample rate
 */
export async function forTelephone(sox: Command, batch: readonly RawSpeech[]): Promise<readonly TelephoneSound[]> {
  const sampleRate = batch[0]?.sound.sampleRate ?? wideRate
  const effects = ['gain', headroomDb, 'highpass', highPassHz]
  const raw = batch.map(({ sound }) => sound.samples)
  const wide = (await resampleEach(sox, raw, sampleRate, wideRate, effects)).map((samples, index) =>
    framed({ sampleRate: wideRate, samples: trimmed({ sampleRate: wideRate, samples }) }, batch[index]?.tailMs ?? 0),
  )
  const narrow = await resampleEach(sox, wide, wideRate, narrowRate)
  return narrow.map((samples, index) => {
    // One gain for both, from the one nearly everybody hears.
    const level = speechLevel({ sampleRate: narrowRate, samples })
    const gain = Number.isFinite(level) ? 10 ** ((speechDbm0 - level) / 20) : 1
    return { narrow: amplified(samples, gain), wide: amplified(wide[index] ?? new Int16Array(0), gain) }
  })
}

export function silentSound(ms: number): TelephoneSound {
  return { narrow: silentFrames(narrowRate, ms), wide: silentFrames(wideRate, ms) }
}

/** "Speak after the tone": a third of a second at 900 Hz, a little louder than speech. */
export function beepSound(): TelephoneSound {
  const at = (sampleRate: number) => framed({ sampleRate, samples: tone(sampleRate, 900, 300, sineAmplitude(-18)) }, 20)
  return { narrow: at(narrowRate), wide: at(wideRate) }
}

async function resampleEach(
  sox: Command,
  pieces: readonly Int16Array[],
  from: number,
  to: number,
  effects: readonly string[] = [],
): Promise<readonly Int16Array[]> {
  const gap = Math.round(from * gapSeconds)
  // A piece begins where a sample of the old rate meets one of the new: elsewhere its company would shift it by a part
  // of a sample.
  const step = from / greatestCommonDivisor(from, to)
  const starts: number[] = []
  let length = 0
  for (const piece of pieces) {
    const start = Math.ceil((length + gap) / step) * step
    starts.push(start)
    length = start + piece.length
  }
  length += gap
  const together = new Int16Array(length)
  for (const [index, piece] of pieces.entries()) together.set(piece, starts[index] ?? 0)
  const resampled = await resample(sox, { sampleRate: from, samples: together }, to, effects)
  return pieces.map((piece, index) => {
    const start = ((starts[index] ?? 0) * to) / from
    return resampled.slice(start, start + Math.ceil((piece.length * to) / from))
  })
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}
