import type { Settings } from '../api/settings.ts'
import { type WorkingHours, workingTime } from '../domain/working-hours.ts'

/** How requests are to be dealt with. */
export interface CallbackRules {
  /** Working hours a request may take. */
  readonly dueHours: number
  readonly claimMinutes: number
  readonly attemptGapMinutes: number
  readonly maxAttempts: number
  readonly hours: WorkingHours
}

/** When a request made then should be done. */
export function dueTime({ hours, dueHours }: CallbackRules, createdAt: Date): Date {
  return workingTime(hours).after(createdAt, dueHours)
}

/** @param timeZone of the election, which only the configuration names */
export function callbackRulesOf({ callbacks, hours }: Settings, timeZone: string): CallbackRules {
  return { ...callbacks, hours: { ...hours, timeZone } }
}
