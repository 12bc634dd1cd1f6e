import type { Alerts } from './alerts.ts'
import { dayAt } from './domain/calendar.ts'
import type { Clock } from './domain/clock.ts'

export interface PinProbing {
  /** Somebody seems to try out PINs. */
  raise(): void
  close(): void
}

const key = 'pin-probing'
const lookEveryMs = 600_000

/** An alert that lasts for the day, in the election's time zone, on which somebody last tried out PINs. */
export function watchPinProbing(alerts: Alerts, now: Clock, timeZone: string): PinProbing {
  let lastDay: string | undefined
  const timer = setInterval(() => {
    if (lastDay === undefined || lastDay === dayAt(timeZone, now())) return
    lastDay = undefined
    alerts.clear(key, 'Nobody has tried out PINs today.')
  }, lookEveryMs)
  timer.unref()
  return {
    raise() {
      lastDay = dayAt(timeZone, now())
      alerts.raise(
        key,
        'A number sent several PINs in one text, or asked for more different PINs in a day than line.pinsPerDay allows: npx dobush messages and npx dobush calls show who was busy.',
      )
    },
    close: () => clearInterval(timer),
  }
}
