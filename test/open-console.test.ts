import { rmSync } from 'node:fs'
import type { Kysely } from 'kysely'
import { largestRecording } from '../src/api/prompts.ts'
import { type Role, roles } from '../src/api/route.ts'
import { routes } from '../src/api/routes.ts'
import { seedHotline } from '../src/bench/console-data.ts'
import type { Config } from '../src/config.ts'
import type { Health } from '../src/http/health.ts'
import { csrfTokenOf } from '../src/http/sign-in-cookie.ts'
import { makeLiveBoard } from '../src/live-calls.ts'
import { makeNextCall } from '../src/next-call.ts'
import { openConsole } from '../src/open-console.ts'
import { openVoterDirectory } from '../src/register/directory.ts'
import { ensureTools } from '../src/setup/tools.ts'
import { openSpeech } from '../src/speech/speech.ts'
import { openHotline } from '../src/store/database.ts'
import { makePeople } from '../src/store/people.ts'
import { loadRecordingKeys } from '../src/store/recording-keys.ts'
import { makeSignIns } from '../src/store/sign-ins.ts'
import type { Hotline } from '../src/store/tables.ts'
import { type Browser, browserAt } from './http/browser.ts'
import { addressOf, isLetIn } from './http/role-matrix.ts'
import { logLines } from './log-lines.ts'
import { makeHome } from './switch/rig.ts'

// The console as it is served, over a database with some calls; the line itself is not there.

jest.setTimeout(300_000)

const well: Health = { ok: true, switch: { ari: true, ami: true }, callsInProgress: 0, register: undefined, alerts: [] }
const clock = () => new Date()
const { log, lines } = logLines()

let config: Config
let hotline: Kysely<Hotline>
let page: { close(): Promise<void> }
let signedIn: (name: string, some: readonly Role[]) => Promise<Browser>

beforeAll(async () => {
  const made = await makeHome()
  config = made.config
  const quiet = { update: () => undefined, done: () => undefined, warn: () => undefined }
  const tools = await ensureTools(config, quiet)
  hotline = await openHotline(config.database)
  await seedHotline(hotline, { calls: 60, callbacks: 20, days: 2, seed: 1, now: clock() })
  page = await openConsole({
    config,
    clock,
    log,
    health: () => well,
    live: makeLiveBoard(),
    asked: async () => [],
    next: makeNextCall({ election: config.election, speech: openSpeech(config, tools) }),
    directory: openVoterDirectory(config.paths.register, log),
    refresh: undefined,
    recordingKeys: await loadRecordingKeys(config.paths.recordingKeys),
    binds: { state: () => [], lastHour: () => undefined },
  })
  const people = makePeople(hotline, clock)
  const signIns = makeSignIns(hotline, clock, { idleMs: 3_600_000, longestMs: 12 * 3_600_000 })
  signedIn = async (name, some) => {
    const added = await people.add({ name, displayName: `Person ${name}`, roles: some, passwordHash: 'none' })
    if (!added) throw new Error(`${name} is there already`)
    await people.setPassword(added.id, 'none')
    const browser = browserAt(`http://127.0.0.1:${config.console.port}`)
    const token = await signIns.begin(added.id)
    browser.cookie = `dobush=${token}`
    browser.csrf = csrfTokenOf(token)
    return browser
  }
})

afterAll(async () => {
  await page.close()
  await hotline.destroy()
  rmSync(config.paths.home, { recursive: true, force: true })
})

