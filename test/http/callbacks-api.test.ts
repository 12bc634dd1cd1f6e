import { callbackDetail, callbackRow } from '../../src/api/callbacks.ts'
import type { Role } from '../../src/api/route.ts'
import { callbacksApi } from '../../src/http/callbacks-api.ts'
import { makeAuditLog } from '../../src/store/audit-log.ts'
import { makeCallbackList } from '../../src/store/callback-list.ts'
import { makeCallbackQueue } from '../../src/store/callback-queue.ts'
import type { CallbackRules } from '../../src/store/callback-rules.ts'
import { openRecording } from '../../src/store/recordings.ts'
import { callbacksOf, keysIn } from '../store/callbacks.ts'
import { cleanUp, numberOf, requestIn, scratch } from '../store/scratch.ts'
import type { Browser } from './browser.ts'
import { openTestConsole, type TestConsole } from './console-rig.ts'

jest.setTimeout(60_000)

const rules: CallbackRules = {
  dueHours: 48,
  claimMinutes: 15,
  attemptGapMinutes: 120,
  maxAttempts: 3,
  hours: { workdays: [1, 2, 3, 4, 5], from: '09:00', to: '18:00', holidays: [], timeZone: 'Asia/Bishkek' },
}

type Name = 'aigul' | 'bermet' | 'chief' | 'auditor' | 'root'

const roles: Record<Name, readonly Role[]> = {
  aigul: ['operator'],
  bermet: ['operator'],
  chief: ['supervisor'],
  auditor: ['auditor'],
  root: ['administrator'],
}

let page: TestConsole
let folder: string
const people = {} as Record<Name, Browser>
const ids = {} as Record<Name, string>

beforeAll(async () => {
  folder = scratch()
  const keys = await keysIn(folder)
  const clock = () => page.time.now
  page = await openTestConsole({
    mounted: (hotline) =>
      callbacksApi({
        list: makeCallbackList(hotline, clock),
        queue: makeCallbackQueue(hotline, async () => rules, clock),
        recording: (id) => openRecording(hotline, keys, id),
        audit: makeAuditLog(hotline, clock).append,
      }),
  })
  for (const name of Object.keys(roles) as Name[]) {
    people[name] = await page.signedIn(name, roles[name])
    ids[name] = (await page.people.find({ name }))?.id ?? ''
  }
})

afterAll(async () => {
  await page.close()
  await cleanUp()
})

let left = 0

/** A request of a citizen of its own, and what was said. */
async function leave(): Promise<{ id: string; number: string; said: string }> {
  left += 1
  const number = numberOf(`0555${String(100_000 + left)}`)
  const request = requestIn(folder, { number })
  const said = `audio ${request.callId.replace('call-', '')}`
  await (await callbacksOf(page.hotline, folder, { now: () => page.time.now })).accept(request)
  const { id } = await page.hotline
    .selectFrom('callback_request')
    .select('id')
    .where('call_id', '=', request.callId)
    .executeTakeFirstOrThrow()
  return { id, number, said }
}

const post = (who: Name, id: string, what: string, body?: unknown) =>
  people[who].send('POST', `/api/callbacks/${id}/${what}`, body === undefined ? {} : { body })

const trail = async (id: string) =>
  (await page.auditLog.list({ subject: `callback:${id}`, limit: 50 })).map(({ by, action }) => `${by} ${action}`)

