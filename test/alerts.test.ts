import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type Alerts, makeAlerts, type Notice } from '../src/alerts.ts'
import { type Deferred, deferred } from '../src/deferred.ts'
import { UserError } from '../src/user-error.ts'
import { logLines } from './log-lines.ts'

const at = new Date('2026-11-22T21:00:30.000Z')
const now = () => at

let server: Server | undefined

afterEach(async () => {
  if (!server) return
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  server = undefined
})

interface Received {
  readonly request: IncomingMessage
  readonly notice: Notice
}

/** A webhook on a real port. `answer` gets each request with its number, from 1. */
async function webhook(answer: (response: ServerResponse, nth: number) => void) {
  const received: Received[] = []
  const waiting: { count: number; done: Deferred<void> }[] = []
  server = createServer(async (request, response) => {
    received.push({ request, notice: JSON.parse(await text(request)) })
    answer(response, received.length)
    for (const { count, done } of waiting) if (received.length >= count) done.resolve()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async got(count: number) {
      const done = deferred<void>()
      waiting.push({ count, done })
      if (received.length >= count) done.resolve()
      await done.promise
    },
  }
}

const done = (response: ServerResponse) => response.writeHead(204).end()

describe('without a webhook', () => {
  function make() {
    const { log, lines } = logLines()
    return { alerts: makeAlerts({ log, now }), lines }
  }

  test('an alert is open, and a line at error level, until it is cleared', () => {
    const { alerts, lines } = make()
    alerts.raise('disk', 'The disk is nearly full.')
    expect(alerts.open()).toEqual([{ key: 'disk', text: 'The disk is nearly full.', since: at }])
    expect(lines).toMatchObject([{ level: 50, alert: 'disk', msg: 'The disk is nearly full.' }])
    alerts.clear('disk', 'The disk has room again.')
    expect(alerts.open()).toEqual([])
    expect(lines[1]).toMatchObject({ level: 30, alert: 'disk', msg: 'The disk has room again.' })
  })

  test('what is open is not raised again, what is not open is not cleared', () => {
    const { alerts, lines } = make()
    alerts.clear('disk', 'never said')
    alerts.raise('disk', 'first')
    alerts.raise('disk', 'second')
    alerts.raise('register', 'another')
    expect(alerts.open().map((alert) => alert.text)).toEqual(['first', 'another'])
    alerts.clear('disk', 'over')
    alerts.clear('disk', 'never said')
    alerts.raise('disk', 'third')
    expect(alerts.open().map((alert) => alert.text)).toEqual(['another', 'third'])
    expect(lines.map(({ msg }) => msg)).toEqual(['first', 'another', 'over', 'third'])
  })
})

describe('a webhook', () => {
  test('gets what was raised and cleared as JSON, once each', async () => {
    const { host, received, got } = await webhook(done)
    const { log } = logLines()
    const alerts = makeAlerts({ log, now, webhook: `http://${host}/hook` })
    alerts.raise('disk', 'The disk is nearly full.')
    alerts.raise('disk', 'The disk is nearly full.')
    alerts.clear('disk', 'The disk has room again.')
    alerts.raise('last', 'so that no more can be under way')
    await got(3)
    expect(received.map(({ notice }) => notice)).toEqual([
      { key: 'disk', text: 'The disk is nearly full.', state: 'raised', at: at.toISOString() },
      { key: 'disk', text: 'The disk has room again.', state: 'cleared', at: at.toISOString() },
      { key: 'last', text: 'so that no more can be under way', state: 'raised', at: at.toISOString() },
    ])
    expect(received[0]?.request).toMatchObject({ method: 'POST', url: '/hook' })
    expect(received[0]?.request.headers['content-type']).toBe('application/json')
  })

  test('that fails twice gets an alert at the third try, before the next one', async () => {
    const { host, received, got } = await webhook((response, nth) => {
      if (nth === 1) response.writeHead(500).end()
      else if (nth === 2) response.socket?.destroy()
      else done(response)
    })
    const { log, lines } = logLines()
    const alerts = makeAlerts({ log, now, webhook: `http://${host}/`, pausesMs: [0, 0] })
    alerts.raise('disk', 'full')
    alerts.clear('disk', 'room')
    await got(4)
    expect(received.map(({ notice }) => notice.state)).toEqual(['raised', 'raised', 'raised', 'cleared'])
    const warnings = lines.filter(({ level }) => level === 40).map(({ msg }) => msg)
    expect(warnings).toEqual([
      expect.stringContaining('it answered 500'),
      expect.stringContaining('it could not be reached (UND_ERR_SOCKET)'),
    ])
  })

  test('is given up after three tries, which only the log says, and tried again for the next alert', async () => {
    const { host, received, got } = await webhook((response, nth) => {
      if (nth <= 3) response.writeHead(302, { location: '/elsewhere' }).end()
      else done(response)
    })
    const { log, lines } = logLines()
    const alerts = makeAlerts({ log, now, webhook: `http://${host}/s3cret-path`, pausesMs: [0, 0] })
    alerts.raise('disk', 'full')
    alerts.raise('register', 'old')
    await got(4)
    expect(received.map(({ notice }) => notice.key)).toEqual(['disk', 'disk', 'disk', 'register'])
    expect(lines.filter(({ msg }) => msg.includes('did not take an alert: it answered 302'))).toHaveLength(3)
    expect(alerts.open()).toHaveLength(2)
    expect(JSON.stringify(lines)).not.toContain('s3cret')
  })

  test('that never answers is left in time', async () => {
    const { host, got } = await webhook(() => undefined)
    const { log, heard } = logLines()
    makeAlerts({ log, now, webhook: `http://${host}/`, timeLimitMs: 20, pausesMs: [] }).raise('disk', 'full')
    await heard('it did not answer in time')
    await got(1)
  })

  test('that nobody serves is a line in the log', async () => {
    const { host } = await webhook(done)
    server?.close()
    server = undefined
    const { log, heard } = logLines()
    makeAlerts({ log, now, webhook: `http://${host}/`, pausesMs: [0, 0] }).raise('disk', 'full')
    await heard(`the webhook at ${host} did not take an alert: it could not be reached (ECONNREFUSED)`, 3)
  })

  test('gets its name and password, which no log shows', async () => {
    const { host, received, got } = await webhook((response) => response.writeHead(401).end())
    const { log, lines, heard } = logLines()
    const alerts: Alerts = makeAlerts({ log, now, webhook: `http://dobush:s3cret%21@${host}/`, pausesMs: [] })
    alerts.raise('disk', 'full')
    await got(1)
    await heard('it answered 401')
    expect(received[0]?.request.headers.authorization).toBe(`Basic ${Buffer.from('dobush:s3cret!').toString('base64')}`)
    expect(JSON.stringify(lines)).not.toContain('s3cret')
  })

  test.each(['ftp://127.0.0.1/', 'example.org/hook', ''])('"%s" is refused', (webhook) => {
    const { log } = logLines()
    expect(() => makeAlerts({ log, now, webhook })).toThrow(UserError)
  })
})
