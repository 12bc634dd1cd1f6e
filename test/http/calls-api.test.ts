import { parse } from 'csv-parse/sync'
import exceljs from 'exceljs'
import { seedHotline } from '../../src/bench/console-data.ts'
import { parseCallerNumber } from '../../src/domain/phone-number.ts'
import { callsApi } from '../../src/http/calls-api.ts'
import { makeCallDetails } from '../../src/store/call-details.ts'
import { makeCallLog } from '../../src/store/call-log.ts'
import { makeCallSearch } from '../../src/store/call-search.ts'
import { makeSavedFilters } from '../../src/store/saved-filters.ts'
import { aCall, aStep, at } from '../store/calls.ts'
import { cleanUp, numberOf } from '../store/scratch.ts'
import { type Browser, openTestConsole, type TestConsole } from './console-rig.ts'

let page: TestConsole
let supervisor: Browser

beforeEach(async () => {
  page = await openTestConsole({
    mounted: (hotline) =>
      callsApi({
        search: makeCallSearch(hotline),
        calls: makeCallDetails(hotline),
        messagesOf: async (id) => [{ id: `sms of ${id}`, outcome: 'found', state: 'delivered' }],
        filters: makeSavedFilters(hotline),
        parseNumber: (typed) => parseCallerNumber(typed, '312'),
        audit: (deed) => page.auditLog.append(deed),
        now: () => page.time.now,
        timeZone: 'Asia/Bishkek',
      }),
  })
  supervisor = await page.signedIn('aida', ['supervisor'])
})
afterEach(async () => {
  await page.close()
  await cleanUp()
})

const post = (path: string, body: unknown = {}, browser = supervisor) => browser.send('POST', path, { body })
const deeds = async () =>
  (await page.auditLog.list({ limit: 100 }))
    .filter(({ action }) => action.startsWith('call'))
    .map(({ by, action, subject, detail }) => ({ by, action, subject, detail }))

test('pages go on where the last ended, to the end', async () => {
  await seedHotline(page.hotline, { calls: 130, callbacks: 5, days: 2, seed: 1, now: page.time.now })
  const all = await page.hotline.selectFrom('call').select('id').orderBy('duration_ms').orderBy('id').execute()
  for (const sort of ['durationMs', '-startedAt', 'station']) {
    const found: string[] = []
    let cursor: string | null = null
    do {
      const { status, body } = await post('/api/calls/search', { sort, limit: 50, ...(cursor && { cursor }) })
      expect(status).toBe(200)
      found.push(...body.rows.map(({ id }: { id: string }) => id))
      cursor = body.next
    } while (cursor)
    expect([...found].sort()).toEqual(all.map(({ id }) => id).sort())
    if (sort === 'durationMs') expect(found).toEqual(all.map(({ id }) => id))
  }
  expect((await post('/api/calls/count', { filter: { language: 'ky' } })).body.more).toBe(false)
})

test('a page whose beginning is made up, or from another order, is refused', async () => {
  for (const cursor of [
    'x',
    Buffer.from('[1]').toString('base64url'),
    Buffer.from('{"value":"a","id":"b"}').toString('base64url'),
  ]) {
    const { status, body } = await post('/api/calls/search', { sort: 'durationMs', cursor })
    expect({ status, fields: Object.keys(body.fields) }).toEqual({ status: 400, fields: ['cursor'] })
  }
})

test('what is in a filter reaches the database as a value only', async () => {
  await makeCallLog(page.hotline).write(aCall('a'))
  const nasty = "1255') OR 1=1 --"
  for (const filter of [{ did: nasty.slice(0, 20) }, { lastStep: [nasty] }]) {
    expect((await post('/api/calls/search', { filter })).body).toEqual({ rows: [], next: null })
  }
  for (const filter of [{ station: "1' OR" }, { region: '0' }, { from: 'yesterday' }, { unheard: 'of' }]) {
    expect((await post('/api/calls/search', { filter })).status).toBe(400)
  }
})

test('a caller is found by the full number only, however it is written, and that is noted', async () => {
  const log = makeCallLog(page.hotline)
  await log.write(aCall('a'))
  await log.write(aCall('b', { ani: numberOf('0700123456') }))
  for (const caller of ['0700 12-34-56', '+996700123456']) {
    const { body } = await post('/api/calls/search', { caller })
    expect(body.rows.map(({ id }: { id: string }) => id)).toEqual(['b'])
    expect(JSON.stringify(body)).not.toContain('700123456')
  }
  expect((await post('/api/calls/count', { caller: '0700123456' })).body).toEqual({ count: 1, more: false })
  expect(await post('/api/calls/search', { caller: '07001' })).toMatchObject({
    status: 400,
    body: { fields: { caller: expect.any(String) } },
  })
  const deed = { by: 'aida', action: 'calls.searched-by-number', subject: null, detail: '+996700••••56' }
  expect(await deeds()).toEqual([deed, deed, deed])
})

