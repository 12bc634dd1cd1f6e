import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { openApiOf } from '../../src/api/openapi.ts'
import { routes } from '../../src/api/routes.ts'
import { serveConsole } from '../../src/http/serve-console.ts'
import { runProgram } from '../../src/setup/run-program.ts'
import { logLines } from '../log-lines.ts'
import { cleanUp, scratch } from '../store/scratch.ts'
import { openTestConsole, password, type TestConsole } from './console-rig.ts'

let page: TestConsole | undefined

afterEach(async () => {
  await page?.close()
  page = undefined
  await cleanUp()
})

async function open(options: Parameters<typeof openTestConsole>[0] = {}): Promise<TestConsole> {
  page = await openTestConsole(options)
  return page
}

/** A key and a certificate of its own for 127.0.0.1. */
async function certificate(): Promise<{ key: string; cert: string }> {
  const folder = scratch()
  const files = { key: join(folder, 'key.pem'), cert: join(folder, 'cert.pem') }
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['-keyout', files.key, '-out', files.cert]
  const { code, output } = await runProgram('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
    ...subject,
    ...made,
  ])
  if (code !== 0) throw new Error(output)
  return files
}

describe('beyond this machine', () => {
  const parts = (more: object) => ({
    at: { host: '0.0.0.0', port: 0, behindProxy: [], plainHttp: false, ...more },
    health: () => ({
      ok: true,
      switch: { ari: true, ami: true },
      callsInProgress: 0,
      register: undefined,
      alerts: [],
    }),
    mounted: [],
    signIns: { find: async () => undefined, holding: async () => new Set<string>() },
    client: scratch(),
    log: logLines().log,
  })

  test.each(['0.0.0.0', '::', '10.1.2.3', 'console.example'])(
    'it refuses %s without TLS, and says what to do',
    (host) =>
      expect(serveConsole(parts({ host }))).rejects.toThrow(
        `The console would listen on ${host} without TLS: set console.tls to a key and a certificate, console.behindProxy to the address of the proxy that does TLS, or, where the network itself is safe, console.plainHttp to true.`,
      ),
  )

  test.each([{ plainHttp: true }, { behindProxy: ['10.0.0.1'] }])('it listens with %j', async (more) => {
    const server = await serveConsole(parts(more))
    await new Promise((resolve) => server.close(resolve))
  })

  test('it says which port is taken, and which certificate it can not read', async () => {
    const first = await serveConsole(parts({ host: '127.0.0.1' }))
    const { port } = first.address() as { port: number }
    await expect(serveConsole(parts({ host: '127.0.0.1', port }))).rejects.toThrow(
      `The console can't listen on 127.0.0.1:${port} (EADDRINUSE). Change console.port or host.`,
    )
    await new Promise((resolve) => first.close(resolve))
    await expect(serveConsole(parts({ tls: { key: '/nowhere/key.pem', cert: '/nowhere/cert.pem' } }))).rejects.toThrow(
      `/nowhere/key.pem can't be used for the console's TLS (ENOENT). Check console.tls.`,
    )
    const empty = join(scratch(), 'key.pem')
    writeFileSync(empty, '')
    await expect(serveConsole(parts({ tls: { key: empty, cert: empty } }))).rejects.toThrow(
      /^\/.*key\.pem with .* can't be used for the console's TLS \(ERR_\w+\)/,
    )
  })
})

test('over TLS, cookies and headers say so', async () => {
  const tls = await certificate()
  const { add, address } = await open({ at: { tls } })
  await add('aida', ['supervisor'])
  const { headers, status } = await new Promise<{
    headers: NodeJS.Dict<string | string[]>
    status: number | undefined
  }>((resolve, reject) => {
    const asked = request(
      `${address}/api/sign-in`,
      { method: 'POST', rejectUnauthorized: false, headers: { 'content-type': 'application/json' } },
      (response) => {
        response.resume()
        response.on('end', () => resolve({ headers: response.headers, status: response.statusCode }))
      },
    )
    asked.on('error', reject)
    asked.end(JSON.stringify({ name: 'aida', password }))
  })
  expect(status).toBe(200)
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(/^__Host-dobush=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/),
  ])
  expect(headers['strict-transport-security']).toBe('max-age=31536000')
})

