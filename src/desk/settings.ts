import type { ElectionCalendar } from '../domain/calendar.ts'
import type { SettingsDesk } from '../http/settings-api.ts'
import type { NextCall } from '../next-call.ts'
import { electionOf, type SettingsStore } from '../store/settings.ts'
import type { RunErrand } from './errand.ts'

/** What the desk works with. */
export interface SettingsGround {
  readonly settings: SettingsStore
  readonly next: NextCall
  readonly run: RunErrand
  /** As the configuration has it. */
  readonly configured: ElectionCalendar
  /** Counts the due times of open requests anew. */
  readonly recountDue: () => Promise<void>
}

/** Makes what is set count at once: for the next call, and for the requests that wait. */
export function openSettingsDesk({ settings, next, run, configured, recountDue }: SettingsGround): SettingsDesk {
  // Of two calendars set at once the last to be stored must be the one that is said.
  let turn: Promise<unknown> = Promise.resolve()

  return {
    get: () => settings.get(),
    setCalendar(calendar, by) {
      const election = electionOf({ calendar }, configured)
      const done = turn.then(async () => {
        // Before it counts: no caller may be the first to find a clip missing.
        await run('render-prompts', {}, election)
        await settings.set('calendar', calendar, by)
        next.change({ election })
      })
      turn = done.catch(() => undefined)
      return done
    },
    async set(name, value, by) {
      await settings.set(name, value, by)
      if (name !== 'retention') await recountDue()
    },
  }
}
