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

/** Zones change their offset at quarters of an hour, so a day begins at one. */
const quarterMs = 900_000

/** A formatter takes longer to make than all that a call computes besides, and formatting is not cheap either. */
interface ZoneDays {
  readonly format: Intl.DateTimeFormat
  quarter: number
  day: Day
}
const zones = new Map<string, ZoneDays>()

/** The calendar day of a moment in a time zone. */
export function dayAt(timeZone: string, now: Date): Day {
  let zone = zones.get(timeZone)
  if (!zone) {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    zone = { format, quarter: Number.NaN, day: '' }
    zones.set(timeZone, zone)
  }
  const quarter = Math.floor(now.getTime() / quarterMs)
  if (zone.quarter !== quarter) Object.assign(zone, { quarter, day: zone.format.format(now) })
  return zone.day
}

export function addDays(day: Day, days: number): Day {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}