describe('who may do what, by whose the request is', () => {
  const asks = {
    get: (who: Name, id: string) => people[who].send('GET', `/api/callbacks/${id}`),
    number: (who: Name, id: string) => post(who, id, 'number'),
    recording: (who: Name, id: string) => post(who, id, 'recording'),
    note: (who: Name, id: string) => post(who, id, 'note', { text: 'a note' }),
    attempt: (who: Name, id: string) => post(who, id, 'attempt', { outcome: 'reached' }),
    release: (who: Name, id: string) => post(who, id, 'release'),
    claim: (who: Name, id: string) => post(who, id, 'claim'),
    'hand over': (who: Name, id: string) => post(who, id, 'hand-over', { to: ids.bermet }),
    reopen: (who: Name, id: string) => post(who, id, 'reopen', { text: 'again' }),
  }
  const everybody = ['aigul', 'chief', 'auditor', 'root'] as const

  // Of aigul, chief, auditor and root, in this order.
  describe.each([
    [
      'nobody’s',
      async () => undefined,
      {
        get: [200, 200, 200, 403],
        number: [403, 200, 200, 403],
        recording: [403, 200, 200, 403],
        note: [403, 200, 403, 403],
        attempt: [403, 403, 403, 403],
        release: [403, 403, 403, 403],
        claim: [200, 200, 403, 403],
        'hand over': [403, 200, 403, 403],
        reopen: [403, 409, 403, 403],
      },
    ],
    [
      'aigul’s own',
      (id: string) => post('aigul', id, 'claim'),
      {
        get: [200, 200, 200, 403],
        number: [200, 200, 200, 403],
        recording: [200, 200, 200, 403],
        note: [200, 200, 403, 403],
        attempt: [200, 403, 403, 403],
        release: [200, 200, 403, 403],
        claim: [200, 409, 403, 403],
        'hand over': [200, 200, 403, 403],
        reopen: [403, 409, 403, 403],
      },
    ],
    [
      'somebody else’s',
      (id: string) => post('bermet', id, 'claim'),
      {
        get: [403, 200, 200, 403],
        number: [403, 200, 200, 403],
        recording: [403, 200, 200, 403],
        note: [403, 200, 403, 403],
        attempt: [403, 403, 403, 403],
        release: [403, 200, 403, 403],
        claim: [409, 409, 403, 403],
        'hand over': [403, 200, 403, 403],
        reopen: [403, 409, 403, 403],
      },
    ],
    [
      'closed by somebody else',
      async (id: string) => {
        await post('bermet', id, 'claim')
        await post('bermet', id, 'attempt', { outcome: 'resolved' })
      },
      {
        get: [403, 200, 200, 403],
        number: [403, 200, 200, 403],
        recording: [403, 200, 200, 403],
        note: [403, 200, 403, 403],
        attempt: [409, 409, 403, 403],
        release: [403, 403, 403, 403],
        claim: [409, 409, 403, 403],
        'hand over': [409, 409, 403, 403],
        reopen: [403, 200, 403, 403],
      },
    ],
  ] as const)('%s', (_, arrange, table) => {
    test.each(Object.entries(table))('%s', async (what, expected) => {
      const got = []
      for (const who of everybody) {
        // A fresh one each time: what one does must not change what the next may.
        const { id } = await leave()
        await arrange(id)
        got.push((await asks[what as keyof typeof asks](who, id)).status)
      }
      expect(got).toEqual(expected)
    })
  })

  test.each(Object.keys(asks))('%s of a request that is not there', async (what) => {
    for (const id of ['unheard-of', '..%2f..%2fetc%2fpasswd', "' OR 1=1 --", '0'.repeat(100)]) {
      const got = await asks[what as keyof typeof asks]('chief', encodeURIComponent(id))
      expect(got).toMatchObject({ status: 404, body: { code: 'not-found' } })
    }
  })
})

describe('the number', () => {
  it('is masked until it is asked for, and then in the audit log before it is told', async () => {
    const { id, number } = await leave()
    const detail = await people.chief.send('GET', `/api/callbacks/${id}`)
    const list = await people.chief.send('GET', '/api/callbacks?limit=200')
    for (const { text } of [detail, list]) expect(text).not.toContain(number.slice(1))
    expect(detail.body.number).toBe(`${number.slice(0, 7)}••••${number.slice(-2)}`)
    expect(await trail(id)).toEqual([])
    expect((await post('chief', id, 'number')).body).toEqual({ number })
    expect(await trail(id)).toEqual(['chief callback.number-shown'])
  })

  it('that is refused leaves no trace, and none is told', async () => {
    const { id, number } = await leave()
    const got = await post('aigul', id, 'number')
    expect(got).toMatchObject({ status: 403, body: { code: 'not-claimed' } })
    expect(got.text).not.toContain(number.slice(1))
    expect(await trail(id)).toEqual([])
  })

  it('is not told where the audit log can not be written', async () => {
    const { id, number } = await leave()
    const unwritten = callbacksApi({
      list: makeCallbackList(page.hotline, () => page.time.now),
      queue: makeCallbackQueue(
        page.hotline,
        async () => rules,
        () => page.time.now,
      ),
      recording: async () => ({ type: 'audio/ogg', bytes: Buffer.from('said') }),
      audit: () => Promise.reject(new Error('the disk is full')),
    })
    const other = await openTestConsole({ mounted: () => unwritten })
    try {
      const chief = await other.signedIn('chief', ['supervisor'])
      for (const what of ['number', 'recording']) {
        const got = await chief.send('POST', `/api/callbacks/${id}/${what}`)
        expect(got).toMatchObject({ status: 500, body: { code: 'failed' } })
        expect(got.text).not.toContain(number.slice(1))
        expect(got.text).not.toContain('said')
      }
    } finally {
      await other.close()
    }
  })
})

describe('the recording', () => {
  it('is heard as it was said, kept by nobody on the way, and in the audit log', async () => {
    const { id, said } = await leave()
    await post('aigul', id, 'claim')
    const got = await post('aigul', id, 'recording')
    expect(got.text).toBe(said)
    expect(got.headers.get('content-type')).toBe('audio/ogg')
    expect(got.headers.get('cache-control')).toBe('no-store')
    expect(got.headers.get('content-length')).toBe(String(said.length))
    expect(await trail(id)).toEqual(['aigul callback.listened'])
  })

  it('that retention has removed is said to be gone, without a trace of listening', async () => {
    const { id } = await leave()
    await page.hotline.deleteFrom('recording').where('request_id', '=', id).execute()
    expect(await post('chief', id, 'recording')).toMatchObject({ status: 404, body: { code: 'no-recording' } })
    expect(await trail(id)).toEqual([])
  })
})