describe('every route with every role', () => {
  const groups = [[], ...roles.map((role) => [role])].map((some: readonly Role[]) => ({
    some,
    title: some[0] ?? 'nobody who is signed in',
  }))
  const browsers = new Map<string, Browser>()
  beforeAll(async () => {
    await signedIn('root', ['administrator'])
    for (const { some, title } of groups) browsers.set(title, await signedIn(`the-${title.replaceAll(' ', '-')}`, some))
    const nobody = browsers.get('nobody who is signed in')
    if (nobody) nobody.cookie = undefined
  })

  // Signing out last: the others need the sign-in.
  const inOrder = [...routes].sort((a, b) => Number(a.name === 'signOut') - Number(b.name === 'signOut'))

  describe.each(groups)('$title', ({ some, title }) => {
    test.each(inOrder.map((route) => [route.name, route] as const))('%s', async (_, route) => {
      const got = await browsers
        .get(title)
        ?.send(route.method.toUpperCase(), addressOf(route), route.method === 'get' ? {} : { body: {} })
      if (isLetIn(route, some)) {
        // What is behind may find fault with an empty body, an id nothing has, a prompt that was never rendered.
        expect([200, 204, 400, 404, 409, 415, 422]).toContain(got?.status)
        expect(got?.body?.code).not.toBe('no-such-route')
        return
      }
      expect({ status: got?.status, code: got?.body.code }).toEqual(
        some.length === 0 ? { status: 401, code: 'not-signed-in' } : { status: 403, code: 'not-allowed' },
      )
    })
  })

  test('and nothing of ours failed on the way', () => {
    expect(lines.filter(({ level }) => level >= 50)).toEqual([])
  })
})

describe("what is somebody else's", () => {
  const all = ['open', 'incomplete', 'duplicate', 'closed'] as const

  test('a request that a colleague works on shows an operator neither number nor message, and takes nothing', async () => {
    const [one, two] = [await signedIn('one', ['operator']), await signedIn('two', ['operator'])]
    const { id } = await hotline
      .selectFrom('callback_request')
      .select('id')
      .where('state', '=', 'open')
      .where('number', 'is not', null)
      .executeTakeFirstOrThrow()
    const number = (await hotline.selectFrom('callback_request').select('number').where('id', '=', id).execute())[0]
      ?.number
    // Before anybody has it: what is free may be seen, masked.
    const free = await two.send('GET', `/api/callbacks/${id}`)
    expect(free.status).toBe(200)
    expect(free.text).not.toContain(number?.slice(4))
    expect(await two.send('POST', `/api/callbacks/${id}/number`)).toMatchObject({ status: 403 })
    expect(await two.send('POST', `/api/callbacks/${id}/recording`)).toMatchObject({ status: 403 })

    expect(await one.send('POST', `/api/callbacks/${id}/claim`)).toMatchObject({ status: 200 })
    expect(await one.send('POST', `/api/callbacks/${id}/number`)).toMatchObject({ status: 200, body: { number } })
    const deeds: readonly (readonly [string, object?])[] = [
      ['claim'],
      ['release'],
      ['hand-over', { to: 'anybody' }],
      ['note', { text: 'x' }],
      ['attempt', { outcome: 'resolved' }],
      ['number'],
      ['recording'],
    ]
    for (const [deed, body] of deeds) {
      const got = await two.send('POST', `/api/callbacks/${id}/${deed}`, { body: body ?? {} })
      expect([`${deed} 403`, `${deed} 404`, `${deed} 409`]).toContain(`${deed} ${got.status}`)
      expect(got.text).not.toContain(number?.slice(4))
    }
    expect([403, 404, 409]).toContain((await two.send('GET', `/api/callbacks/${id}`)).status)
    const listed = await two.send('GET', `/api/callbacks?limit=200&${all.map((state) => `state=${state}`).join('&')}`)
    expect(listed.body.rows.map((row: { id: string }) => row.id)).not.toContain(id)
    expect(await one.send('GET', `/api/callbacks/${id}`)).toMatchObject({ status: 200 })
  })

  test('a saved filter is seen and removed by its owner alone', async () => {
    const [one, two] = [await signedIn('three', ['supervisor']), await signedIn('four', ['supervisor'])]
    const body = { name: 'mine', filter: { language: ['ky'] }, sort: '-startedAt' }
    const { id } = (await one.send('POST', '/api/filters', { body })).body
    expect(await two.send('GET', '/api/filters')).toMatchObject({ status: 200, body: [] })
    expect(await two.send('DELETE', `/api/filters/${id}`)).toMatchObject({ status: 404 })
    expect((await one.send('GET', '/api/filters')).body).toHaveLength(1)
    expect(await one.send('DELETE', `/api/filters/${id}`)).toMatchObject({ status: 204 })
  })

  test('every full number and export is in the audit log before it is given', async () => {
    const auditor = await signedIn('vera', ['auditor'])
    const call = await hotline.selectFrom('call').select('id').where('ani', 'is not', null).executeTakeFirstOrThrow()
    const request = await hotline.selectFrom('callback_request').select('id').executeTakeFirstOrThrow()
    await auditor.send('POST', `/api/calls/${call.id}/number`)
    await auditor.send('POST', '/api/calls/search', { body: { caller: '0555 12 34 56' } })
    await auditor.send('POST', '/api/calls/export', { body: { format: 'csv' } })
    await auditor.send('POST', `/api/callbacks/${request.id}/number`)
    const { body } = await auditor.send('GET', '/api/audit?by=vera')
    expect(body.rows.map(({ action, subject }: { action: string; subject: string }) => [action, subject])).toEqual([
      ['callback.number-shown', `callback:${request.id}`],
      ['calls.exported', null],
      ['calls.searched-by-number', null],
      ['call.number-shown', `call:${call.id}`],
    ])
    expect(JSON.stringify(body)).not.toMatch(/\+?996\d{9}/)
    expect(await auditor.send('POST', '/api/audit/check')).toMatchObject({ body: { brokenAt: null } })
  })
})

