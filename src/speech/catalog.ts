import { readFileSync } from 'node:fs'
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import type { Day, ElectionCalendar } from '../domain/calendar.ts'
import { type Language, languages } from '../domain/language.ts'
import { promptNames } from '../domain/prompt-names.ts'
import { UserError } from '../user-error.ts'
import { spokenCalendarValue, spokenCount } from './spoken-form.ts'

/** Values that are said in the call from clips of their own. */
export type CallValue = 'station' | 'address' | 'phone' | 'reference'

/** Values that are said inside a sentence, which is then a clip for each of them. */
export interface SentenceValues {
  /** How many digits the caller typed. */
  readonly count?: number | undefined
  /** The day the voter list describes. */
  readonly asOf?: Day | undefined
}

/** A piece of an announcement. A text may still hold {count}, {asOf:…} and the calendar's placeholders: see `spokenText`. */
export type Segment =
  | { readonly kind: 'text'; readonly template: string }
  | { readonly kind: 'value'; readonly value: CallValue }
  | { readonly kind: 'beep' }
  | { readonly kind: 'pause' }

export interface CatalogPrompt {
  readonly name: string
  readonly segments: Readonly<Record<Language, readonly Segment[]>>
  /** Line of the catalog each text stands on. */
  readonly line: Readonly<Record<Language, number>>
}

/** All announcements by name, in the catalog's order. */
export type Catalog = ReadonlyMap<string, CatalogPrompt>

const callValues: ReadonlySet<string> = new Set<CallValue>(['station', 'address', 'phone', 'reference'])
const promptSchema = z.strictObject({ ky: z.string().min(1), ru: z.string().min(1) })

/**
 * Reads prompts/catalog.yaml.
 * @throws UserError naming the prompt and the line
 */
export function readCatalog(file: string): Catalog {
  return parseCatalog(readFileSync(file, 'utf8'), file)
}

/** @param file how to call the text in a fault */
export function parseCatalog(text: string, file: string): Catalog {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const broken = document.errors[0]
  if (broken)
    throw fault(
      file,
      lines.linePos(broken.pos[0]).line,
      (broken.message.split('\n')[0] ?? broken.code).replace(/[.:]+$/, ''),
    )
  if (!isMap(document.contents)) throw fault(file, 1, 'the catalog is a map of prompt names')

  const catalog = new Map<string, CatalogPrompt>()
  for (const { key, value } of document.contents.items) {
    const name = String(isScalar(key) ? key.value : key)
    const line = lines.linePos((isScalar(key) && key.range?.[0]) || 0).line
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) throw fault(file, line, `"${name}" isn't a name like pin-enter`)
    const read = promptSchema.safeParse(isMap(value) ? value.toJSON() : value)
    if (!read.success || !isMap(value))
      throw fault(file, line, `the prompt ${name} needs a ky text and a ru text, and nothing else`)
    const lineOf = (language: Language): number => {
      const node = value.items.find((item) => isScalar(item.key) && item.key.value === language)?.key
      return isScalar(node) && node.range ? lines.linePos(node.range[0]).line : line
    }
    const segmentsOf = (language: Language): readonly Segment[] => {
      try {
        return segmentsFrom(read.data[language], language)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        throw fault(file, lineOf(language), `the prompt ${name} (${language}): ${error.message}`)
      }
    }
    const prompt: CatalogPrompt = {
      name,
      segments: { ky: segmentsOf('ky'), ru: segmentsOf('ru') },
      line: { ky: lineOf('ky'), ru: lineOf('ru') },
    }
    const [ky, ru] = languages.map((language) => [...valuesOf(prompt.segments[language])].sort().join(', '))
    if (ky !== ru)
      throw fault(
        file,
        line,
        `the prompt ${name} says other values in ky (${ky || 'none'}) than in ru (${ru || 'none'})`,
      )
    catalog.set(name, prompt)
  }
  return catalog
}

/**
 * Makes sure that every prompt the conversation can ask for is there.
 * @throws UserError naming the first that isn't
 */
export function mustHoldAllPrompts(catalog: Catalog, file: string): void {
  const absent = promptNames.filter((name) => !catalog.has(name))
  if (absent.length > 0)
    throw new UserError(`${file} lacks ${absent.join(', ')}: the line can't speak without; write the texts again.`)
}

/** What a call must supply for these segments to be said. */
export function valuesOf(segments: readonly Segment[]): ReadonlySet<CallValue | keyof SentenceValues> {
  const values = new Set<CallValue | keyof SentenceValues>()
  for (const segment of segments) {
    if (segment.kind === 'value') values.add(segment.value)
    if (segment.kind === 'text') for (const value of sentenceValuesOf(segment.template)) values.add(value)
  }
  return values
}

/** What a call must supply for one text to be said. */
export function sentenceValuesOf(template: string): readonly (keyof SentenceValues)[] {
  return [
    ...(template.includes('{count}') ? (['count'] as const) : []),
    ...(template.includes('{asOf:') ? (['asOf'] as const) : []),
  ]
}

/** A text segment as it is synthesized, its calendar's values and the call's in words. */
export function spokenText(
  template: string,
  language: Language,
  calendar: ElectionCalendar,
  { count, asOf }: SentenceValues = {},
): string {
  const said = template.replaceAll(/\{([^}]*)\}/g, (whole, placeholder: string) => {
    if (placeholder === 'count') return count === undefined ? whole : spokenCount(count, language)
    return spokenCalendarValue(placeholder, calendar, language, asOf) ?? whole
  })
  return said.charAt(0).toUpperCase() + said.slice(1)
}

// Any calendar will do to see whether every form exists.
const anyCalendar: ElectionCalendar = {
  name: { ky: 'Шайлоо', ru: 'Выборы' },
  votingDay: '2024-11-17',
  voting: { from: '08:00', to: '20:00' },
  corrections: { from: '2024-09-28', until: '2024-11-01' },
  timeZone: 'Asia/Bishkek',
  operators: { from: '09:00', to: '18:00' },
}

function segmentsFrom(text: string, language: Language): readonly Segment[] {
  const segments: Segment[] = []
  let template = ''
  const endText = () => {
    // What stands between two values may be a mere full stop: the clips' own intonation says that.
    const words = template.replace(/^[\s.,:;]+/, '').trim()
    if (/\p{L}/u.test(words)) segments.push({ kind: 'text', template: words })
    template = ''
  }
  for (const [index, part] of text.split(/[{}]/).entries()) {
    if (index % 2 === 0) {
      template += part
    } else if (
      part === 'count' ||
      spokenCalendarValue(part, anyCalendar, language, anyCalendar.votingDay) !== undefined
    ) {
      template += `{${part}}`
    } else if (part === 'beep' || part === 'pause') {
      endText()
      segments.push({ kind: part })
    } else if (isCallValue(part)) {
      endText()
      segments.push({ kind: 'value', value: part })
    } else {
      throw new RangeError(`{${part}} isn't a placeholder; the catalog's first lines name those there are`)
    }
  }
  endText()
  if ((text.match(/\{/g)?.length ?? 0) !== (text.match(/\}/g)?.length ?? 0))
    throw new RangeError('a brace is never closed')
  if (segments.length === 0) throw new RangeError('it says nothing')
  return segments
}

function isCallValue(name: string): name is CallValue {
  return callValues.has(name)
}

function fault(file: string, line: number, what: string): UserError {
  return new UserError(`${file}, line ${line}: ${what}.`)
}
