import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Language, languages } from '../domain/language.ts'
import { type Catalog, isFixed } from './catalog.ts'
import type { Clip } from './clip.ts'

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

/** @param folder prompts/, with a folder for each language in it */
export function readStudio(folder: string, catalog: Catalog): { studio: Studio; unused: readonly UnusedRecording[] } {
  const studio = new Map<string, StudioClip>()
  const unused: UnusedRecording[] = []
  for (const language of languages) {
    const shelf = join(folder, language)
    const names = existsSync(shelf) ? readdirSync(shelf).sort() : []
    for (const fileName of names.filter((each) => each.endsWith('.wav'))) {
      const file = join(shelf, fileName)
      const name = fileName.slice(0, -'.wav'.length)
      const prompt = catalog.get(name)
      if (!prompt) unused.push({ file, name, language, why: 'no such prompt' })
      else if (!isFixed(prompt.segments[language])) unused.push({ file, name, language, why: 'its text holds values' })
      else {
        const contentHash = createHash('sha256').update(readFileSync(file)).digest('hex')
        studio.set(`${language}/${name}`, { kind: 'studio', language, file, contentHash })
      }
    }
  }
  return { studio, unused }
}

/** The text its speaker read, where somebody noted it in welcome.txt beside welcome.wav. */
export function textRead(clip: StudioClip): string | undefined {
  const note = clip.file.replace(/\.wav$/, '.txt')
  return existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined
}
