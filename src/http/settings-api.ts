import {
  getCapacity,
  getSettings,
  type Settings,
  setCalendar,
  setCallbackRules,
  setHours,
  setRetention,
} from '../api/settings.ts'
import type { Audit } from '../domain/audit.ts'
import { capacityFor } from '../domain/capacity.ts'
import { UserError } from '../user-error.ts'
import { type Asker, answer, type Mounted } from './mount-routes.ts'
import { HttpProblem } from './problem.ts'

type Rules = 'hours' | 'callbacks' | 'retention'

/** What the settings' pages work with. */
export interface SettingsDesk {
  get(): Promise<Settings>
  /**
   * Resolves when it counts, from the next call on.
   * @throws UserError when it can't be said
   */
  setCalendar(calendar: Settings['calendar'], by: string): Promise<void>
  /** Resolves when it counts. */
  set<Name extends Rules>(name: Name, value: Settings[Name], by: string): Promise<void>
}

/** The settings, and how much capacity so many voters take. */
export function settingsApi(desk: SettingsDesk, audit: Audit): Mounted[] {
  /** What it was before is in the entry before; nothing in it is personal. */
  async function note(name: Rules | 'calendar', value: object, { name: by }: Asker, from: string): Promise<void> {
    await audit({ by, action: `settings.${name}`, subject: 'settings', detail: JSON.stringify(value), from })
  }

  async function change<Name extends Rules>(name: Name, value: Settings[Name], asker: Asker, from: string) {
    await note(name, value, asker, from)
    await desk.set(name, value, asker.name)
    return desk.get()
  }

  return [
    answer(getSettings, () => desk.get()),
    answer(setCalendar, async ({ body, asker, from }) => {
      await note('calendar', body, asker, from)
      await desk.setCalendar(body, asker.name).catch((error: unknown) => {
        if (error instanceof UserError) throw new HttpProblem(422, 'refused', error.message)
        throw error
      })
      return desk.get()
    }),
    answer(setHours, ({ body, asker, from }) => change('hours', body, asker, from)),
    answer(setCallbackRules, ({ body, asker, from }) => change('callbacks', body, asker, from)),
    answer(setRetention, ({ body, asker, from }) => change('retention', body, asker, from)),
    answer(getCapacity, ({ query }) => [...capacityFor(query)]),
  ]
}
