import { rmSync } from 'node:fs'
import type { Config } from '../../src/config.ts'
import { errandRunner } from '../../src/desk/errand.ts'
import { openSettingsDesk } from '../../src/desk/settings.ts'
import { settingsApi } from '../../src/http/settings-api.ts'
import { makeNextCall, type NextCall } from '../../src/next-call.ts'
import { ensureTools } from '../../src/setup/tools.ts'
import { openSpeech } from '../../src/speech/speech.ts'
import { makeSettingsStore } from '../../src/store/settings.ts'
import { cleanUp } from '../store/scratch.ts'
import { makeHome } from '../switch/rig.ts'
import { type Browser, openTestConsole, type TestConsole } from './console-rig.ts'

jest.setTimeout(300_000)

const quiet = { update: () => undefined, done: () => undefined, warn: () => undefined }
const closing = new AbortController()
let home: string
let config: Config
let next: NextCall
let page: TestConsole
let aida: Browser
let recounted = 0

beforeAll(async () => {
  ;({ home, config } = await makeHome())
  const speech = openSpeech(config, await ensureTools(config, quiet))
  await speech.renderPrompts()
  next = makeNextCall({ election: config.election, speech })
  page = await openTestConsole({
    mounted: (hotline) =>
      settingsApi(
        openSettingsDesk({
          settings: makeSettingsStore(hotline, config.election, () => new Date()),
          next,
          run: errandRunner(config, closing.signal),
          configured: config.election,
          recountDue: async () => {
            recounted += 1
          },
        }),
        (deed) => page.auditLog.append(deed),
      ),
  })
  aida = await page.signedIn('aida', ['administrator'])
})
afterAll(async () => {
  closing.abort()
  await page.close()
  await cleanUp()
  rmSync(home, { recursive: true, force: true })
})

const put = (part: string, body: object, browser = aida) => browser.send('PUT', `/api/settings/${part}`, { body })
const calendar = {
  name: { ky: 'Президентти шайлоо', ru: 'Голосование на выборах Президента' },
  votingDay: '2027-01-24',
  voting: { from: '07:30', to: '20:00' },
  corrections: { from: '2026-12-01', until: '2027-01-10' },
}

test('another calendar is rendered, and then said from the next call on', async () => {
  const inProgress = next.now()
  const said = (language: 'ky' | 'ru') => next.now().speech.clipsFor({ name: 'dates-voting' }, language)
  const before = said('ru')
  const got = await put('calendar', calendar)
  expect(got).toMatchObject({ status: 200, body: { calendar, hours: { workdays: [1, 2, 3, 4, 5] } } })
  expect(next.now().election).toMatchObject({ ...calendar, timeZone: 'Asia/Bishkek' })
  expect(said('ru')).not.toEqual(before)
  expect(inProgress.speech.clipsFor({ name: 'dates-voting' }, 'ru')).toEqual(before)
  expect(inProgress.election.votingDay).toBe('2024-11-17')
  const texts = next
    .now()
    .speech.list([])
    .filter(({ name }) => name === 'dates-voting')
  expect(texts.map(({ text }) => text)).toEqual([
    expect.stringContaining('Президентти шайлоо эки миң жыйырма жетинчи жылдын жыйырма төртүнчү январында'),
    expect.stringContaining('двадцать четвёртого января две тысячи двадцать седьмого года'),
  ])
  // All of it is there: clipsFor throws where a clip is missing.
  for (const name of ['dates-voting', 'dates-window', 'voting-day', 'after-deadline'] as const) {
    for (const language of ['ky', 'ru'] as const) {
      expect(next.now().speech.clipsFor({ name }, language)).not.toEqual([])
    }
  }
})

test('a calendar that a voice can not read is refused, and the one before stays', async () => {
  const before = next.now()
  const got = await put('calendar', { ...calendar, name: { ky: 'ЦИК шайлоосу 2027', ru: 'Выборы' } })
  expect(got).toMatchObject({ status: 422, body: { code: 'refused' } })
  expect(got.body.detail).toContain("can't be read")
  expect(next.now()).toBe(before)
  expect((await aida.send('GET', '/api/settings')).body.calendar).toEqual(calendar)
})

test.each([
  ['calendar', { ...calendar, votingDay: '2027-01-09' }, 'corrections.until'],
  ['calendar', { ...calendar, voting: { from: '20:00', to: '08:00' } }, 'voting.to'],
  ['calendar', { ...calendar, votingDay: '2027-02-30' }, 'votingDay'],
  ['hours', { workdays: [1, 8], from: '09:00', to: '18:00', holidays: [] }, 'workdays.1'],
  ['hours', { workdays: [1], from: '18:00', to: '09:00', holidays: [] }, 'to'],
  ['callbacks', { dueHours: 0, claimMinutes: 10, attemptGapMinutes: 60, maxAttempts: 3 }, 'dueHours'],
  ['retention', { calls: 365, callers: 90, callbacks: 365, recordings: 90, messages: 90 }, 'audit'],
])('%s: %j is refused, and the field named', async (part, body, field) => {
  const got = await put(part, body)
  expect(got).toMatchObject({ status: 400, body: { code: 'invalid' } })
  expect(Object.keys(got.body.fields)).toContain(field)
})

test('hours and rules count for the requests that wait; retention has nothing to do with them', async () => {
  const hours = { workdays: [1, 2, 3, 4, 5, 6], from: '08:00', to: '20:00', holidays: ['2026-12-31'] }
  const callbacks = { dueHours: 24, claimMinutes: 10, attemptGapMinutes: 60, maxAttempts: 4 }
  const retention = { calls: 30, callers: 7, callbacks: 60, recordings: 14, messages: 30, audit: 400 }
  expect((await put('hours', hours)).body.hours).toEqual(hours)
  expect((await put('callbacks', callbacks)).body.callbacks).toEqual(callbacks)
  expect(recounted).toBe(2)
  expect((await put('retention', retention)).body).toMatchObject({ hours, callbacks, retention })
  expect(recounted).toBe(2)
})

test('supervisors and auditors read, operators do not, and only administrators set', async () => {
  const reader = await page.signedIn('bek', ['supervisor', 'auditor'])
  const operator = await page.signedIn('cholpon', ['operator'])
  expect((await reader.send('GET', '/api/settings')).status).toBe(200)
  expect((await reader.send('GET', '/api/settings/capacity?voters=1000000')).body[0]).toMatchObject({ share: 0.001 })
  expect((await operator.send('GET', '/api/settings')).status).toBe(403)
  expect((await put('calendar', calendar, reader)).status).toBe(403)
  expect((await reader.send('GET', '/api/settings/capacity?blocking=2')).status).toBe(400)
})

test('every change is in the audit log with what was set', async () => {
  const entries = await page.auditLog.list({ limit: 200 })
  const set = entries.filter(({ action }) => action.startsWith('settings.')).reverse()
  expect(set.map(({ by, action }) => `${by} ${action}`)).toEqual([
    'aida settings.calendar',
    'aida settings.calendar',
    'aida settings.hours',
    'aida settings.callbacks',
    'aida settings.retention',
  ])
  expect(JSON.parse(set[0]?.detail ?? '')).toEqual(calendar)
})
