import type { Kysely } from 'kysely'
import { sampleCalendar } from '../../src/config.ts'
import { electionOf, makeSettingsStore } from '../../src/store/settings.ts'
import type { Hotline } from '../../src/store/tables.ts'
import { databases } from './databases.ts'
import { cleanUp } from './scratch.ts'

jest.setTimeout(300_000)

const now = new Date('2026-11-22T05:00:00Z')
const configured = { ...sampleCalendar(now), timeZone: 'Asia/Almaty', operators: { from: '08:30', to: '17:30' } }
const calendar = {
  name: { ky: 'Президентти шайлоо', ru: 'Выборы Президента' },
  votingDay: '2027-01-24',
  voting: { from: '07:00', to: '21:00' },
  corrections: { from: '2026-12-01', until: '2027-01-10' },
}

describe.each(databases)('$name', ({ empty }) => {
  let hotline: Kysely<Hotline>
  const open = () => makeSettingsStore(hotline, configured, () => now)
  beforeEach(async () => {
    hotline = await empty()
  })
  afterEach(cleanUp)

  test('the configuration holds until somebody sets something else', async () => {
    const settings = await open().get()
    expect(settings).toMatchObject({
      calendar: { name: configured.name, votingDay: configured.votingDay },
      hours: { workdays: [1, 2, 3, 4, 5], from: '08:30', to: '17:30', holidays: [] },
      callbacks: { dueHours: 48 },
      retentionRun: null,
    })
    expect(electionOf(settings, configured)).toEqual(configured)
  })

  test('what was set last holds, part by part, and after a restart', async () => {
    const store = open()
    await store.set('calendar', { ...calendar, votingDay: '2027-01-17' }, 'aida')
    await store.set('calendar', calendar, 'bek')
    await store.set('callbacks', { dueHours: 24, claimMinutes: 5, attemptGapMinutes: 60, maxAttempts: 4 }, 'aida')
    const settings = await open().get()
    expect(settings.calendar).toEqual(calendar)
    expect(settings.callbacks.dueHours).toBe(24)
    expect(settings.hours.from).toBe('08:30')
    expect(electionOf(settings, configured)).toEqual({ ...configured, ...calendar })
    const row = await hotline.selectFrom('setting').selectAll().where('name', '=', 'calendar').executeTakeFirstOrThrow()
    expect(row).toMatchObject({ changed_by: 'bek', changed_at: now.toISOString() })
  })

  test('remembers what retention removed', async () => {
    await open().noteRetention({ at: now.toISOString(), removed: { calls: 12, recordings: 3 } })
    expect((await open().get()).retentionRun).toEqual({ at: now.toISOString(), removed: { calls: 12, recordings: 3 } })
  })

  test('refuses what it can not read, for retention must not go by a guess', async () => {
    const row = { name: 'retention', value: '{"calls":0}', changed_at: now.toISOString(), changed_by: 'x' } as const
    await hotline.insertInto('setting').values(row).execute()
    await expect(open().get()).rejects.toThrow("can't be read (retention.calls")
  })
})