test('what people write comes back as it is, as data and nothing else', async () => {
  const worker = await signedIn('five', ['supervisor'])
  const text = `<img src=x onerror=alert(1)> "'</script><script>alert(1)</script> =cmd|' /C calc'!A0 \u202e {{7*7}}`
  const { id } = await hotline
    .selectFrom('callback_request')
    .select('id')
    .where('state', '=', 'open')
    .where('claimed_by', 'is', null)
    .executeTakeFirstOrThrow()
  await worker.send('POST', `/api/callbacks/${id}/claim`)
  const noted = await worker.send('POST', `/api/callbacks/${id}/note`, { body: { text } })
  expect(noted.status).toBe(200)
  const shown = await worker.send('GET', `/api/callbacks/${id}`)
  expect(shown.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
  expect(shown.body.history).toContainEqual(expect.objectContaining({ kind: 'note', text }))
  const filter = { name: text.slice(0, 60), filter: {}, sort: '-startedAt' }
  expect(await worker.send('POST', '/api/filters', { body: filter })).toMatchObject({ body: { name: filter.name } })
})

let paths = 0

test.each([
  '/api/prompts/ky/..%2f..%2fhotline/audio',
  '/api/prompts/ky/..%2f..%2f..%2fconfig.yaml%00/audio',
  '/api/prompts/..%2f..%2fru/welcome/audio',
  '/api/prompts/en/welcome/audio',
  '/api/prompts/ky/....%2f%2fwelcome/audio',
  '/api/register/snapshots/..%2f..%2fhotline.db/report',
  '/api/register/snapshots/..%5c..%5chotline.db/report',
  '/api/register/stations/..%2f1',
  '/api/register/stations/11011',
])('%s names no file', async (path) => {
  paths += 1
  const browser = await signedIn(`path-${paths}`, ['supervisor', 'administrator'])
  const got = await browser.send('GET', path)
  expect([400, 404]).toContain(got.status)
  expect(got.text).not.toMatch(/SQLite|\/tmp\//)
  if (path.includes('prompts')) {
    expect([400, 404]).toContain((await browser.send('DELETE', path)).status)
    const upload = { body: 'RIFF', headers: { 'content-type': 'audio/wav' } }
    expect([400, 404]).toContain((await browser.send('PUT', path, upload)).status)
  }
})

test('an upload that is too large is cut off', async () => {
  const browser = await signedIn('six', ['administrator'])
  const got = await browser.send('PUT', '/api/prompts/ky/welcome/audio', {
    body: 'x'.repeat(largestRecording + 1),
    headers: { 'content-type': 'audio/wav' },
  })
  expect(got.status).toBe(413)
})
