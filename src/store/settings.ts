import type { Kysely } from 'kysely'
import { type Settings, settings } from '../api/settings.ts'
import type { ElectionCalendar } from '../domain/calendar.ts'
import type { Clock } from '../domain/clock.ts'
import { UserError } from '../user-error.ts'
import type { Hotline } from './tables.ts'

/** What people set; when retention last ran is not. */
export type Changeable = Exclude<keyof Settings, 'retentionRun'>

/** What is set in the console, and what holds where nothing was. */
export interface SettingsStore {
  /** @throws UserError when what is stored can't be read */
  get(): Promise<Settings>
  /** @param by name of the person */
  set<Name extends Changeable>(name: Name, value: Settings[Name], by: string): Promise<void>
  noteRetention(run: NonNullable<Settings['retentionRun']>): Promise<void>
}

/** @param election the configuration's, until somebody sets another */
export function makeSettingsStore(hotline: Kysely<Hotline>, election: ElectionCalendar, now: Clock): SettingsStore {
  const defaults = defaultSettings(election)

  async function write(name: keyof Settings, value: unknown, by: string): Promise<void> {
    const row = { value: JSON.stringify(value), changed_at: now().toISOString(), changed_by: by }
    await hotline
      .insertInto('setting')
      .values({ name, ...row })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
      .execute()
  }

  return {
    async get() {
      const rows = await hotline.selectFrom('setting').select(['name', 'value']).execute()
      const stored = Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value)]))
      const read = settings.safeParse({ ...defaults, ...stored })
      if (read.success) return read.data
      const where = [...new Set(read.error.issues.map(({ path }) => path.join('.')))].join(', ')
      throw new UserError(
        `The settings in the hotline's database can't be read (${where}). Set them again, or use the version that wrote them.`,
      )
    },
    set: write,
    noteRetention: (run) => write('retentionRun', run, 'system'),
  }
}

/** The election as the line goes by it: what was set, with what only the configuration names. */
export function electionOf({ calendar }: Pick<Settings, 'calendar'>, configured: ElectionCalendar): ElectionCalendar {
  return { ...configured, ...calendar }
}

/** What holds until somebody sets something else. */
export function defaultSettings({ name, votingDay, voting, corrections, operators }: ElectionCalendar): Settings {
  return {
    calendar: { name, votingDay, voting, corrections },
    hours: { workdays: [1, 2, 3, 4, 5], ...operators, holidays: [] },
    callbacks: { dueHours: 48, claimMinutes: 15, attemptGapMinutes: 120, maxAttempts: 3 },
    retention: { calls: 365, callers: 90, callbacks: 365, recordings: 90, messages: 90, audit: 1095 },
    retentionRun: null,
  }
}