describe('what is sent', () => {
  it.each([
    ['attempt', { outcome: 'forgotten' }, 'outcome'],
    ['attempt', {}, 'outcome'],
    ['attempt', { outcome: 'passed-to-commission' }, 'commission'],
    ['attempt', { outcome: 'passed-to-commission', commission: '12345' }, 'commission'],
    ['attempt', { outcome: 'resolved', commission: '17' }, 'commission'],
    ['attempt', { outcome: 'reached', text: 'x'.repeat(2001) }, 'text'],
    ['note', { text: '   ' }, 'text'],
    ['note', { text: ['a list'] }, 'text'],
    ['hand-over', { to: 7 }, 'to'],
    ['reopen', {}, 'text'],
  ])('%s %j is refused by name', async (what, body, field) => {
    const { id } = await leave()
    await post('chief', id, 'claim')
    const got = await post('chief', id, what, body)
    expect(got).toMatchObject({ status: 400, body: { code: 'invalid', fields: { [field]: expect.any(String) } } })
  })

  it.each([
    'cursor=nonsense',
    `cursor=${Buffer.from('{"value":1,"id":"x"}').toString('base64url')}`,
    `cursor=${Buffer.from('null').toString('base64url')}`,
    'state=gone',
    'sort=number',
    'limit=0',
    'limit=201',
    'region=10',
    'surprise=1',
  ])('a list with %s is refused', async (query) => {
    expect((await people.chief.send('GET', `/api/callbacks?${query}`)).status).toBe(400)
  })

  it('as a note comes back as it is: what it is shown in has to see to that', async () => {
    const { id } = await leave()
    const text = '<img src=x onerror=alert(1)> =1+1 "quoted" \u202e өүң'
    const got = await post('chief', id, 'note', { text })
    expect(got.headers.get('content-type')).toMatch('application/json')
    expect(got.body.history.at(-1)).toMatchObject({ kind: 'note', text, by: 'Person chief' })
  })

  it('without the token against forged requests does nothing', async () => {
    const { id } = await leave()
    const got = await people.chief.send('POST', `/api/callbacks/${id}/claim`, { headers: { 'x-csrf-token': 'forged' } })
    expect(got.status).toBe(403)
    expect((await people.chief.send('GET', `/api/callbacks/${id}`)).body.claimedBy).toBeNull()
  })
})

describe('the queue', () => {
  it('comes page by page, as the contract says', async () => {
    for (let n = 0; n < 5; n += 1) await leave()
    const whole = await people.chief.send('GET', '/api/callbacks?limit=200')
    const paged: { id: string }[] = []
    for (let cursor = ''; ; ) {
      const got = await people.chief.send('GET', `/api/callbacks?limit=3${cursor}`)
      for (const row of got.body.rows) callbackRow.parse(row)
      paged.push(...got.body.rows)
      if (got.body.next === null) break
      cursor = `&cursor=${got.body.next}`
    }
    const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id)
    expect(idsOf(paged)).toEqual(idsOf(whole.body.rows))
    expect(new Set(idsOf(paged)).size).toBe(paged.length)
  })

  it('leads a request from the claim to its end', async () => {
    const { id } = await leave()
    const steps = [
      await post('aigul', id, 'claim'),
      await post('aigul', id, 'attempt', { outcome: 'no-answer', text: 'rings out' }),
      await post('aigul', id, 'claim'),
      await post('aigul', id, 'hand-over', { to: ids.bermet, text: 'your region' }),
      await post('bermet', id, 'attempt', { outcome: 'reached' }),
      await post('bermet', id, 'note', { text: 'sends a copy of the passport' }),
      await post('bermet', id, 'attempt', { outcome: 'passed-to-commission', commission: '17' }),
      await post('chief', id, 'reopen', { text: 'the commission has no such voter' }),
    ]
    expect(steps.map(({ status }) => status)).toEqual(steps.map(() => 200))
    for (const { body } of steps) callbackDetail.parse(body)
    expect(steps.map(({ body }) => body.state)).toEqual([...Array(6).fill('open'), 'closed', 'open'])
    expect(steps.at(-1)?.body.history.map(({ kind, by }: { kind: string; by: string }) => `${by}: ${kind}`)).toEqual([
      'Person aigul: claimed',
      'Person aigul: attempt',
      'Person aigul: claimed',
      'Person aigul: handed-over',
      'Person bermet: attempt',
      'Person bermet: note',
      'Person bermet: attempt',
      'Person bermet: closed',
      'Person chief: reopened',
    ])
  })

  it('gives a request to one of many who ask at once', async () => {
    const { id } = await leave()
    const askers = Array.from({ length: 60 }, (_, n) => (n % 2 ? 'aigul' : 'bermet') as Name)
    const got = await Promise.all(askers.map((who) => post(who, id, 'claim')))
    const winners = new Set(askers.filter((_, n) => got[n]?.status === 200))
    expect(winners.size).toBe(1)
    expect(new Set(got.map(({ status }) => status))).toEqual(new Set([200, 409]))
  })
})

test('nothing of this is in the log of the server but failures', () => {
  const text = JSON.stringify(page.lines)
  expect(text).not.toMatch(/555\d{6}/)
})
