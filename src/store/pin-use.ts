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
  /** The same, for whom a caller waits. */
  readonly lookUps: Kysely<Hotline>
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
  /** Resolves once all that was counted is written, or has failed to be. */
  written(): Promise<void>
}

/** Nobody waits for what is gathered. */
const gatherMs = 1000
const mostTogether = 256

/** Counts, for calls, in the same rows as texts do. */
export function makePinLimit(options: PinUseOptions, onExcess: OnExcess): CallPinLimit {
  const { hotline, lookUps, key, now, timeZone, pinsPerDay, log } = options
  /** What is on its way into the database: a commit waits for the disk, the caller doesn't. */
  const unwritten = new Map<PhoneNumber, Set<string>>()
  let reserved = 0
  /** They are written in their order. */
  let latest = Promise.resolve()
  const rememberSoon = inBatches(
    (uses: readonly Hotline['pin_use'][]) => remember(hotline, uses),
    mostTogether,
    gatherMs,
  )

  const marksOfOne = lookUps
    .selectFrom('pin_use')
    .select('mark')
    .where('day', '=', '')
    .where('number', '=', '' as PhoneNumber)
    .compile()
  /** Not composed anew for each caller, which takes longer than to run it. */
  const writtenMarks = async (day: Day, number: PhoneNumber): Promise<string[]> => {
    const { rows } = await lookUps.executeQuery<{ mark: string }>({ ...marksOfOne, parameters: [day, number] })
    return rows.map(({ mark }) => mark)
  }

  // Voters must get their answer, whatever becomes of the count.
  const uncounted = (error: unknown) => log.error({ err: error }, 'the PINs a number asks for could not be counted')

  const keep = (number: PhoneNumber, mark: string) => {
    unwritten.set(number, (unwritten.get(number) ?? new Set()).add(mark))
  }
  const drop = (number: PhoneNumber, mark: string) => {
    const marks = unwritten.get(number)
    marks?.delete(mark)
    if (marks?.size === 0) unwritten.delete(number)
  }
  const usedOn = async (day: Day, number: PhoneNumber): Promise<ReadonlySet<string>> => {
    const fresh = [...(unwritten.get(number) ?? [])]
    const written = await writtenMarks(day, number).catch(uncounted)
    return new Set([...(written ?? []), ...fresh])
  }

  const noteDown = async (use: Hotline['pin_use']): Promise<void> => {
    keep(use.number, use.mark)
    await rememberSoon(use).catch(uncounted)
    drop(use.number, use.mark)
  }

  return {
    async admits(number, pin) {
      const day = dayAt(timeZone, now())
      const mark = markOf(key, number, day, pin)
      const used = await usedOn(day, number)
      if (used.has(mark)) return true
      if (used.size >= pinsPerDay) {
        onExcess()
        return false
      }
      latest = noteDown({ day, number, mark })
      return true
    },
    async reserve(number) {
      const { size } = await usedOn(dayAt(timeZone, now()), number)
      if (size >= pinsPerDay) return undefined
      const place = `reserved ${++reserved}`
      keep(number, place)
      return () => drop(number, place)
    },
    written: () => latest,
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
