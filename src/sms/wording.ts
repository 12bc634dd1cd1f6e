import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Day, ElectionCalendar } from '../domain/calendar.ts'
import { type Language, languages } from '../domain/language.ts'
import type { Reference } from '../domain/reference.ts'
import { type SmsTextName, smsTextNames } from '../domain/sms.ts'
import type { Station } from '../domain/station.ts'
import { UserError } from '../user-error.ts'
import { partsOf } from './parts.ts'

/** What a text says besides its own words. */
export interface SmsValues {
  readonly station?: Station
  readonly reference?: Reference
}

/** Puts a reply into words: one text, or several where that takes fewer parts. */
export type Wording = (name: SmsTextName, languages: readonly Language[], values?: SmsValues) => readonly string[]

const template = z.strictObject({ ky: z.string().min(1), ru: z.string().min(1) })
const schema = z.strictObject(Object.fromEntries(smsTextNames.map((name) => [name, template])))

const placeholders = ['station', 'address', 'reference', 'date', 'open', 'close', 'until'] as const
type Placeholder = (typeof placeholders)[number]

/**
 * Reads prompts/sms.yaml.
 * @param election the calendar as it is when a text is worded
 * @throws UserError naming the file and the text
 */
export function readWording(file: string, election: () => ElectionCalendar): Wording {
  const read = schema.safeParse(parse(readFileSync(file, 'utf8')))
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`)
    throw new UserError(`${file} can't be used. ${faults.join('; ')}. Mend these texts and start again.`)
  }
  const templates = read.data as Readonly<Record<SmsTextName, Readonly<Record<Language, string>>>>
  for (const name of smsTextNames) {
    for (const language of languages) {
      for (const [, word] of templates[name][language].matchAll(/\{([^}]*)\}/g)) {
        if (!(placeholders as readonly (string | undefined)[]).includes(word)) {
          throw new UserError(
            `${file}: ${name} (${language}) has {${word}}, which is no value. Mend it and start again.`,
          )
        }
      }
    }
  }

  const inOne = (name: SmsTextName, language: Language, { station, reference }: SmsValues): string => {
    const { votingDay, voting, corrections } = election()
    const values: Record<Placeholder, string | undefined> = {
      station: station?.number,
      address: station?.address[language].replace(/\.$/, ''),
      reference,
      date: dayOf(votingDay, language),
      open: voting.from,
      close: voting.to,
      until: language === 'ky' ? kyUntil(corrections.until) : dayOf(corrections.until, language),
    }
    return templates[name][language].replace(/\{([a-z]+)\}/g, (_, word: Placeholder) => {
      const value = values[word]
      if (value === undefined) throw new Error(`The text ${name} was not given {${word}}`)
      return value
    })
  }

  return (name, wanted, values = {}) => {
    const texts = wanted.map((language) => inOne(name, language, values))
    const together = joined(texts)
    const apart = texts.reduce((sum, text) => sum + partsOf(text), 0)
    return partsOf(together) <= apart ? [together] : texts
  }
}

/** The texts as one; what ends all of them stands in it once. */
function joined(texts: readonly string[]): string {
  const last = texts.at(-1) ?? ''
  const endings = [...last.matchAll(/(?<=\. )/g)].map(({ index }) => last.slice(index))
  const shared = endings.find((ending) => texts.every((text) => text.endsWith(` ${ending}`)))
  const before = texts.slice(0, -1).map((text) => (shared === undefined ? text : text.slice(0, -shared.length - 1)))
  return [...before, last].join('\n')
}

const dayFormat = (language: Language) =>
  new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', timeZone: 'UTC' })
// Once, and not for each text: making one takes ten times as long as all the rest.
const dayFormats: Readonly<Record<Language, Intl.DateTimeFormat>> = { ky: dayFormat('ky'), ru: dayFormat('ru') }

/** «17-ноябрь», «17 ноября». */
function dayOf(day: Day, language: Language): string {
  return dayFormats[language].format(new Date(`${day}T00:00:00Z`))
}

/** Dative endings of the months, by vowel harmony: «1-ноябрга», «1-мартка», «1-апрелге». */
const kyDative = ['га', 'га', 'ка', 'ге', 'га', 'га', 'га', 'ка', 'га', 'га', 'га', 'га'] as const

function kyUntil(day: Day): string {
  return `${dayOf(day, 'ky').replace(/ь$/, '')}${kyDative[Number(day.slice(5, 7)) - 1]}`
}
