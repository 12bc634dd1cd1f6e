import { rmSync } from 'node:fs'
import type { RegisterState } from '../../src/api/register.ts'
import type { Config } from '../../src/config.ts'
import { errandRunner } from '../../src/desk/errand.ts'
import { openRegisterDesk } from '../../src/desk/register.ts'
import { type Pin, parsePin } from '../../src/domain/pin.ts'
import { registerApi } from '../../src/http/register-api.ts'
import { importRegister } from '../../src/prepare.ts'
import { openVoterDirectory, type RegisterDirectory } from '../../src/register/directory.ts'
import { scheduleRefresh } from '../../src/register/refresh.ts'
import { ensureTools } from '../../src/setup/tools.ts'
import { openSpeech } from '../../src/speech/speech.ts'
import { logLines } from '../log-lines.ts'
import { cleanUp } from '../store/scratch.ts'
import { makeHome, pins, stations, until, writeRegister } from '../switch/rig.ts'
import { type Browser, openTestConsole, type TestConsole } from './console-rig.ts'

jest.setTimeout(300_000)

const quiet = { update: () => undefined, done: () => undefined, warn: () => undefined }
const closing = new AbortController()
let home: string
let config: Config
let directory: RegisterDirectory
let page: TestConsole
let aida: Browser
let bek: Browser
let red: string

/** The first list, and then one that lacks everybody of Bishkek's station: red, so it waits. */
beforeAll(async () => {
  ;({ home, config } = await makeHome())
  const speech = openSpeech(config, await ensureTools(config, quiet))
  const prepared = { config, speech, progress: quiet }
  const first = await importRegister(prepared, await writeRegister(home, stations), { trusted: true })
  // Ids sort by age to the second.
  await until(() => Date.now() - (first?.madeAt.getTime() ?? 0) > 1_000)
  const less = await writeRegister(home, stations.slice(1))
  await expect(importRegister(prepared, less, { trusted: true })).rejects.toThrow('has red checks')

  directory = openVoterDirectory(config.paths.register)
  directory.watch(() => undefined)
  page = await openTestConsole({
    mounted: () =>
      registerApi(
        openRegisterDesk({
          folder: config.paths.register,
          directory,
          refresh: undefined,
          run: errandRunner(config, closing.signal),
          election: () => config.election,
          clock: () => new Date(),
          log: logLines().log,
        }),
        (deed) => page.auditLog.append(deed),
      ),
  })
  aida = await page.signedIn('aida', ['administrator'])
  bek = await page.signedIn('bek', ['administrator'])
  red = (await stateOf(aida)).snapshots.find((snapshot) => snapshot.red)?.id ?? ''
})
afterAll(async () => {
  closing.abort()
  directory.close()
  await page.close()
  await cleanUp()
  rmSync(home, { recursive: true, force: true })
})

async function stateOf(browser: Browser): Promise<RegisterState> {
  const got = await browser.send('GET', '/api/register')
  expect(got.status).toBe(200)
  return got.body
}

function answerNow(text: string): string {
  const lookup = directory.findByPin(parsePin(text) as Pin)
  return 'station' in lookup ? `${lookup.kind} ${lookup.station.number}` : lookup.kind
}

const post = (browser: Browser, path: string, body: object) => browser.send('POST', `/api/register/${path}`, { body })
const put = (browser: Browser, number: string, body: object) =>
  browser.send('PUT', `/api/register/stations/${number}`, { body })
const because = { reason: 'a test' }