describe('behind a proxy', () => {
  const forwarded = {
    'x-forwarded-proto': 'https',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-host': 'console.example',
    origin: 'https://console.example',
  }

  test('it believes the proxy about who comes, from where, and how', async () => {
    const { add, auditLog, browser } = await open({ at: { behindProxy: ['127.0.0.1'] } })
    await add('aida', ['supervisor'])
    const got = await browser().send('POST', '/api/sign-in', { body: { name: 'aida', password }, headers: forwarded })
    expect(got.status).toBe(200)
    expect(got.headers.getSetCookie()[0]).toMatch(/^__Host-dobush=.*; Secure;/)
    expect(got.headers.get('strict-transport-security')).toBe('max-age=31536000')
    expect(await auditLog.list({ limit: 1 })).toMatchObject([{ from: '203.0.113.7' }])
  })

  test('it believes nobody else', async () => {
    const { auditLog, browser } = await open({ at: { behindProxy: ['10.0.0.1'] } })
    const got = await browser().send('POST', '/api/sign-in', { body: { name: 'aida', password }, headers: forwarded })
    expect(got).toMatchObject({ status: 403, body: { code: 'other-origin' } })
    const { origin: _, ...others } = forwarded
    await browser().send('POST', '/api/sign-in', { body: { name: 'aida', password }, headers: others })
    expect(await auditLog.list({ limit: 1 })).toMatchObject([{ from: '127.0.0.1' }])
  })
})

describe('the page', () => {
  function built(): string {
    const client = scratch()
    mkdirSync(join(client, 'assets'))
    writeFileSync(join(client, 'index.html'), '<!doctype html><title>the console</title>')
    writeFileSync(join(client, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    return client
  }

  test('is there under each of its addresses, and never in the place of a file or of the API', async () => {
    const { browser } = await open({ client: built() })
    const get = (path: string, accept = 'text/html') => browser().send('GET', path, { headers: { accept } })
    for (const path of ['/', '/calls', '/callbacks/123', '/apiary']) {
      expect(await get(path)).toMatchObject({ status: 200, text: expect.stringContaining('the console') })
    }
    expect(await get('/favicon.svg')).toMatchObject({ status: 200, text: expect.stringContaining('<svg') })
    expect(await get('/assets/gone-1a2b.js')).toMatchObject({ status: 404 })
    expect(await get('/calls', 'application/json')).toMatchObject({ status: 404, body: { code: 'no-such-page' } })
    expect(await get('/api')).toMatchObject({ status: 404, body: { code: 'no-such-route' } })
    expect(await get('/api/nothing')).toMatchObject({ status: 404, body: { code: 'no-such-route' } })
  })

  test('says how to build it where it is not built', async () => {
    const { browser } = await open()
    expect(await browser().send('GET', '/')).toMatchObject({
      status: 503,
      text: 'The console is not built: run npm run build, then load this again.\n',
    })
  })
})

describe('the description of the API', () => {
  test('names every route with what may be refused, and is what the schemas say', async () => {
    const { browser } = await open()
    const { status, body } = await browser().send('GET', '/api/openapi.json')
    expect(status).toBe(200)
    expect(body).toEqual(JSON.parse(JSON.stringify(openApiOf(routes))))
    const described = Object.entries<Record<string, { operationId: string }>>(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method} ${path}`),
    )
    expect(described.sort()).toEqual(routes.map(({ name, method, path }) => `${name} ${method} ${path}`).sort())
  })

  test('is shown without a script in the page or from elsewhere', async () => {
    const { browser } = await open()
    const docs = await browser().send('GET', '/api/docs')
    expect(docs.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const sources = [...docs.text.matchAll(/<script([^>]*)>([^<]*)</g)]
    expect(sources.map(([, , inside]) => inside)).toEqual(['', ''])
    const files = [...docs.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file ?? '')
    expect(files).toHaveLength(3)
    for (const file of files) {
      const got = await browser().send('GET', file)
      expect(got.status).toBe(200)
      expect(got.headers.get('content-type')).toMatch(
        file.endsWith('.css') ? /^text\/css/ : /^(text|application)\/javascript/,
      )
    }
  })
})

test('health and figures are there for a monitor, without a sign-in', async () => {
  const { browser } = await open()
  expect(await browser().send('GET', '/health')).toMatchObject({ status: 200, body: { ok: true } })
  expect((await browser().send('GET', '/metrics')).text).toContain('dobush_up 1')
})

test('a fault of ours tells strangers nothing', async () => {
  const { browser, hotline, lines } = await open()
  await hotline.schema.dropTable('sign_in').execute()
  const asking = browser()
  asking.cookie = 'dobush=x'
  const got = await asking.send('GET', '/api/self')
  expect(got).toMatchObject({ status: 500, body: { code: 'failed' } })
  expect(got.text).not.toContain('sign_in')
  expect(lines).toContainEqual(expect.objectContaining({ level: 50, msg: 'a request of the console failed' }))
})
