import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import type { RecordingCheck, recordingFault, recordingWarning } from '../api/prompts.ts'
import { clippedSamples } from '../audio/clipping.ts'
import { measureLevel } from '../audio/level.ts'
import type { Sound } from '../audio/wav.ts'
import type { Command } from '../command.ts'
import { quietRecordingDbov } from './check.ts'
import { spokenPart } from './shape.ts'
import { readAnySound } from './sox.ts'
import { type WavShape, wavShape } from './wav-shape.ts'

type Fault = z.infer<typeof recordingFault>
type Warning = z.infer<typeof recordingWarning>

/** A digit takes a quarter of a second; the longest text of the catalog under half a minute. */
const shortestMs = 120
const longestMs = 90_000

const lowestRate = 8_000
/** From here on it sounds on a wide-band line as it does in the studio. */
const wideRate = 16_000

/** Softer than this it can be used, but its noise is raised with it; dB below full scale. */
const softDbov = -38
const longSilenceMs = { before: 1_000, after: 2_000 }
/** How many times longer or shorter than the voice a speaker may be without a remark. */
const lengthRatio = 2

/** Instead of minus infinity, which JSON has not. */
const nothing = -100

/**
 * Looks at a recording that is to stand in for the voice.
 * @param spokenMs how long the voice takes for the text; nothing when that is not known
 */
export async function judgeRecording(
  sox: Command,
  file: string,
  spokenMs: number | undefined,
): Promise<RecordingCheck> {
  const shape = wavShape(readFileSync(file))
  // Before it is unpacked: a file can say of itself that it lasts for days.
  const refused = refusalOf(shape)
  const lengthMs = shape ? Math.round(shape.seconds * 1000) : 0
  if (refused || !shape) return unheard(lengthMs, shape?.sampleRate ?? 0, refused ?? 'not-wav')
  let sound: Sound
  try {
    sound = await readAnySound(sox, file)
  } catch {
    return unheard(lengthMs, shape.sampleRate, 'not-wav')
  }
  return judge(sound, shape.sampleRate, spokenMs)
}

function refusalOf(shape: WavShape | undefined): Fault | undefined {
  if (!shape) return 'not-wav'
  if (shape.sampleRate < lowestRate) return 'rate-too-low'
  return shape.seconds * 1000 > longestMs ? 'too-long' : undefined
}

function unheard(durationMs: number, sampleRate: number, fault: Fault): RecordingCheck {
  return {
    ...{ durationMs, sampleRate, peak: nothing, loudness: nothing, clipped: 0 },
    ...{ silenceBeforeMs: 0, silenceAfterMs: 0, faults: [fault], warnings: [] },
  }
}

function judge(sound: Sound, sampleRate: number, spokenMs: number | undefined): RecordingCheck {
  const ms = (samples: number) => Math.round((samples * 1000) / sound.sampleRate)
  const { speech, peak } = measureLevel(sound)
  const { start, end } = spokenPart(sound)
  const lengthMs = ms(end - start)
  const clipped = clippedSamples(sound.samples)
  const silenceBeforeMs = ms(start)
  const silenceAfterMs = ms(sound.samples.length - end)
  const faults: readonly (Fault | false)[] = [
    speech === -Infinity && 'silent',
    speech > -Infinity && speech < quietRecordingDbov && 'too-quiet',
    speech > -Infinity && lengthMs < shortestMs && 'too-short',
    clipped > 0 && 'clipped',
  ]
  const warnings: readonly (Warning | false)[] = [
    speech >= quietRecordingDbov && speech < softDbov && 'quiet',
    (silenceBeforeMs > longSilenceMs.before || silenceAfterMs > longSilenceMs.after) && 'long-silence',
    spokenMs !== undefined && Math.abs(Math.log(lengthMs / spokenMs)) > Math.log(lengthRatio) && 'length-differs',
    sampleRate < wideRate && 'narrow',
  ]
  const decibels = (level: number) => Math.max(nothing, Math.round(level * 10) / 10)
  return {
    durationMs: ms(sound.samples.length),
    sampleRate,
    peak: decibels(peak),
    loudness: decibels(speech),
    clipped,
    silenceBeforeMs,
    silenceAfterMs,
    faults: faults.filter((each) => each !== false),
    warnings: warnings.filter((each) => each !== false),
  }
}