test('shows the snapshots and what was found in them', async () => {
  const auditor = await page.signedIn('cholpon', ['auditor'])
  const state = await stateOf(auditor)
  expect(state.snapshots).toMatchObject([
    { id: red, active: false, red: true, mayActivate: false, override: null, voters: 3, stations: 1 },
    { active: true, red: false, mayActivate: false, voters: 3, stations: 2 },
  ])
  expect(state.reports.map(({ verdict }) => verdict)).toEqual(['red', 'fit'])
  expect(state).toMatchObject({ work: null, refresh: null, edits: [] })
  expect(state.journal).toMatchObject([{ what: 'activate', by: 'the schedule' }])

  const { body: report } = await auditor.send('GET', `/api/register/snapshots/${red}/report`)
  expect(report).toMatchObject({ id: red, voters: 3, stations: 1, refused: null })
  expect(report.checks.find(({ check }: { check: string }) => check === 'unknown-stations')).toMatchObject({
    level: 'red',
    count: 2,
    limit: 0,
    examples: ['station 1101: 2 voters'],
  })
  expect(report.byRegion.find(({ region }: { region: string }) => region === '1')).toEqual({
    region: '1',
    voters: 2,
    before: 2,
  })
  expect(JSON.stringify(report)).not.toMatch(/\d{9}/)
})

test('asks two administrators before a snapshot with reds is activated', async () => {
  const override = (browser: Browser) => post(browser, `snapshots/${red}/override`, because)
  expect(await post(aida, `snapshots/${red}/activate`, because)).toMatchObject({ status: 409, body: { code: 'red' } })
  const asked = await override(aida)
  expect(asked).toMatchObject({ status: 200 })
  expect(asked.body.snapshots[0]).toMatchObject({ id: red, mayActivate: false, override: { by: 'aida', ...because } })
  expect(await override(aida)).toMatchObject({ status: 409, body: { code: 'same-person' } })
  expect(await post(aida, `snapshots/${red}/activate`, because)).toMatchObject({ status: 409, body: { code: 'red' } })
  expect(answerNow(pins.listed)).toBe('found 1101')

  const agreed = await override(bek)
  expect(agreed).toMatchObject({ status: 200, body: { work: { what: 'override', running: false, fault: null } } })
  expect(agreed.body.snapshots[0]).toMatchObject({ id: red, active: true, override: null })
  expect(answerNow(pins.listed)).toBe('unavailable')
  expect(await post(bek, `snapshots/${red}/activate`, because)).toMatchObject({ status: 409, body: { code: 'active' } })
})

test('goes back, and tells why when there is nothing to go back to', async () => {
  const back = await post(aida, 'rollback', because)
  expect(back.body.snapshots).toMatchObject([{ id: red, active: false, mayActivate: true }, { active: true }])
  expect(answerNow(pins.listed)).toBe('found 1101')
  const again = await post(aida, 'rollback', because)
  expect(again).toMatchObject({ status: 409, body: { code: 'refused' } })
  expect(again.body.detail).toContain('no earlier snapshot')
  expect(again.text).not.toContain(home)
})

test('does one thing at a time', async () => {
  const both = await Promise.all([post(aida, 'rollback', because), post(bek, 'rollback', because)])
  expect(both.map(({ body }) => body.code).sort()).toEqual(['busy', 'refused'])
})

test('closes a station, moves another, and takes it back', async () => {
  const address = { ky: 'Бишкек шаары, Токтогул көчөсү', ru: 'город Бишкек, улица Токтогула' }
  expect(await put(aida, '1101', { address, ...because })).toMatchObject({ status: 200 })
  const closed = await put(aida, '7087', { closed: true, instead: '1101', ...because })
  expect(closed.body.edits).toMatchObject([
    { station: '1101', address, closed: false, by: 'aida', reason: 'a test' },
    { station: '7087', address: null, closed: true, instead: '1101' },
  ])
  expect(answerNow(pins.listedElsewhere)).toBe('found 1101')
  const look = async (number: string) => (await aida.send('GET', `/api/register/stations/${number}`)).body
  expect(await look('1101')).toEqual({ number: '1101', address, closed: false, instead: null, edited: true })
  expect(await look('7087')).toMatchObject({ address: { ru: 'Чуйская область, село Туз, здание дома культуры' } })
  expect(await look('7087')).toMatchObject({ closed: true, instead: '1101', edited: true })

  expect(await post(bek, 'stations/7087/withdraw', because)).toMatchObject({ status: 200 })
  expect(answerNow(pins.listedElsewhere)).toBe('found 7087')
  expect(await look('7087')).toMatchObject({ closed: false, instead: null, edited: false })
})

