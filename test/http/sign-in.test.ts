import { Secret, TOTP } from 'otpauth'
import type { Browser } from './browser.ts'
import { openTestConsole, password, type TestConsole } from './console-rig.ts'

let page: TestConsole

beforeEach(async () => {
  page = await openTestConsole()
})

afterEach(() => page.close())

const minutes = (count: number) => count * 60_000
const self = { method: 'GET', path: '/api/self' } as const
const look = (browser: Browser) => browser.send(self.method, self.path)

/** Who did what, oldest first. */
async function deeds(): Promise<readonly string[]> {
  const entries = await page.auditLog.list({ limit: 200 })
  return entries.map(({ by, action }) => `${by} ${action}`).reverse()
}

describe('signing in', () => {
  test('tells who one is, and sets a cookie no script can read', async () => {
    await page.add('aida', ['supervisor'])
    const browser = page.browser()
    const got = await browser.signIn('aida', password)
    expect(got.status).toBe(200)
    expect(got.body).toMatchObject({ name: 'aida', roles: ['supervisor'], totp: false, mustChangePassword: false })
    expect(got.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^dobush=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
    ])
    expect(await look(browser)).toMatchObject({ status: 200, body: { name: 'aida', csrfToken: browser.csrf } })
    expect(await deeds()).toEqual(['aida person.signed-in'])
  })

  test('says the same of a wrong password, a name nobody has, and one who was disabled', async () => {
    await page.add('root', ['administrator'])
    await page.add('aida', ['supervisor'])
    const bek = await page.add('bek', ['supervisor'])
    await page.people.change(bek.id, { displayName: 'Bek', roles: ['supervisor'], disabled: true })
    const tries = [
      await page.browser().signIn('aida', 'not her password'),
      await page.browser().signIn('nobody', password),
      await page.browser().signIn('bek', password),
    ]
    expect(new Set(tries.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(tries[0]).toMatchObject({ status: 401, body: { code: 'wrong-credentials' } })
    expect(tries.flatMap(({ headers }) => headers.getSetCookie())).toEqual([])
  })

  test('writes down who failed, but not what can only be a password typed in the wrong place', async () => {
    await page.browser().signIn('aida', 'x')
    await page.browser().signIn('My Secret Passw0rd!', 'x')
    expect(await deeds()).toEqual(['aida person.sign-in-failed', '? person.sign-in-failed'])
    const kept = JSON.stringify([await page.auditLog.list({ limit: 9 }), page.lines])
    expect(kept).not.toMatch(/passw0rd/i)
  })

  test('keeps neither the password nor what the cookie holds', async () => {
    const browser = await page.signedIn('aida', ['supervisor'])
    const rows = [
      ...(await page.hotline.selectFrom('person').selectAll().execute()),
      ...(await page.hotline.selectFrom('sign_in').selectAll().execute()),
    ]
    const kept = JSON.stringify([rows, await page.auditLog.list({ limit: 9 }), page.lines])
    expect(kept).toContain('$argon2id$v=19$m=19456,')
    expect(kept).not.toContain(password)
    expect(kept).not.toContain(browser.cookie?.split('=')[1])
    expect(kept).not.toContain(browser.csrf)
  })

  test('gives another cookie each time, and ends the one before', async () => {
    const browser = await page.signedIn('aida', ['supervisor'])
    const before = { ...browser }
    await browser.signIn('aida', password)
    expect(browser.cookie).not.toBe(before.cookie)
    const old = page.browser()
    old.cookie = before.cookie
    expect(await look(old)).toMatchObject({ status: 401 })
  })

  test('takes no cookie that a stranger chose', async () => {
    await page.add('aida', ['supervisor'])
    const browser = page.browser()
    browser.cookie = 'dobush=chosen-by-somebody-else'
    expect(await look(browser)).toMatchObject({ status: 401, body: { code: 'not-signed-in' } })
    await browser.signIn('aida', password)
    expect(browser.cookie).not.toContain('chosen')
  })
})

describe('a sign-in ends', () => {
  test('when one signs out', async () => {
    const browser = await page.signedIn('aida', ['supervisor'])
    const got = await browser.send('POST', '/api/sign-out')
    expect(got.status).toBe(204)
    expect(got.headers.getSetCookie()[0]).toMatch(/^dobush=; .*Expires=Thu, 01 Jan 1970/)
    expect(await look(browser)).toMatchObject({ status: 401 })
    expect(await deeds()).toEqual(['aida person.signed-out'])
  })

  test('after an hour without a request, not while there are some', async () => {
    const browser = await page.signedIn('aida', ['supervisor'])
    for (let hours = 0; hours < 3; hours += 1) {
      page.later(minutes(59))
      expect(await look(browser)).toMatchObject({ status: 200 })
    }
    page.later(minutes(60))
    expect(await look(browser)).toMatchObject({ status: 401 })
  })

  test('after twelve hours at the latest', async () => {
    const browser = await page.signedIn('aida', ['supervisor'])
    for (let hours = 0; hours < 23; hours += 1) {
      page.later(minutes(31))
      expect(await look(browser)).toMatchObject({ status: 200 })
    }
    page.later(minutes(7))
    expect(await look(browser)).toMatchObject({ status: 401 })
  })

  test('when its person is disabled, and their other rights at once', async () => {
    await page.add('root', ['administrator'])
    const browser = await page.signedIn('aida', ['auditor'])
    const [aida] = (await page.people.list()).filter(({ name }) => name === 'aida')
    if (!aida) throw new Error('nobody')
    expect(await browser.send('GET', '/api/audit')).toMatchObject({ status: 200 })
    await page.people.change(aida.id, { ...aida, roles: ['operator'] })
    expect(await browser.send('GET', '/api/audit')).toMatchObject({ status: 403 })
    await page.people.change(aida.id, { ...aida, disabled: true })
    expect(await look(browser)).toMatchObject({ status: 401 })
    await page.people.change(aida.id, aida)
    expect(await look(browser)).toMatchObject({ status: 401 })
  })
})

describe('guessing', () => {
  test('is slowed down more and more, for names that nobody has as well', async () => {
    await page.add('aida', ['supervisor'])
    for (const name of ['aida', 'nobody']) {
      const statuses: number[] = []
      for (let tries = 0; tries < 5; tries += 1) statuses.push((await page.browser().signIn(name, 'guess')).status)
      expect(statuses).toEqual([401, 401, 401, 401, 429])
    }
    expect(await page.browser().signIn('aida', password)).toMatchObject({
      status: 429,
      body: { code: 'locked', detail: 'Too many wrong tries under this name: wait 30 s.' },
    })
    page.later(31_000)
    expect(await page.browser().signIn('aida', 'guess')).toMatchObject({
      status: 429,
      body: { detail: expect.stringContaining('wait 60 s') },
    })
    page.later(31_000)
    expect(await page.browser().signIn('aida', password)).toMatchObject({ status: 429 })
    page.later(31_000)
    expect(await page.browser().signIn('aida', password)).toMatchObject({ status: 200 })
    // A sign-in that went well starts anew.
    expect(await page.browser().signIn('aida', 'guess')).toMatchObject({ status: 401 })
    expect((await deeds()).filter((deed) => deed === 'system person.locked')).toHaveLength(3)
  })

  test('does not get more tries by trying at once', async () => {
    await page.add('aida', ['supervisor'])
    const tries = await Promise.all(Array.from({ length: 12 }, () => page.browser().signIn('aida', 'guess')))
    const statuses = tries.map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(4)
    expect(statuses.filter((status) => status === 429)).toHaveLength(8)
  })

  test('in a crowd keeps only some waiting: passwords are tried one after the other', async () => {
    // Until all have come, none gets a turn.
    const before = Array.from({ length: 30 }, () => page.passwords.hash('somebody who came first'))
    const crowd = await Promise.all(Array.from({ length: 30 }, (_, index) => page.browser().signIn(`n${index}`, 'x')))
    const busy = crowd.filter(({ status }) => status === 503)
    expect(busy).toHaveLength(10)
    expect(busy[0]?.body).toMatchObject({ code: 'busy' })
    expect(crowd.filter(({ status }) => status === 401)).toHaveLength(20)
    await Promise.all(before)
  })

  test('from one address is stopped, whatever the names', async () => {
    const statuses: number[] = []
    for (let tries = 0; tries < 31; tries += 1) statuses.push((await page.browser().signIn(`n${tries}`, 'x')).status)
    expect(statuses.slice(0, 30)).toEqual(Array(30).fill(401))
    expect(statuses[30]).toBe(429)
    const got = await page.browser().signIn('aida', password)
    expect(got).toMatchObject({ status: 429, body: { code: 'too-many' } })
    expect(got.headers.get('retry-after')).toMatch(/^\d+$/)
  })

  test('of a password at a page left open is slowed down, too', async () => {
    const browser = await page.signedIn('aida', ['supervisor'])
    const tries: number[] = []
    for (let count = 0; count < 5; count += 1) {
      const got = await browser.send('PUT', '/api/self/password', { body: { current: 'x', next: 'twelve characters' } })
      tries.push(got.status)
    }
    expect(tries).toEqual([422, 422, 422, 422, 429])
    expect(await look(browser)).toMatchObject({ status: 200 })
  })
})

describe('a password', () => {
  test('that somebody else gave must be changed before anything else', async () => {
    await page.add('root', ['administrator'])
    const aida = await page.add('aida', ['auditor'])
    const browser = page.browser()
    await page.people.reset(aida.id, (await page.people.credentials({ name: 'root' }))?.passwordHash ?? '')
    expect(await browser.signIn('aida', password)).toMatchObject({ status: 200, body: { mustChangePassword: true } })
    expect(await browser.send('GET', '/api/audit')).toMatchObject({
      status: 403,
      body: { code: 'password-change-needed' },
    })
    expect(await browser.send('GET', '/api/AUDIT')).toMatchObject({ status: 403 })
    expect(await browser.send('POST', '/api/self/totp')).toMatchObject({ status: 403 })
    const next = 'another one of the tests'
    expect(await browser.send('PUT', '/api/self/password', { body: { current: password, next } })).toMatchObject({
      status: 204,
    })
    expect(await browser.send('GET', '/api/audit')).toMatchObject({ status: 200 })
    expect(await page.browser().signIn('aida', password)).toMatchObject({ status: 401 })
    expect(await page.browser().signIn('aida', next)).toMatchObject({ status: 200 })
  })

  test('changed ends the other sign-ins, not this one', async () => {
    const browser = await page.signedIn('aida', ['auditor'])
    const other = page.browser()
    await other.signIn('aida', password)
    await browser.send('PUT', '/api/self/password', { body: { current: password, next: 'another of the tests' } })
    expect(await look(browser)).toMatchObject({ status: 200 })
    expect(await look(other)).toMatchObject({ status: 401 })
  })

  test.each([
    ['short', 'eleven char', 400],
    ['the old one', password, 422],
    ['made of the name', 'xx-AIDA-AIDA-xx', 422],
    ['endless', 'x'.repeat(201), 400],
  ])('that is %s is refused', async (_, next, status) => {
    const browser = await page.signedIn('aida', ['auditor'])
    const got = await browser.send('PUT', '/api/self/password', { body: { current: password, next } })
    expect(got).toMatchObject({ status })
    expect(got.text).not.toContain(next)
  })
})

describe('an authenticator', () => {
  const code = (secret: string, shiftMs = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: page.time.now.getTime() + shiftMs })

  async function withTotp(name: string): Promise<{ browser: Browser; secret: string }> {
    const browser = await page.signedIn(name, ['operator'])
    const { secret, uri } = (await browser.send('POST', '/api/self/totp')).body
    expect(uri).toMatch(/^otpauth:\/\/totp\/Dobush:aida\?issuer=Dobush&secret=[A-Z2-7]{32}&/)
    expect(await browser.send('PUT', '/api/self/totp', { body: { code: code(secret) } })).toMatchObject({ status: 204 })
    page.later(30_000)
    return { browser, secret }
  }

  test('is asked for once it is switched on, and only of who has the password', async () => {
    const { secret } = await withTotp('aida')
    expect(await page.browser().signIn('aida', password)).toMatchObject({ status: 401, body: { code: 'code-needed' } })
    expect(await page.browser().signIn('aida', 'guess', code(secret))).toMatchObject({
      body: { code: 'wrong-credentials' },
    })
    expect(await page.browser().signIn('aida', password, code(secret))).toMatchObject({
      status: 200,
      body: { totp: true },
    })
  })

  test('takes each code once', async () => {
    const { secret } = await withTotp('aida')
    const used = code(secret)
    expect(await page.browser().signIn('aida', password, used)).toMatchObject({ status: 200 })
    expect(await page.browser().signIn('aida', password, used)).toMatchObject({
      status: 401,
      body: { code: 'wrong-code' },
    })
    // Nor one from before it.
    expect(await page.browser().signIn('aida', password, code(secret, -30_000))).toMatchObject({ status: 401 })
    page.later(30_000)
    expect(await page.browser().signIn('aida', password, code(secret))).toMatchObject({ status: 200 })
  })

  test('takes the code that switched it on no second time', async () => {
    const browser = await page.signedIn('aida', ['operator'])
    const { secret } = (await browser.send('POST', '/api/self/totp')).body
    const used = code(secret)
    await browser.send('PUT', '/api/self/totp', { body: { code: used } })
    expect(await page.browser().signIn('aida', password, used)).toMatchObject({ status: 401 })
  })

  test('allows for a clock that is half a minute off, not more', async () => {
    const { secret } = await withTotp('aida')
    page.later(minutes(5))
    expect(await page.browser().signIn('aida', password, code(secret, -60_000))).toMatchObject({ status: 401 })
    expect(await page.browser().signIn('aida', password, code(secret, 60_000))).toMatchObject({ status: 401 })
    expect(await page.browser().signIn('aida', password, code(secret, -30_000))).toMatchObject({ status: 200 })
    expect(await page.browser().signIn('aida', password, code(secret, 30_000))).toMatchObject({ status: 200 })
  })

  test('guessed locks like a password', async () => {
    const { secret } = await withTotp('aida')
    const wrong = code(secret) === '000000' ? '000001' : '000000'
    const statuses: number[] = []
    for (let tries = 0; tries < 5; tries += 1)
      statuses.push((await page.browser().signIn('aida', password, wrong)).status)
    expect(statuses).toEqual([401, 401, 401, 401, 429])
  })

  test('has its secret shown once, and is kept where the database alone does not tell it', async () => {
    const browser = await page.signedIn('aida', ['operator'])
    const { secret } = (await browser.send('POST', '/api/self/totp')).body
    const [row] = await page.hotline.selectFrom('person').selectAll().execute()
    expect(row?.totp_secret).toMatch(/^[0-9a-f]{16}:[\w+/=]+$/)
    expect(JSON.stringify([row, await page.auditLog.list({ limit: 9 }), page.lines])).not.toContain(secret)
    // Nor does it work in another's place.
    const other = await page.signedIn('bek', ['operator'])
    await page.hotline
      .updateTable('person')
      .set({ totp_secret: row?.totp_secret ?? null })
      .where('name', '=', 'bek')
      .execute()
    expect(await other.send('PUT', '/api/self/totp', { body: { code: code(secret) } })).toMatchObject({ status: 500 })
    expect(await browser.send('PUT', '/api/self/totp', { body: { code: code(secret) } })).toMatchObject({ status: 204 })
  })

  test('that is not confirmed asks nobody for anything', async () => {
    const browser = await page.signedIn('aida', ['operator'])
    await browser.send('POST', '/api/self/totp')
    expect(await browser.send('PUT', '/api/self/totp', { body: { code: '000000' } })).toMatchObject({ status: 422 })
    expect(await page.browser().signIn('aida', password)).toMatchObject({ status: 200, body: { totp: false } })
  })

  test('is replaced or switched off only with the password', async () => {
    const { browser } = await withTotp('aida')
    expect(await browser.send('POST', '/api/self/totp')).toMatchObject({ status: 409, body: { code: 'totp-on' } })
    expect(await browser.send('POST', '/api/self/totp/remove', { body: { password: 'x' } })).toMatchObject({
      status: 422,
    })
    expect(await browser.send('POST', '/api/self/totp/remove', { body: { password } })).toMatchObject({ status: 204 })
    expect(await page.browser().signIn('aida', password)).toMatchObject({ status: 200 })
    expect(await deeds()).toEqual(
      expect.arrayContaining(['aida person.totp-on', 'aida person.sign-in-failed', 'aida person.totp-off']),
    )
  })
})

test('the language one chose is there at the next sign-in', async () => {
  const browser = await page.signedIn('aida', ['operator'])
  expect(await browser.send('PUT', '/api/self/language', { body: { language: 'en' } })).toMatchObject({ status: 204 })
  expect(await page.browser().signIn('aida', password)).toMatchObject({ body: { language: 'en' } })
})
