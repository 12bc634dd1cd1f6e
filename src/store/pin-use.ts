import type { Kysely } from 'kysely'
import { inBatches } from '../batches.ts'
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

export interface CallPinLimit extends PinLimit {
  /** A call from this number has begun: looks its PINs up while the caller has yet to type one. */
  expect(number: PhoneNumber): void
  /** That call is over. */
  forget(number: PhoneNumber): void
}

type Marks = ReadonlySet<string>

/** Nobody waits for what is gathered: a caller takes longer to type. */
const gatherMs = 250
const mostTogether = 256

/** Counts, for calls, in the same rows as texts do. */
export function makePinLimit(options: PinUseOptions, onExcess: OnExcess): CallPinLimit {
  const { hotline, key, now, timeZone, pinsPerDay, log } = options
  /** What a number in a call has asked for; looked up when it is wanted. */
  const expected = new Map<PhoneNumber, () => Promise<Marks | undefined>>()

  // Voters must get their answer, whatever becomes of the count.
  const orUncounted = (marks: Promise<Marks>): Promise<Marks | undefined> =>
    marks.catch((error: unknown) => {
      log.error({ err: error }, 'the PINs a number asks for could not be counted')
      return undefined
    })

  const lookAt = (numbers: readonly PhoneNumber[]) => marksOf(hotline, numbers, dayAt(timeZone, now()))
  const lookTogether = inBatches(lookAt, mostTogether, gatherMs)
  const look = async (number: PhoneNumber, by: typeof lookTogether): Promise<Marks> =>
    (await by(number)).get(number) ?? new Set()
  const atOnce = (number: PhoneNumber) => lookAt([number])
  const rememberSoon = inBatches(
    (uses: readonly Hotline['pin_use'][]) => remember(hotline, uses),
    mostTogether,
    gatherMs,
  )

  return {
    expect(number) {
      const looked = orUncounted(look(number, lookTogether))
      expected.set(number, () => looked)
    },
    forget(number) {
      expected.delete(number)
    },
    async admits(number, pin) {
      const day = dayAt(timeZone, now())
      const mark = markOf(key, number, day, pin)
      const used = await (expected.get(number)?.() ?? orUncounted(look(number, atOnce)))
      if (!used || used.has(mark)) return true
      if (used.size >= pinsPerDay) {
        onExcess()
        return false
      }
      // A commit waits for the disk, the caller doesn't: the next PIN waits for it.
      const written = orUncounted(rememberSoon({ day, number, mark }).then(() => used))
      const lookAgain = async () => (await written) && orUncounted(look(number, atOnce))
      if (expected.has(number)) expected.set(number, lookAgain)
      return true
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
