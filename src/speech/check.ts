import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { clippedSamples } from '../audio/clipping.ts'
import { decodeAlaw } from '../audio/g711.ts'
import { measureLevel } from '../audio/level.ts'
import type { Command } from '../command.ts'
import type { Language } from '../domain/language.ts'
import { clipExists, clipFiles } from './clip-files.ts'
import { illegible } from './legible.ts'
import { nameInNote, readRenderedNote } from './rendered-note.ts'
import type { NamedClip } from './script.ts'
import { readAnySound } from './sox.ts'
import { type StudioClip, textRead, type UnusedRecording } from './studio.ts'
import { speechDbm0, speechLevel } from './telephone-level.ts'

/** In the order of how much a caller suffers. */
export const findingKinds = ['missing', 'stale', 'clipped', 'too-quiet', 'unreadable', 'unused'] as const

export interface Finding {
  readonly kind: (typeof findingKinds)[number]
  readonly name: string
  readonly language?: Language
  /** One sentence: what is wrong and what to do. */
  readonly message: string
}

/** A clip this much softer than the others is strained for. */
const quietMarginDb = 3

/** A recording whose speech is softer than this has to be raised until its noise is heard; dB below full scale. */
export const quietRecordingDbov = -48

interface Subject {
  readonly named: readonly NamedClip[]
  readonly unused: readonly UnusedRecording[]
  readonly baseOf: (named: NamedClip) => string
  /** Folder of all clips. */
  readonly clips: string
  readonly sox: Command
}

/** Looks at every clip's text and audio. */
export async function checkSpeech({ named, unused, baseOf, clips, sox }: Subject): Promise<readonly Finding[]> {
  const findings: Finding[] = unused.map(({ file, name, language, why }) => ({
    kind: 'unused',
    name,
    language,
    message: `${file} is never heard (${why}): rename or remove it.`,
  }))
  const note = readRenderedNote(clips)
  for (const each of named) {
    const { name, language, text, clip } = each
    const about = language ? `${name} (${language})` : name
    const report = (kind: Finding['kind'], message: string) =>
      findings.push({ kind, name, ...(language && { language }), message: `${about} ${message}` })

    if (language) for (const what of illegible(text, language)) report('unreadable', `can't be read: ${what}.`)
    if (clip.kind === 'studio') await checkRecording(clip, text, sox, report)

    const base = baseOf(each)
    if (!clipExists(base)) {
      const noted = note[nameInNote(each)]
      if (noted !== undefined && noted !== basename(base))
        report('stale', 'was rendered before its text or voice changed: run npx dobush prompts render.')
      else report('missing', 'has no audio: run npx dobush prompts render.')
    } else if (clip.kind === 'speech') {
      checkAudio(base, report)
    }
  }
  return findings.sort((a, b) => findingKinds.indexOf(a.kind) - findingKinds.indexOf(b.kind))
}

type Report = (kind: Finding['kind'], message: string) => void

function checkAudio(base: string, report: Report): void {
  const samples = decodeAlaw(readFileSync(clipFiles(base).alaw))
  const level = speechLevel({ sampleRate: 8000, samples })
  if (level < speechDbm0 - quietMarginDb)
    report(
      'too-quiet',
      `is too quiet (${level.toFixed(1)} dBm0, should be ${speechDbm0}): remove ${base}.* and render again.`,
    )
  if (clippedSamples(samples) > 0) report('clipped', `is clipped: remove ${base}.* and render again.`)
}

async function checkRecording(clip: StudioClip, text: string, sox: Command, report: Report): Promise<void> {
  const read = textRead(clip)
  if (read !== undefined && read !== text)
    report('stale', `was recorded with another text: record ${clip.file} again, or remove it.`)
  const sound = await readAnySound(sox, clip.file)
  const { speech } = measureLevel(sound)
  if (speech < quietRecordingDbov)
    report(
      'too-quiet',
      `is recorded too quietly (${speech.toFixed(0)} dB below full scale): record ${clip.file} again.`,
    )
  if (clippedSamples(sound.samples) > 0) report('clipped', `is clipped: record ${clip.file} again with less gain.`)
}
