import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { watchNow } from '../../src/api/now.ts'
import { routes } from '../../src/api/routes.ts'
import { answer } from '../../src/http/mount-routes.ts'
import { scratch } from '../store/scratch.ts'
import type { Browser } from './browser.ts'
import { openTestConsole, password, rawGet, type TestConsole } from './console-rig.ts'
import { addressOf } from './role-matrix.ts'

let page: TestConsole
let client: string

beforeEach(async () => {
  const around = scratch()
  client = join(around, 'console')
  mkdirSync(join(client, 'assets'), { recursive: true })
  writeFileSync(join(client, 'index.html'), '<!doctype html><title>the console</title>')
  writeFileSync(join(client, 'assets', 'app-1a2b.js'), 'the script')
  writeFileSync(join(client, '.env'), 'a secret')
  writeFileSync(join(around, 'hotline.db'), 'a secret')
  page = await openTestConsole({ client, mounted: () => [watching] })
})

afterEach(() => page.close())

/** An answer that goes on until the browser leaves. */
const watching = answer(watchNow, ({ reply }) => {
  reply.type('text/event-stream')
  reply.write('event: now\ndata: {}\n\n')
  return undefined
})

const changing = routes.filter(({ method, who }) => method !== 'get' && who !== 'anyone')

describe('headers', () => {
  test.each(['/', '/calls', '/api/self', '/api/nothing', '/assets/app-1a2b.js', '/health', '/api/docs'])(
    'of %s let nothing from elsewhere in',
    async (path) => {
      const { headers } = await page.browser().send('GET', path)
      const policy = new Map(
        (headers.get('content-security-policy') ?? '')
          .split(';')
          .map((directive) => directive.trim().split(' '))
          .map(([name, ...sources]) => [name, sources.join(' ')]),
      )
      expect(policy.get('default-src')).toBe("'none'")
      expect(policy.get('script-src')).toBe("'self'")
      expect(policy.get('frame-ancestors')).toBe("'none'")
      expect(policy.get('base-uri')).toBe("'none'")
      expect(policy.get('form-action')).toBe("'self'")
      expect([...policy.values()].join(' ')).not.toMatch(/unsafe-eval|\*|https?:/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('permissions-policy')).toContain('microphone=()')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('server')).toBeNull()
      expect(headers.get('access-control-allow-origin')).toBeNull()
      // Without TLS, a promise of it would lock people out.
      expect(headers.get('strict-transport-security')).toBeNull()
    },
  )

  test('keep what people see out of every cache, and the page itself fresh', async () => {
    const browser = await page.signedIn('aida', ['auditor'])
    for (const path of ['/api/self', '/api/people', '/api/audit', '/api/nothing']) {
      expect((await browser.send('GET', path)).headers.get('cache-control')).toBe('no-store')
    }
    expect((await browser.send('GET', '/calls')).headers.get('cache-control')).toBe('no-cache')
    expect((await browser.send('GET', '/assets/app-1a2b.js')).headers.get('cache-control')).toBe(
      'public, max-age=31536000, immutable',
    )
  })
})