test('a call is shown with its steps, its requests and its messages, without a digit', async () => {
  const steps = [
    aStep('menu-language', { outcome: 'match', key: '1', prompts: ['menu-check', 'menu-language'] }),
    aStep('pin-enter', { at: at(9), outcome: 'match', digits: 14, prompts: ['pin-enter'] }),
  ]
  await makeCallLog(page.hotline).write(aCall('a', { steps }))
  const { body } = await supervisor.send('GET', '/api/calls/a')
  expect(body).toMatchObject({
    id: 'a',
    caller: '+996555••••56',
    phase: 'window',
    answeredAt: '2026-11-22T05:00:01.000Z',
    endedAt: '2026-11-22T05:00:40.000Z',
    steps: [
      { name: 'menu-language', key: '1', digits: null, prompts: ['menu-check', 'menu-language'] },
      { name: 'pin-enter', at: '2026-11-22T05:00:09.000Z', key: null, digits: 14, outcome: 'match' },
    ],
    callbacks: [],
    messages: [{ id: 'sms of a', outcome: 'found', state: 'delivered' }],
  })
  expect((await supervisor.send('GET', '/api/calls/b')).status).toBe(404)
})

test('the full number is shown once that is noted', async () => {
  const log = makeCallLog(page.hotline)
  await log.write(aCall('a'))
  await log.write(aCall('b', { ani: undefined }))
  expect((await post('/api/calls/a/number')).body).toEqual({ number: '+996555123456' })
  expect((await post('/api/calls/b/number')).body).toEqual({ number: null })
  expect((await post('/api/calls/c/number')).status).toBe(404)
  expect(await deeds()).toMatchObject([
    { action: 'call.number-shown', subject: 'call:b' },
    { action: 'call.number-shown', subject: 'call:a' },
  ])
})

test('CSV holds what the filter finds, in its order, callers masked, and no formula', async () => {
  const log = makeCallLog(page.hotline)
  await log.write(aCall('=cmd|calc', { did: '@1255', ani: undefined }))
  await log.write(aCall('b', { startedAt: at(5), did: '@1255' }))
  await log.write(aCall('c', { did: '119' }))
  const { status, headers, text } = await post('/api/calls/export', {
    format: 'csv',
    sort: 'startedAt',
    filter: { did: '@1255' },
  })
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(headers.get('content-disposition')).toBe('attachment; filename="calls-2026-11-23-150000.csv"')
  const rows = parse(text, { bom: true, columns: true })
  expect(rows).toMatchObject([
    { started: '2026-11-22 11:00:00', seconds: '40', dialled: "'@1255", caller: '', call: "'=cmd|calc" },
    { started: '2026-11-22 11:00:05', dialled: "'@1255", caller: "'+996555••••56", station: '1101', callback: 'no' },
  ])
  for (const cell of (rows as object[]).flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
  expect(await deeds()).toMatchObject([
    { by: 'aida', action: 'calls.exported', detail: '{"format":"csv","sort":"startedAt","did":["@1255"]}' },
  ])
})

test('XLSX holds the same, every text a text', async () => {
  await makeCallLog(page.hotline).write(aCall('=1+1'))
  const response = await fetch(`${page.address}/api/calls/export`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      cookie: supervisor.cookie ?? '',
      'x-csrf-token': supervisor.csrf ?? '',
    },
    body: JSON.stringify({ format: 'xlsx' }),
  })
  const book = new exceljs.Workbook()
  await book.xlsx.load(await response.arrayBuffer())
  const sheet = book.getWorksheet('calls')
  expect(sheet?.rowCount).toBe(2)
  expect(sheet?.getRow(2).getCell(2).value).toBe(40)
  expect(sheet?.getRow(2).getCell(12)).toMatchObject({ value: '=1+1', type: exceljs.ValueType.String })
})

test('an export whose reader goes away ends, and the console goes on', async () => {
  await seedHotline(page.hotline, { calls: 3000, callbacks: 0, days: 2, seed: 1, now: page.time.now })
  for (const format of ['csv', 'xlsx']) {
    const leaving = new AbortController()
    const response = await fetch(`${page.address}/api/calls/export`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        cookie: supervisor.cookie ?? '',
        'x-csrf-token': supervisor.csrf ?? '',
      },
      body: JSON.stringify({ format }),
      signal: leaving.signal,
    })
    await response.body?.getReader().read()
    leaving.abort()
  }
  expect((await post('/api/calls/count')).body).toEqual({ count: 3000, more: false })
  expect(page.lines.filter(({ level }) => Number(level) >= 50)).toEqual([])
})

test("filters are one's own, by name, and give back what was saved", async () => {
  const colleague = await page.signedIn('bakyt', ['auditor'])
  const given = {
    name: '<b>late</b>',
    filter: { language: ['ky'], callback: 'true', minDurationMs: 5000 },
    sort: '-startedAt',
  }
  const first = (await post('/api/filters', given)).body
  const again = (await post('/api/filters', { ...given, sort: 'durationMs' })).body
  expect(again).toEqual({ ...given, sort: 'durationMs', id: first.id })
  expect((await supervisor.send('GET', '/api/filters')).body).toEqual([again])
  expect((await colleague.send('GET', '/api/filters')).body).toEqual([])
  expect((await colleague.send('DELETE', `/api/filters/${first.id}`)).status).toBe(404)
  expect((await supervisor.send('DELETE', `/api/filters/${first.id}`)).status).toBe(204)
  expect((await supervisor.send('GET', '/api/filters')).body).toEqual([])
})
