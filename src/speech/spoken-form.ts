import type { Day, ElectionCalendar } from '../domain/calendar.ts'
import type { Language } from '../domain/language.ts'
import { type KyDayCase, kyCardinal, kyDay, kyTime } from './ky.ts'
import { ruDay, ruDigitCount, ruTime } from './ru.ts'

type DayForm = (day: string) => string
type TimeForm = (time: string) => string
type Forms<Say> = Readonly<Record<string, Say>>

const kyDayForm =
  (dayCase: KyDayCase, withYear: boolean): DayForm =>
  (day) =>
    kyDay(day, dayCase, withYear)

/** What may stand behind the colon of {votingDay:…}, {correctionsFrom:…}, {correctionsUntil:…} and {asOf:…}. */
const dayForms: Readonly<Record<Language, Forms<DayForm>>> = {
  ky: {
    loc: kyDayForm('loc', false),
    dat: kyDayForm('dat', false),
    abl: kyDayForm('abl', false),
    acc: kyDayForm('acc', false),
    year: kyDayForm('nom', true),
    'year-loc': kyDayForm('loc', true),
    'year-dat': kyDayForm('dat', true),
    'year-abl': kyDayForm('abl', true),
    'year-acc': kyDayForm('acc', true),
  },
  ru: {
    gen: (day) => ruDay(day, 'gen', false),
    acc: (day) => ruDay(day, 'acc', false),
    'year-gen': (day) => ruDay(day, 'gen', true),
    'year-acc': (day) => ruDay(day, 'acc', true),
  },
}

/** What may stand behind the colon of {opens:…} and {closes:…}. */
const timeForms: Readonly<Record<Language, Forms<TimeForm>>> = {
  ky: {
    nom: (time) => kyTime(time, 'nom'),
    dat: (time) => kyTime(time, 'dat'),
    abl: (time) => kyTime(time, 'abl'),
  },
  ru: {
    gen: (time) => ruTime(time, false),
    'gen-hours': (time) => ruTime(time, true),
  },
}

const kinds: Readonly<Record<string, 'day' | 'time' | 'name'>> = {
  election: 'name',
  votingDay: 'day',
  correctionsFrom: 'day',
  correctionsUntil: 'day',
  asOf: 'day',
  opens: 'time',
  closes: 'time',
}

/**
 * Says a calendar's value, `votingDay:year-loc` → «эки миң жыйырма төртүнчү жылдын он жетинчи ноябрында».
 * @param asOf the day the voter list describes, which is said like one of the calendar's
 * @returns nothing for a value that is not the calendar's, nor `asOf` where it is given
 * @throws RangeError for a form the language does not have
 */
export function spokenCalendarValue(
  placeholder: string,
  calendar: ElectionCalendar,
  language: Language,
  asOf?: Day,
): string | undefined {
  const [value = '', form] = placeholder.split(':')
  const kind = Object.hasOwn(kinds, value) ? kinds[value] : undefined
  if (kind === undefined || (value === 'asOf' && asOf === undefined)) return undefined
  if (kind === 'name') {
    if (form !== undefined) throw new RangeError(`{${placeholder}}: {${value}} has no forms`)
    return calendar.name[language]
  }
  const moment = { ...daysOf(calendar), asOf, opens: calendar.voting.from, closes: calendar.voting.to }[value]
  const say = form === undefined ? undefined : (kind === 'day' ? dayForms : timeForms)[language][form]
  if (!say || moment === undefined) {
    const known = Object.keys((kind === 'day' ? dayForms : timeForms)[language])
    throw new RangeError(`{${placeholder}}: the forms of {${value}} in ${language} are ${known.join(', ')}`)
  }
  return say(moment)
}

function daysOf(calendar: ElectionCalendar): Readonly<Record<string, string>> {
  return {
    votingDay: calendar.votingDay,
    correctionsFrom: calendar.corrections.from,
    correctionsUntil: calendar.corrections.until,
  }
}

/** How many digits were typed, as {count} stands in the catalog: the Russian form brings its noun along. */
export function spokenCount(count: number, language: Language): string {
  return language === 'ky' ? kyCardinal(count) : ruDigitCount(count)
}
