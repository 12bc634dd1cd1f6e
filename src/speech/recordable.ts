import { type Language, languages } from '../domain/language.ts'
import type { Catalog, Segment } from './catalog.ts'
import { digitClip } from './digits.ts'

/** Texts in which nothing changes, by `ky/welcome`, `ru/found.1`, `ky/digit-5-final`: a recording can stand in for them. */
export type RecordableTexts = ReadonlyMap<string, string>

export function recordingKey(language: Language, name: string): string {
  return `${language}/${name}`
}

/**
 * The name of one text of a prompt; a prompt of several has them numbered, `found.2`.
 * @param index of the text among the prompt's texts
 */
export function pieceName(prompt: string, segments: readonly Segment[], index: number): string {
  return segments.filter(({ kind }) => kind === 'text').length > 1 ? `${prompt}.${index + 1}` : prompt
}

export function digitName(digit: number, final: boolean): string {
  return `digit-${digit}${final ? '-final' : ''}`
}

export function recordableTexts(catalog: Catalog): RecordableTexts {
  const texts = new Map<string, string>()
  for (const language of languages) {
    for (const { name, segments } of catalog.values()) {
      const templates = segments[language].flatMap((segment) => (segment.kind === 'text' ? [segment.template] : []))
      for (const [index, template] of templates.entries()) {
        const key = recordingKey(language, pieceName(name, segments[language], index))
        if (!template.includes('{')) texts.set(key, template)
      }
    }
    for (let digit = 0; digit <= 9; digit++) {
      for (const final of [false, true]) {
        texts.set(recordingKey(language, digitName(digit, final)), digitClip(digit, language, final).text)
      }
    }
  }
  return texts
}
