import { addDays, type Day } from './calendar.ts'
import { zoneInstant, zoneOffset } from './time-zone.ts'

/** When operators work. Times are `HH:MM`; a shift that ends no later than it begins ends on the day after. */
export interface WorkingHours {
  /** 1 is Monday. */
  readonly workdays: readonly number[]
  readonly from: string
  readonly to: string
  readonly holidays: readonly Day[]
  /** IANA name of the zone all days and times are in. */
  readonly timeZone: string
}

export interface WorkingTime {
  /** When so many working hours have passed since a moment. */
  after(start: Date, hours: number): Date
  /** That moment if people work then, or else the next at which they begin. */
  atWork(moment: Date): Date
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** Milliseconds since the epoch. */
interface Shift {
  readonly start: number
  readonly end: number
}

/** @throws Error when there is no workday in the week */
export function workingTime(hours: WorkingHours): WorkingTime {
  if (hours.workdays.length === 0) throw new Error('Operators must work on one day of the week at least')
  const offsetAt = zoneOffset(hours.timeZone)
  const instantOf = zoneInstant(offsetAt)
  const known = new Map<Day, Shift | undefined>()

  function shiftOf(day: Day): Shift | undefined {
    if (!known.has(day)) known.set(day, makeShift(day))
    return known.get(day)
  }

  function makeShift(day: Day): Shift | undefined {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay() || 7
    if (!hours.workdays.includes(weekday) || hours.holidays.includes(day)) return undefined
    const endsOn = hours.to > hours.from ? day : addDays(day, 1)
    return { start: instantOf(day, hours.from), end: instantOf(endsOn, hours.to) }
  }

  /** Shifts that have not ended at a moment, in order, without end. */
  function* shiftsFrom(moment: number): Generator<Shift, never> {
    // The shift of the day before may last into this one.
    let day = new Date(moment + offsetAt(moment) - dayMs).toISOString().slice(0, 10)
    for (;;) {
      const shift = shiftOf(day)
      if (shift && shift.end > moment) yield shift
      day = addDays(day, 1)
    }
  }

  return {
    after(start, count) {
      const from = start.getTime()
      const shifts = shiftsFrom(from)
      let left = count * hourMs
      for (;;) {
        const shift = shifts.next().value
        const begin = Math.max(shift.start, from)
        if (shift.end - begin >= left) return new Date(begin + left)
        left -= shift.end - begin
      }
    },
    atWork(moment) {
      const { start } = shiftsFrom(moment.getTime()).next().value
      return new Date(Math.max(start, moment.getTime()))
    },
  }
}
