import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { makeLog } from '../../src/log.ts'
import { SmsError, type SmsGateway } from '../../src/sms/port.ts'
import { serveSmsHttp } from '../../src/sms/serve-http.ts'
import { openWebhook } from '../../src/sms/webhook/open-webhook.ts'
import { smsSchema, type WebhookBind } from '../../src/sms-config.ts'
import { until } from '../switch/rig.ts'
import { makeReceived, outgoing, type Received } from './received.ts'

const secret = 'Ы-и-more-bits'.normalize('NFKD').replace(/[^\x20-\x7e]/g, '')
const number = '+996555000111'

/** The other side: answers as told, and keeps what it got. */
interface OtherSide {
  readonly server: Server
  readonly got: { headers: IncomingHttpHeaders; url: string | undefined; body: unknown }[]
  answer: { status: number; body?: unknown; headers?: Record<string, string> }
}

let other: OtherSide
let inbound: Server
let gateway: SmsGateway
let received: Received

beforeEach(async () => {
  other = await openOtherSide()
  received = makeReceived()
  const bind = {
    kind: 'webhook',
    name: 'hook',
    url: `${addressOf(other.server)}/send`,
    secretFile: 'x',
    answerSeconds: 1,
  }
  const { binds } = smsSchema.parse({ binds: [bind] })
  const log = makeLog('silent')
  const ends = openWebhook(binds[0] as WebhookBind, { secret, receiver: received, now: () => new Date(), log })
  gateway = ends.gateway
  inbound = await serveSmsHttp({ host: '127.0.0.1', port: 0 }, [{ name: 'hook', router: ends.router }])
})

afterEach(async () => {
  await gateway.close()
  for (const server of [inbound, other.server]) {
    server.closeAllConnections()
    server.close()
  }
})

async function openOtherSide(): Promise<OtherSide> {
  const side: OtherSide = {
    got: [],
    answer: { status: 200 },
    server: createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk
      })
      request.on('end', () => {
        side.got.push({ headers: request.headers, url: request.url, body: JSON.parse(body) })
        const { status, headers = {}, body: said } = side.answer
        if (status === 0) return
        response.writeHead(status, headers).end(said === undefined ? '' : JSON.stringify(said))
      })
    }).listen(0, '127.0.0.1'),
  }
  await once(side.server, 'listening')
  return side
}

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

async function bring(path: string, body: unknown, authorization = `Bearer ${secret}`): Promise<number> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const headers = { authorization, 'content-type': 'application/json' }
  return (await fetch(`${addressOf(inbound)}/hook/${path}`, { method: 'POST', headers, body: text })).status
}

test('hands a text over, with the secret in a header and nothing in the address', async () => {
  const text = outgoing(number, 'Сиз тизмеде барсыз')
  other.answer = { status: 201, body: { messageId: 'theirs-1' } }
  expect(await gateway.send(text)).toEqual({ messageIds: ['theirs-1'] })
  expect(other.got).toEqual([
    {
      url: '/send',
      headers: expect.objectContaining({ authorization: `Bearer ${secret}`, 'idempotency-key': text.id }),
      body: { id: text.id, from: '119', to: number, text: text.text, reference: text.reference },
    },
  ])
  expect(gateway.state()).toMatchObject({ kind: 'webhook', status: 'bound', lastMinute: { in: 0, out: 1 } })
})

test.each([{}, { messageId: 7 }, 'not an object'])('without an id of its own, ours is used: %j', async (body) => {
  const text = outgoing(number, 'Ооба')
  other.answer = { status: 200, body }
  expect(await gateway.send(text)).toEqual({ messageIds: [text.id] })
})

test.each([
  [400, false],
  [404, false],
  [401, true],
  [429, true],
  [500, true],
  [503, true],
])('HTTP %i: retried %s', async (status, retryable) => {
  other.answer = { status }
  const failure = await gateway.send(outgoing(number, 'Ооба')).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(SmsError)
  expect(failure).toMatchObject({ retryable, inDoubt: false })
})

test('the other side says for how long it wants to be left alone', async () => {
  other.answer = { status: 429, headers: { 'retry-after': '7' } }
  await expect(gateway.send(outgoing(number, 'Ооба'))).rejects.toMatchObject({ retryable: true, retryAfterMs: 7000 })
})

test('a redirection is not followed: it would carry the secret away', async () => {
  const stranger = await openOtherSide()
  other.answer = { status: 307, headers: { location: `${addressOf(stranger.server)}/` } }
  await expect(gateway.send(outgoing(number, 'Ооба'))).rejects.toMatchObject({ retryable: true })
  expect(stranger.got).toEqual([])
  stranger.server.close()
})

test('no answer in time: the text may be given again, the other side takes it once', async () => {
  other.answer = { status: 0 }
  await expect(gateway.send(outgoing(number, 'Ооба'))).rejects.toMatchObject({ retryable: true, inDoubt: false })
  expect(gateway.state()).toMatchObject({ status: 'down', window: { used: 0 } })
})

test('after a failure it counts as down until it can be reached again', async () => {
  const { port } = other.server.address() as AddressInfo
  await until(() => gateway.state().status === 'bound')
  other.server.closeAllConnections()
  other.server.close()
  await once(other.server, 'close')
  await expect(gateway.send(outgoing(number, 'Ооба'))).rejects.toMatchObject({ retryable: true })
  expect(gateway.state()).toMatchObject({ status: 'down', fault: expect.stringContaining('ECONNREFUSED') })
  other.server.listen(port, '127.0.0.1')
  await until(() => gateway.state().status === 'bound')
  expect(gateway.state().fault).toBeUndefined()
})

test('takes texts and parts of texts', async () => {
  const part = { reference: '9', number: 2, of: 3 }
  expect(await bring('text', { id: 'a', from: number, text: 'ПИН' })).toBe(204)
  expect(await bring('text', { from: number, text: 'КЫР', part })).toBe(204)
  expect(received.texts).toEqual([
    { bind: 'hook', messageId: 'a', from: number, text: 'ПИН' },
    { bind: 'hook', from: number, text: 'КЫР', part },
  ])
})

test('takes receipts', async () => {
  expect(await bring('receipt', { messageId: 'a', state: 'expired', error: '27', reference: 4 })).toBe(204)
  expect(received.reports).toEqual([{ bind: 'hook', messageId: 'a', state: 'expired', error: '27', reference: 4 }])
})

test('what could not be kept is to be brought again', async () => {
  received.failing = 1
  expect(await bring('text', { id: 'a', from: number, text: 'ПИН' })).toBe(503)
  expect(await bring('text', { id: 'a', from: number, text: 'ПИН' })).toBe(204)
  expect(received.texts).toHaveLength(1)
})

test('nothing comes in without the secret', async () => {
  for (const authorization of ['', 'Bearer', 'Bearer wrong', `Basic ${secret}`]) {
    expect(await bring('text', { from: number, text: 'ПИН' }, authorization)).toBe(401)
  }
  expect(received.texts).toEqual([])
})

test.each([
  ['text', {}],
  ['text', { from: number }],
  ['text', { from: number, text: 5 }],
  ['text', { from: number, text: 'x', part: { reference: '1', number: 4, of: 3 } }],
  ['text', '{'],
  ['text', '[]'],
  ['receipt', { messageId: 'a', state: 'lost' }],
])('%s with %j is refused', async (path, body) => {
  expect(await bring(path, body)).toBe(400)
  expect(received.texts).toEqual([])
  expect(received.reports).toEqual([])
})

test('a body without end is cut off', async () => {
  expect(await bring('text', { from: number, text: 'я'.repeat(200_000) })).toBe(413)
})
