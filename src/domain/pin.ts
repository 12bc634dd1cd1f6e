/**
 * A PIN: exactly 14 ASCII digits. Digit 1 is the sex (1 female, 2 male), 2-9 the date of birth DDMMYYYY, the
 * rest is not publicly documented, and no check digit may be enforced (shared domain notes, "PIN").
 * Personal data by law: never log, store or print one.
 */
export type Pin = string & { readonly __pin: unique symbol }

export const pinLength = 14

export function parsePin(digits: string): Pin | undefined {
  return /^[0-9]{14}$/.test(digits) ? (digits as Pin) : undefined
}

/** Why a PIN that the register does not know is not in it, as far as its shape can tell. */
export type UnlistedReason = 'typed-wrongly' | 'under-18' | 'not-listed'

/**
 * Judges a PIN only after the register did not know it: the register decides, not a formula.
 * Older people may have 00 for the day or month of birth, so 00 is possible there.
 * @param votingDay date of the vote, `YYYY-MM-DD`
 */
export function judgeUnlistedPin(pin: Pin, votingDay: string): UnlistedReason {
  const sex = pin[0]
  const day = Number(pin.slice(1, 3))
  const month = Number(pin.slice(3, 5))
  const year = Number(pin.slice(5, 9))
  if (sex !== '1' && sex !== '2') return 'typed-wrongly'
  if (year < 1900 || !isPossibleDay(day, month, year)) return 'typed-wrongly'
  const birth = `${pin.slice(5, 9)}-${pin.slice(3, 5)}-${pin.slice(1, 3)}`
  // Nobody who is born after the vote asks where to vote.
  if (birth > votingDay) return 'typed-wrongly'
  const eighteenth = `${year + 18}-${pin.slice(3, 5)}-${pin.slice(1, 3)}`
  return eighteenth > votingDay ? 'under-18' : 'not-listed'
}

function isPossibleDay(day: number, month: number, year: number): boolean {
  if (month > 12) return false
  if (month === 0) return day <= 31
  // Day 0 of the next month is the last day of this one.
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}
