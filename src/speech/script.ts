import type { Day, ElectionCalendar } from '../domain/calendar.ts'
import { type Language, languages } from '../domain/language.ts'
import type { Prompt, PromptValues } from '../domain/prompt.ts'
import type { Station } from '../domain/station.ts'
import { spokenAddress } from './address.ts'
import { type CallValue, type Catalog, type SentenceValues, sentenceValuesOf, spokenText } from './catalog.ts'
import { beep, type Clip, type SpeechClip, sentence, silence, slowSpeech } from './clip.ts'
import { digitClip, digitClips, groupPause, phoneGroups, referenceGroups, stationGroups } from './digits.ts'
import { digitName, pieceName, recordingKey } from './recordable.ts'
import type { Studio } from './studio.ts'

/** A clip under the name a listener knows it by: `welcome`, `found.2`, `pin-length-7`, `digit-5-final`, `as-of-2024-11-17`, `station-1101`. */
export interface NamedClip {
  readonly name: string
  /** Nothing for a tone. */
  readonly language?: Language
  readonly text: string
  readonly clip: Clip
}

/** What the line can say, and of which clips it is made. */
export interface Script {
  readonly catalog: Catalog
  readonly calendar: ElectionCalendar
  readonly studio: Studio
  /**
   * The clips made so far, by what they say: putting a text in words costs a hundred times what finding it again does.
   * It grows with the stations' addresses and days met, not with the calls.
   */
  readonly made: Map<string, Clip>
}

/** A PIN has 14 digits: these are the wrong counts. */
const counts = Array.from({ length: 13 }, (_, index) => index + 1)

const pause = silence(500)

/**
 * The clips of a prompt, in order.
 * @throws RangeError when the catalog lacks the prompt, or the call a value that is said in it
 */
export function clipsOf(script: Script, prompt: Prompt, language: Language): readonly Clip[] {
  const { name, values = {} } = prompt
  const segments = script.catalog.get(name)?.segments[language]
  if (!segments) throw new RangeError(`the catalog has no prompt ${name}`)
  let texts = 0
  return segments.flatMap((segment): readonly Clip[] => {
    if (segment.kind === 'text') {
      return [textClip(script, pieceName(name, segments, texts++), segment.template, language, values)]
    }
    if (segment.kind === 'value') return valueClips(script, segment.value, name, values, language)
    return [segment.kind === 'beep' ? beep : pause]
  })
}

export function stationClip(script: Script, station: Station, language: Language): NamedClip {
  const clip = addressClip(script, station.address[language], language)
  return { name: `station-${station.number}`, language, text: clip.text, clip }
}

/** By the address, not by the station's number: an edit changes what is said from the next call on. */
function addressClip({ made }: Script, address: string, language: Language): SpeechClip {
  const key = `${language} address ${address}`
  const known = made.get(key)
  if (known?.kind === 'speech') return known
  const clip = slowSpeech(language, spokenAddress(address, language))
  made.set(key, clip)
  return clip
}

/** Every clip a caller can recognise, but for what one voter list adds: its stations' addresses and its day. */
export function namedClips(script: Script): readonly NamedClip[] {
  const named: NamedClip[] = []
  for (const language of languages) {
    for (const prompt of script.catalog.values()) named.push(...pieces(script, prompt.name, language, undefined))
    for (let digit = 0; digit <= 9; digit++) {
      for (const final of [false, true]) {
        const { text } = digitClip(digit, language, final)
        named.push({ name: digitName(digit, final), language, text, clip: spokenDigit(script, digit, language, final) })
      }
    }
  }
  return [...named, { name: 'beep', text: '', clip: beep }]
}

/** The sentences that say which day the voter list describes. */
export function dayClips(script: Script, asOf: Day): readonly NamedClip[] {
  return languages.flatMap((language) =>
    [...script.catalog.keys()].flatMap((name) => pieces(script, name, language, asOf)),
  )
}

/** Nobody recognises these, yet they are played. */
export const silences: readonly Clip[] = [pause, groupPause]

/** The texts of a prompt: with a day those that say it, without one the others. */
function pieces(script: Script, name: string, language: Language, asOf: Day | undefined): readonly NamedClip[] {
  const segments = script.catalog.get(name)?.segments[language] ?? []
  const templates = segments.flatMap((segment) => (segment.kind === 'text' ? [segment.template] : []))
  return templates.flatMap((template, index) => {
    const piece = pieceName(name, segments, index)
    const said = (count?: number): NamedClip => ({
      name: [piece, count, asOf].filter((each) => each !== undefined).join('-'),
      language,
      text: spokenText(template, language, script.calendar, { count, asOf }),
      clip: textClip(script, piece, template, language, { count, asOf }),
    })
    const values = sentenceValuesOf(template)
    if (values.includes('asOf') !== (asOf !== undefined)) return []
    return values.includes('count') ? counts.map((count) => said(count)) : [said()]
  })
}

function textClip(script: Script, piece: string, template: string, language: Language, values: SentenceValues): Clip {
  const key = `${language} ${piece} ${values.count} ${values.asOf} ${template}`
  const known = script.made.get(key)
  if (known) return known
  const clip = newTextClip(script, piece, template, language, values)
  script.made.set(key, clip)
  return clip
}

function newTextClip(
  { studio, calendar }: Script,
  piece: string,
  template: string,
  language: Language,
  values: SentenceValues,
): Clip {
  const recorded = studio.get(recordingKey(language, piece))
  if (recorded) return recorded
  const { count, asOf } = values
  const needed = sentenceValuesOf(template)
  if (needed.includes('count') && (count === undefined || !counts.includes(count)))
    throw new RangeError(`the prompt ${piece} needs a count of 1 to 13 and got ${count}`)
  if (needed.includes('asOf') && asOf === undefined)
    throw new RangeError(`the prompt ${piece} says {asOf}, and the call gave none`)
  return sentence(language, spokenText(template, language, calendar, { count, asOf }))
}

function valueClips(
  script: Script,
  value: CallValue,
  name: string,
  values: PromptValues,
  language: Language,
): readonly Clip[] {
  const given = <T>(found: T | undefined): T => {
    if (found === undefined) throw new RangeError(`the prompt ${name} says {${value}}, and the call gave none`)
    return found
  }
  const digit = (which: number, final: boolean) => spokenDigit(script, which, language, final)
  switch (value) {
    case 'station':
      return digitClips(stationGroups(given(values.station)), digit)
    case 'address':
      return [addressClip(script, given(values.station).address[language], language)]
    case 'phone':
      return digitClips(phoneGroups(given(values.phone)), digit)
    case 'reference':
      return digitClips(referenceGroups(given(values.reference)), digit)
  }
}

function spokenDigit({ studio }: Script, digit: number, language: Language, final: boolean): Clip {
  return studio.get(recordingKey(language, digitName(digit, final))) ?? digitClip(digit, language, final)
}
