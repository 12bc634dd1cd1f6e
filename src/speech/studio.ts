import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Language, languages } from '../domain/language.ts'
import type { Catalog } from './catalog.ts'
import { type Clip, tailMs } from './clip.ts'
import { type RecordableTexts, recordingKey } from './recordable.ts'

export type StudioClip = Extract<Clip, { kind: 'studio' }>

/** Recordings that stand in for the synthetic voice, by `ky/welcome`. */
export type Studio = ReadonlyMap<string, StudioClip>

/** Recordings whose names no text of the catalog has, or whose prompt says values: they are never heard. */
export interface UnusedRecording {
  readonly file: string
  readonly name: string
  readonly language: Language
  readonly why: 'no such prompt' | 'its text holds values'
}

const noteShape = z.object({
  /** Of the recording the note is about. */
  sha256: z.string(),
  by: z.string(),
  /** ISO time. */
  at: z.iso.datetime(),
  text: z.string(),
})

/** Who uploaded a recording, and what its speaker read; in welcome.json beside welcome.wav. */
export type RecordingNote = Readonly<z.infer<typeof noteShape>>

/** @param folder one with a folder for each language in it, prompts/ or the home folder's */
export function readStudio(
  folder: string,
  catalog: Catalog,
  texts: RecordableTexts,
): { studio: Studio; unused: readonly UnusedRecording[] } {
  const studio = new Map<string, StudioClip>()
  const unused: UnusedRecording[] = []
  for (const language of languages) {
    const shelf = join(folder, language)
    const names = existsSync(shelf) ? readdirSync(shelf).sort() : []
    for (const fileName of names.filter((each) => each.endsWith('.wav'))) {
      const file = join(shelf, fileName)
      const name = fileName.slice(0, -'.wav'.length)
      const key = recordingKey(language, name)
      const text = texts.get(key)
      if (text !== undefined) studio.set(key, studioClip(language, text, file, contentHashOf(readFileSync(file))))
      else unused.push({ file, name, language, why: catalog.has(name) ? 'its text holds values' : 'no such prompt' })
    }
  }
  return { studio, unused }
}

export function studioClip(language: Language, text: string, file: string, contentHash: string): StudioClip {
  const note = readNote(file)
  // Of an upload that was cut off between its note and itself, the recording before is still there.
  const uploaded = note?.sha256 === contentHash ? { by: note.by, at: note.at } : undefined
  return { kind: 'studio', language, file, contentHash, tailMs: tailMs(text), ...(uploaded && { uploaded }) }
}

export function contentHashOf(recording: Buffer): string {
  return createHash('sha256').update(recording).digest('hex')
}

/** The text its speaker read, where somebody noted it in welcome.txt beside welcome.wav, or it was uploaded. */
export function textRead(clip: StudioClip): string | undefined {
  const note = clip.file.replace(/\.wav$/, '.txt')
  if (existsSync(note)) return readFileSync(note, 'utf8').trim()
  return clip.uploaded && readNote(clip.file)?.text
}

export function noteFile(recording: string): string {
  return recording.replace(/\.wav$/, '.json')
}

function readNote(recording: string): RecordingNote | undefined {
  const file = noteFile(recording)
  if (!existsSync(file)) return undefined
  try {
    return noteShape.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // Of no more use than none: who it was is in the audit log.
    return undefined
  }
}