test.each([
  ['in Latin letters', { address: { ky: 'Main street', ru: 'Main street' }, ...because }, 409, 'refused'],
  ['that says nothing', because, 400, 'invalid'],
  ['with a station instead of an open one', { instead: '7087', ...because }, 400, 'invalid'],
  ['without a reason', { closed: true }, 400, 'invalid'],
  ['that sends voters round in a circle', { closed: true, instead: '1101', ...because }, 409, 'refused'],
])('refuses an edit %s', async (_, body, status, code) => {
  expect(await put(aida, '1101', body)).toMatchObject({ status, body: { code } })
})

test('knows no snapshot, report or station that is not there', async () => {
  const missing = [
    await post(aida, 'snapshots/20200101-000000-abcd/activate', because),
    await post(aida, 'snapshots/../override', because),
    await aida.send('GET', '/api/register/snapshots/..%2F..%2Factive/report'),
    await aida.send('GET', '/api/register/snapshots/20200101-000000-abcd/report'),
    await aida.send('GET', '/api/register/stations/9999'),
    await put(aida, '9999', { closed: true, ...because }),
  ]
  expect(missing.map(({ status }) => status)).toEqual([404, 404, 400, 404, 404, 404])
})

test('fetches the list now where a source is configured, and does not wait for it', async () => {
  expect(await post(aida, 'refresh', {})).toMatchObject({ status: 409, body: { code: 'no-source' } })

  let runs = 0
  let finish = () => {}
  const refresh = scheduleRefresh({
    cron: '0 3 * * *',
    timeZone: 'Asia/Bishkek',
    run: () =>
      new Promise((resolve) => {
        runs += 1
        finish = () => resolve('unchanged')
      }),
    alert: { raise: () => undefined, clear: () => undefined },
    log: logLines().log,
  })
  const desk = openRegisterDesk({
    folder: config.paths.register,
    directory,
    refresh,
    run: errandRunner(config, closing.signal),
    election: () => config.election,
    clock: () => new Date(),
    log: logLines().log,
  })
  expect(desk.refresh()).toBe('begun')
  expect(desk.refresh()).toBe('busy')
  expect((await desk.state()).refresh).toMatchObject({ running: true, lastSuccess: null })
  finish()
  await until(async () => (await desk.state()).refresh?.lastSuccess !== null)
  expect((await desk.state()).refresh?.nextAt).toMatch(/T21:00:00/)
  expect(runs).toBe(1)
  refresh.stop()
})

test('lets only administrators change anything', async () => {
  const supervisor = await page.signedIn('dilde', ['supervisor', 'auditor'])
  const operator = await page.signedIn('emir', ['operator'])
  expect((await operator.send('GET', '/api/register')).status).toBe(403)
  for (const refused of [
    await post(supervisor, 'rollback', because),
    await post(supervisor, `snapshots/${red}/override`, because),
    await put(supervisor, '1101', { closed: true, ...because }),
  ]) {
    expect(refused).toMatchObject({ status: 403, body: { code: 'not-allowed' } })
  }
})

test('leaves who did what, and why, in the audit log', async () => {
  const entries = (await page.auditLog.list({ limit: 200 })).filter(({ action }) => action.startsWith('register.'))
  const said = entries.map(({ by, action, subject, detail }) => [by, action, subject, detail].join(' ')).reverse()
  expect(said.slice(0, 3)).toEqual([
    `aida register.override snapshot:${red} a test`,
    `bek register.override snapshot:${red} a test`,
    'aida register.roll-back register a test',
  ])
  expect(said).toContain('aida register.edit-station station:7087 closed, instead 1101: a test')
  expect(said).toContain('bek register.withdraw-edit station:7087 a test')
})
