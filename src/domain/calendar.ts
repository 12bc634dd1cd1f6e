import type { Language } from './language.ts'

/** A calendar day in the election's time zone, `YYYY-MM-DD`. */
export type Day = string

/** One election as the line speaks of it. Times are `HH:MM` on a 24-hour clock. */
export interface ElectionCalendar {
  /** The election's name as the subject of a sentence, «Жергиликтүү кеңештердин депутаттарын шайлоо». */
  readonly name: Readonly<Record<Language, string>>
  readonly votingDay: Day
  readonly voting: { readonly from: string; readonly to: string }
  /** First and last day, both inclusive, on which corrections of the list are taken. */
  readonly corrections: { readonly from: Day; readonly until: Day }
  /** IANA name of the zone all days and times are in. */
  readonly timeZone: string
  readonly operators: { readonly from: string; readonly to: string }
}

/** Where in the campaign a moment lies. `after-window`: corrections closed, voting still to come. */
export type Phase = 'before-window' | 'window' | 'after-window' | 'voting-day' | 'after-voting'

export function phaseAt(calendar: ElectionCalendar, now: Date): Phase {
  const today = dayAt(calendar.timeZone, now)
  if (today > calendar.votingDay) return 'after-voting'
  if (today === calendar.votingDay) return 'voting-day'
  if (today > calendar.corrections.until) return 'after-window'
  if (today >= calendar.corrections.from) return 'window'
  return 'before-window'
}

/** A formatter takes longer to make than all that a call computes besides. */
const dayFormats = new Map<string, Intl.DateTimeFormat>()

/** The calendar day of a moment in a time zone. */
export function dayAt(timeZone: string, now: Date): Day {
  let format = dayFormats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    dayFormats.set(timeZone, format)
  }
  return format.format(now)
}

export function addDays(day: Day, days: number): Day {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}
