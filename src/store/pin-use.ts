import type { Kysely } from 'kysely'
import { addDays, type Day, dayAt } from '../domain/calendar.ts'
import type { Clock } from '../domain/clock.ts'
import type { PinLimit } from '../domain/messages.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import type { Pin } from '../domain/pin.ts'
import type { Log } from '../log.ts'
import type { HotlineKey } from './hotline-key.ts'
import { filledUp, inLots } from './lots.ts'
import type { Hotline } from './tables.ts'

export interface PinUseOptions {
  readonly hotline: Kysely<Hotline>
  readonly key: HotlineKey
  readonly now: Clock
  /** In which a day begins and ends. */
  readonly timeZone: string
  /** Different PINs a number may ask for in a day. */
  readonly pinsPerDay: number
  readonly log: Log
}

/** Told of a number that has asked for as many PINs as it may; without saying which. */
export type OnExcess = () => void

/** Counts, for calls, in the same rows as texts do. */
export function makePinLimit(options: PinUseOptions, onExcess: OnExcess): PinLimit {
  const { hotline, key, now, timeZone, pinsPerDay, log } = options

  async function count(number: PhoneNumber, pin: Pin): Promise<boolean> {
    const day = dayAt(timeZone, now())
    const mark = markOf(key, number, day, pin)
    return hotline.transaction().execute(async (transaction) => {
      const used = (await marksOf(transaction, [number], day)).get(number) ?? new Set()
      if (used.has(mark)) return true
      if (used.size >= pinsPerDay) return false
      await remember(transaction, [{ day, number, mark }])
      return true
    })
  }

  return {
    async admits(number, pin) {
      try {
        const isAdmitted = await count(number, pin)
        if (!isAdmitted) onExcess()
        return isAdmitted
      } catch (error) {
        // Voters must get their answer, whatever becomes of the count.
        log.error({ err: error }, 'the PINs a number asks for could not be counted')
        return true
      }
    },
  }
}

/** Of no use on another day or for another number. */
export function markOf(key: HotlineKey, number: PhoneNumber, day: Day, pin: Pin): string {
  return key.mark('pin', day, number, pin)
}

/** What these numbers asked for on a day. */
export async function marksOf(
  hotline: Kysely<Hotline>,
  numbers: readonly PhoneNumber[],
  day: Day,
): Promise<Map<PhoneNumber, Set<string>>> {
  const marks = new Map<PhoneNumber, Set<string>>(numbers.map((number) => [number, new Set()]))
  if (numbers.length === 0) return marks
  const rows = await hotline
    .selectFrom('pin_use')
    .select(['number', 'mark'])
    .where('day', '=', day)
    .where('number', 'in', filledUp(numbers))
    .execute()
  for (const { number, mark } of rows) marks.get(number)?.add(mark)
  return marks
}

export async function remember(hotline: Kysely<Hotline>, uses: readonly Hotline['pin_use'][]): Promise<void> {
  for (const lot of inLots(uses)) {
    await hotline
      .insertInto('pin_use')
      .values(lot)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** Yesterday's is kept: a day may have begun for one process and not for another. */
export async function forgetPinUse(hotline: Kysely<Hotline>, today: Day): Promise<void> {
  await hotline.deleteFrom('pin_use').where('day', '<', addDays(today, -1)).execute()
}
