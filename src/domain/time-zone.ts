import { addDays, type Day } from './calendar.ts'

/** How far a zone's clocks are ahead of UTC, in milliseconds, at a moment (milliseconds since the epoch). */
export function zoneOffset(timeZone: string): (moment: number) => number {
  const number = '2-digit'
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
  })
  return (moment) => {
    const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment / 1000) * 1000
  }
}

/** When a clock of a zone shows `HH:MM` on a day, in milliseconds since the epoch. */
export function zoneInstant(offsetAt: (moment: number) => number): (day: Day, time: string) => number {
  return (day, time) => {
    const wanted = Date.parse(`${day}T${time}:00Z`)
    // Twice: the first guess may lie on the other side of a change of the clocks.
    const guess = wanted - offsetAt(wanted)
    return wanted - offsetAt(guess)
  }
}

/** First moment of a day, and of the next, in a zone. */
export function dayBounds(timeZone: string): (day: Day) => { readonly from: Date; readonly until: Date } {
  const instant = zoneInstant(zoneOffset(timeZone))
  return (day) => ({ from: new Date(instant(day, '00:00')), until: new Date(instant(addDays(day, 1), '00:00')) })
}