describe('another site', () => {
  test.each(changing.map((route) => [route.name, route] as const))('gets nothing done by %s', async (_, route) => {
    const browser = await page.signedIn('aida', ['operator', 'supervisor', 'auditor', 'administrator'])
    const send = (headers: Record<string, string>) =>
      browser.send(route.method.toUpperCase(), addressOf(route), { body: {}, headers })

    const token = browser.csrf
    for (const wrong of [undefined, '', 'x'.repeat(43), `${token?.slice(0, -1)}~`]) {
      browser.csrf = wrong
      expect(await send({})).toMatchObject({ status: 403, body: { code: 'csrf' } })
    }
    browser.csrf = token
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: page.address.replace('http:', 'https:') },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      expect(await send(headers)).toMatchObject({ status: 403, body: { code: 'other-origin' } })
    }
  })

  test('can sign nobody in, and gets no leave to ask', async () => {
    await page.add('aida', ['supervisor'])
    const headers = { origin: 'https://evil.example' }
    const body = { name: 'aida', password }
    const got = await page.browser().send('POST', '/api/sign-in', { body, headers })
    expect(got).toMatchObject({ status: 403, body: { code: 'other-origin' } })
    expect(got.headers.getSetCookie()).toEqual([])

    // What a form can send.
    const form = await page.browser().send('POST', '/api/sign-in', {
      body: JSON.stringify(body),
      headers: { 'content-type': 'text/plain' },
    })
    expect(form.status).toBe(400)

    const preflight = await page.browser().send('OPTIONS', '/api/sign-in', {
      headers: { ...headers, 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(403)
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
  })

  test("another sign-in's token counts for nothing", async () => {
    const aida = await page.signedIn('aida', ['auditor'])
    const bek = await page.signedIn('bek', ['auditor'])
    aida.csrf = bek.csrf
    expect(await aida.send('POST', '/api/audit/check')).toMatchObject({ status: 403, body: { code: 'csrf' } })
  })

  test('this page is let do what it is for', async () => {
    const browser = await page.signedIn('aida', ['auditor'])
    const headers = { origin: page.address, 'sec-fetch-site': 'same-origin' }
    expect(await browser.send('POST', '/api/audit/check', { headers })).toMatchObject({ status: 200 })
  })
})

describe('methods', () => {
  test.each(['PUT', 'DELETE', 'PATCH', 'PROPFIND'])('%s where it is not offered changes nothing', async (method) => {
    const browser = await page.signedIn('aida', ['administrator'])
    const got = await browser.send(method, '/api/people')
    expect(got).toMatchObject({ status: 405, body: { code: 'wrong-method' } })
    expect(got.headers.get('allow')).toBe('GET, POST')
  })

  test('are what the request line says', async () => {
    const browser = await page.signedIn('aida', ['auditor'])
    const headers = { 'x-http-method-override': 'DELETE', 'x-http-method': 'DELETE', 'x-method-override': 'DELETE' }
    expect(await browser.send('GET', '/api/people?_method=DELETE', { headers })).toMatchObject({ status: 200 })
  })

  test('TRACE and a method of nobody are refused', async () => {
    const { hostname, port } = new URL(page.address)
    for (const method of ['TRACE', 'FOO']) {
      const socket = connect(Number(port), hostname)
      socket.write(
        `${method} /api/self HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncookie: dobush=secret\r\nconnection: close\r\n\r\n`,
      )
      let got = ''
      socket.setEncoding('utf8').on('data', (text: string) => {
        got += text
      })
      await once(socket, 'close')
      expect(got).toMatch(/^HTTP\/1\.1 4\d\d /)
      expect(got).not.toContain('secret')
    }
  })
})

describe('paths', () => {
  const ways = [
    '/../hotline.db',
    '/..%2fhotline.db',
    '/%2e%2e/hotline.db',
    '/%2e%2e%2fhotline.db',
    '/..%5chotline.db',
    '/....//hotline.db',
    '/assets/../../hotline.db',
    '/assets/..%2f..%2fhotline.db',
    '/assets/%2e%2e/%2e%2e/hotline.db',
    '/assets/..%252f..%252fhotline.db',
    '/assets/%c0%ae%c0%ae/%c0%ae%c0%ae/hotline.db',
    '/assets/app-1a2b.js%00/../../../hotline.db',
    '/.env',
    '/%2eenv',
    '/api/docs/../../hotline.db',
    '/api/docs/..%2f..%2f..%2fpackage.json',
    '/api/docs/package.json',
    '//hotline.db',
    'http://elsewhere.example/hotline.db',
    '/%',
    '/api/people/%2e%2e%2f%2e%2e',
    `/${'a/'.repeat(3000)}`,
  ]
  test.each(ways)('%s leads nowhere', async (path) => {
    const { status, body } = await rawGet(page.address, path)
    expect(body).not.toMatch(/a secret|"swagger-ui-dist"/)
    expect(body).not.toMatch(/node_modules|\/tmp\/|at .*\.[jt]s/)
    // Some other place of the one page there is, or a refusal.
    if (status === 200) expect(body).toContain('the console')
    else expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  test('of ids are ids, whatever is in them', async () => {
    const browser = await page.signedIn('root', ['administrator'])
    const body = { displayName: 'X', roles: ['operator'], disabled: false }
    for (const id of [
      "' OR '1'='1",
      '1; DROP TABLE person',
      '../people',
      '{{7*7}}',
      '%00',
      '\u0000',
      '__proto__',
      'constructor',
      'x'.repeat(100),
    ]) {
      const path = `/api/people/${encodeURIComponent(id)}`
      expect(await browser.send('PUT', path, { body })).toMatchObject({ status: 404 })
    }
    expect(await browser.send('PUT', `/api/people/${'x'.repeat(101)}`, { body })).toMatchObject({ status: 400 })
    expect(await page.people.list()).toHaveLength(1)
  })
})

describe('bodies', () => {
  test('that are too large are refused unread, of strangers before they are looked at', async () => {
    const browser = await page.signedIn('root', ['administrator'])
    const body = JSON.stringify({ name: 'x', displayName: 'x'.repeat(200_000), roles: ['operator'] })
    expect(await browser.send('POST', '/api/people', { body })).toMatchObject({
      status: 413,
      body: { code: 'too-large' },
    })
    expect(await page.browser().send('POST', '/api/people', { body })).toMatchObject({ status: 401 })
    expect(await page.browser().send('POST', '/api/sign-in', { body })).toMatchObject({ status: 413 })
  })

  test.each([
    ['no JSON', '{"name":', 400],
    ['a list', '[]', 400],
    ['a word', '"root"', 400],
    ['nothing', '', 400],
    ['more than is asked for', '{"name":"bek","displayName":"Bek","roles":["operator"],"disabled":true}', 400],
    [
      'a prototype',
      '{"name":"bek","displayName":"Bek","roles":["operator"],"__proto__":{"roles":["administrator"]}}',
      400,
    ],
    ['objects for texts', '{"name":{"$ne":null},"displayName":["x"],"roles":"administrator"}', 400],
    ['a role of nobody', '{"name":"bek","displayName":"Bek","roles":["god"]}', 400],
    ['deep', `{"name":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 400],
  ])('that are %s are refused', async (_, body, status) => {
    const browser = await page.signedIn('root', ['administrator'])
    const got = await browser.send('POST', '/api/people', { body, headers: { 'content-type': 'application/json' } })
    expect(got).toMatchObject({ status })
    expect(got.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(got.text).not.toMatch(/node_modules|at .*\.[jt]s/)
    expect(await page.people.list()).toHaveLength(1)
  })

  test('in an encoding that grows are bounded by what they grow to', async () => {
    const { gzipSync } = await import('node:zlib')
    const browser = await page.signedIn('root', ['administrator'])
    const response = await fetch(`${page.address}/api/people`, {
      method: 'POST',
      headers: {
        cookie: browser.cookie ?? '',
        'x-csrf-token': browser.csrf ?? '',
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      body: gzipSync(JSON.stringify({ name: 'x'.repeat(50_000_000) })),
    })
    expect(response.status).toBe(413)
  })

  test('are strings to us and nothing more: what was stored comes back as it is, as JSON', async () => {
    const browser = await page.signedIn('root', ['administrator'])
    const displayName = `<img src=x onerror=alert(1)>"'=cmd|' /C calc'!A0 \u202e <script>alert(1)</script>`
    const added = await browser.send('POST', '/api/people', { body: { name: 'bek', displayName, roles: ['operator'] } })
    expect(added).toMatchObject({ status: 200, body: { person: { displayName } } })
    const listed = await browser.send('GET', '/api/people')
    expect(listed.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(listed.body).toContainEqual(expect.objectContaining({ displayName }))
  })
})

describe('queries', () => {
  test.each([
    '?by[$ne]=x',
    '?by=a&by=b',
    '?nothing=1',
    '?limit=100000',
    '?limit=-1',
    '?from=yesterday',
    '?cursor=x%27',
  ])('%s is refused', async (query) => {
    const browser = await page.signedIn('aida', ['auditor'])
    expect(await browser.send('GET', `/api/audit${query}`)).toMatchObject({ status: 400, body: { code: 'invalid' } })
  })
})

describe('cookies', () => {
  test.each([
    'dobush=',
    'dobush=x; dobush=y',
    'dobush=%00',
    `dobush=${'x'.repeat(5000)}`,
    "dobush=' OR 1=1 --",
    '__Host-dobush=x',
    ';;;=',
  ])('%s is nobody', async (cookie) => {
    const browser = page.browser()
    browser.cookie = cookie
    expect(await browser.send('GET', '/api/self')).toMatchObject({ status: 401 })
  })

  test('of the other name, without TLS, are not taken', async () => {
    const browser = await page.signedIn('aida', ['auditor'])
    browser.cookie = browser.cookie?.replace('dobush=', '__Host-dobush=')
    expect(await browser.send('GET', '/api/self')).toMatchObject({ status: 401 })
  })
})

describe('an answer that goes on', () => {
  async function watch(browser: Browser) {
    const response = await fetch(`${page.address}/api/now/events`, { headers: { cookie: browser.cookie ?? '' } })
    const reader = response.body?.getReader()
    if (!reader) throw new Error('no body')
    await reader.read()
    /** Resolves when the server ends it, however. */
    const ended = async () => {
      try {
        while (!(await reader.read()).done);
      } catch {
        // Cut off.
      }
    }
    return { ended: ended(), leave: () => reader.cancel() }
  }

  test('ends when the sign-in does', async () => {
    const browser = await page.signedIn('aida', ['supervisor'])
    const other = await page.signedIn('bek', ['supervisor'])
    const watched = await watch(browser)
    const kept = await watch(other)
    let ended = false
    void kept.ended.then(() => {
      ended = true
    })
    await browser.send('POST', '/api/sign-out')
    await watched.ended
    expect(ended).toBe(false)
    await kept.leave()
  }, 40_000)
})

test('too many requests are refused, those of others are not', async () => {
  const browser = await page.signedIn('aida', ['auditor'])
  const other = await page.signedIn('bek', ['auditor'])
  const statuses = new Map<number, number>()
  for (let round = 0; round < 13; round += 1) {
    const got = await Promise.all(Array.from({ length: 100 }, () => browser.send('GET', '/api/self')))
    for (const { status } of got) statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  expect(statuses).toEqual(
    new Map([
      [200, 1200],
      [429, 100],
    ]),
  )
  expect(await other.send('GET', '/api/self')).toMatchObject({ status: 200 })
})
