import { once } from 'node:events'
import { createServer, type Server as HttpServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net'
import { freeTcpPort } from '../../src/bench/free-ports.ts'
import { type Smsc, startSmsc } from '../../src/bench/peers/smsc.ts'
import { loadConfig } from '../../src/config.ts'
import { makeLog } from '../../src/log.ts'
import { openKannel } from '../../src/sms/kannel/open-kannel.ts'
import { SmsError, type SmsGateway } from '../../src/sms/port.ts'
import { serveSmsHttp } from '../../src/sms/serve-http.ts'
import { type KannelBind, smsSchema } from '../../src/sms-config.ts'
import { until } from '../switch/rig.ts'
import { type Kannel, startKannel } from './peers/kannel.ts'
import { makeReceived, outgoing, type Received } from './received.ts'

const config = loadConfig(() => new Date())
const password = 'sesame-24.x'
const sender = '996555000111'
const kyrgyz = 'Сиз шайлоочулардын тизмесинде барсыз. Шайлоо участогу №1101: Бишкек шаары, Ңөү көчөсү, 1. '.repeat(4)

let smsc: Smsc
let kannel: Kannel
let server: HttpServer
let gateway: SmsGateway
let received: Received

beforeAll(async () => {
  const port = await freeTcpPort()
  smsc = await startSmsc(config)
  kannel = await startKannel(config, {
    smscPort: smsc.port,
    username: 'dobush',
    password,
    inbound: `http://dobush:${password}@127.0.0.1:${port}/gate/text?id=%I`,
  })
  received = makeReceived()
  const ends = openKannel(bindTo(kannel.url, port), { password, receiver: received, now: () => new Date(), log })
  gateway = ends.gateway
  server = await serveSmsHttp({ host: '127.0.0.1', port }, [{ name: 'gate', router: ends.router }])
  await smsc.when(() => smsc.named('bound').length > 0)
})

afterAll(async () => {
  await gateway?.close()
  server?.closeAllConnections()
  server?.close()
  await kannel?.close()
  await smsc?.close()
})

beforeEach(() => {
  smsc.forget()
  smsc.order({ do: 'set', receipts: 'now', receiptState: 'DELIVRD', submitStatus: [0, 0] })
  received.texts.splice(0)
  received.reports.splice(0)
  received.refused.splice(0)
})

const log = makeLog('silent')

function bindTo(url: string, port: number): KannelBind {
  const bind = { kind: 'kannel', name: 'gate', url, username: 'dobush', passwordFile: 'x', answerSeconds: 1 }
  const { binds } = smsSchema.parse({ binds: [{ ...bind, callback: `http://127.0.0.1:${port}` }] })
  return binds[0] as KannelBind
}

function open(url: string, secret = password): SmsGateway {
  return openKannel(bindTo(url, 1), { password: secret, receiver: makeReceived(), now: () => new Date(), log }).gateway
}

function deliver(text: string, how: Record<string, unknown> = {}): void {
  smsc.order({ do: 'deliver', from: sender, dataCoding: 8, hex: ucs2(text), name: 'text', ...how })
}

const ucs2 = (text: string) => Buffer.from(text, 'utf16le').swap16().toString('hex')

test('texts come in as they were typed, in GSM-7 and in UCS-2', async () => {
  deliver('', { dataCoding: 0, hex: Buffer.from('PIN 2 0504 1980 00123').toString('hex') })
  deliver('ПИН: ң ө ү')
  await until(() => received.texts.length === 2)
  expect(received.texts.map(({ bind, from, text }) => ({ bind, from, text }))).toEqual([
    { bind: 'gate', from: `+${sender}`, text: 'PIN 2 0504 1980 00123' },
    { bind: 'gate', from: `+${sender}`, text: 'ПИН: ң ө ү' },
  ])
})

test('parts that come out of order are one text', async () => {
  deliver('', { esmClass: 0x40, hex: `0500032a0202${ucs2('конец')}` })
  deliver('', { esmClass: 0x40, hex: `0500032a0201${ucs2('начало и ')}` })
  await until(() => received.texts.length === 1)
  expect(received.texts[0]?.text).toBe('начало и конец')
})

test('what could not be kept is brought again under the same id', async () => {
  received.failing = 2
  deliver('КЫР')
  await until(() => received.texts.length === 1)
  expect(received.refused).toHaveLength(2)
  expect(new Set([...received.refused, ...received.texts].map(({ messageId }) => messageId)).size).toBe(1)
  expect(received.texts[0]?.messageId).toMatch(/^[0-9a-f-]{36}$/)
})

test('a long text reaches the handset whole, and its receipt finds it', async () => {
  const text = outgoing(`+${sender}`, kyrgyz)
  expect(await gateway.send(text)).toEqual({ messageIds: [text.id] })
  await until(() => received.reports.length > 0)
  expect(smsc.handset(sender)).toEqual([kyrgyz])
  expect(smsc.submits()).toHaveLength(6)
  const { id: messageId, reference } = text
  expect(received.reports).toEqual([{ bind: 'gate', messageId, reference, state: 'delivered', error: '000' }])
  expect(gateway.state()).toMatchObject({ kind: 'kannel', status: 'bound', window: { used: 0 } })
})

test.each([
  ['UNDELIV', 'undeliverable'],
  ['EXPIRED', 'expired'],
])('%s in the receipt is %s', async (receiptState, state) => {
  smsc.order({ do: 'set', receiptState })
  const text = outgoing(`+${sender}`, 'Ооба')
  await gateway.send(text)
  await until(() => received.reports.length > 0)
  expect(received.reports[0]).toMatchObject({ messageId: text.id, state })
})

test('what the SMSC refuses is rejected', async () => {
  smsc.order({ do: 'set', submitStatus: [1, 0x0b] })
  const text = outgoing(`+${sender}`, 'Ооба')
  await gateway.send(text)
  await until(() => received.reports.length > 0)
  expect(received.reports[0]).toMatchObject({ messageId: text.id, state: 'rejected' })
})

test('without the password nothing comes in', async () => {
  const { port } = server.address() as AddressInfo
  const post = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${port}/gate/text?id=1`, { method: 'POST', headers, body: 'РУС' })
  expect((await post({ 'x-kannel-from': '+996555000111' })).status).toBe(401)
  const wrong = `Basic ${Buffer.from('dobush:wrong').toString('base64')}`
  expect((await post({ 'x-kannel-from': '+996555000111', authorization: wrong })).status).toBe(401)
  const right = `Basic ${Buffer.from(`dobush:${password}`).toString('base64')}`
  expect((await post({ authorization: right })).status).toBe(400)
  expect(received.texts).toEqual([])
  expect((await post({ 'x-kannel-from': '+996555000111', authorization: right })).status).toBe(200)
  expect(received.texts).toHaveLength(1)
})

test('a wrong password is a fault that can be mended', async () => {
  const wrong = open(kannel.url, 'wrong')
  await expect(wrong.send(outgoing(`+${sender}`, 'Ооба'))).rejects.toMatchObject({ retryable: true, inDoubt: false })
  expect(wrong.state()).toMatchObject({ status: 'down', fault: 'Kannel refuses the user name or password of gate.' })
  await wrong.close()
})

test('a Kannel that is not there has taken nothing', async () => {
  const nobody = open(`http://127.0.0.1:${await freeTcpPort()}/cgi-bin/sendsms`)
  await expect(nobody.send(outgoing(`+${sender}`, 'Ооба'))).rejects.toMatchObject({ retryable: true, inDoubt: false })
  expect(nobody.state().status).toBe('down')
  await nobody.close()
})

test.each([
  ['closes', (tcp: Server) => tcp.on('connection', (socket) => void socket.once('data', () => socket.destroy()))],
  ['is silent', (tcp: Server) => tcp.on('connection', (socket) => void socket.resume())],
])('a Kannel that took the request and %s may have taken the text', async (_, behave) => {
  const tcp = behave(createTcpServer()).listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const doubtful = open(`http://127.0.0.1:${(tcp.address() as AddressInfo).port}/`)
  await expect(doubtful.send(outgoing(`+${sender}`, 'Ооба'))).rejects.toMatchObject({ retryable: true, inDoubt: true })
  await doubtful.close()
  tcp.close()
})

test.each([
  [400, false],
  [503, true],
])('HTTP %i is retried: %s', async (status, retryable) => {
  const http = createServer((_request, response) => response.writeHead(status).end('Sorry')).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const refusing = open(`http://127.0.0.1:${(http.address() as AddressInfo).port}/`)
  const failure = await refusing.send(outgoing(`+${sender}`, 'Ооба')).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(SmsError)
  expect(failure).toMatchObject({ retryable, inDoubt: false })
  await refusing.close()
  http.closeAllConnections()
  http.close()
})

test('neither text nor number nor password stands in an address', async () => {
  const requests: { url: string; body: string }[] = []
  const http = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      requests.push({ url: request.url ?? '', body })
      response.writeHead(202).end('0: Accepted for delivery')
    })
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const there = open(`http://127.0.0.1:${(http.address() as AddressInfo).port}/cgi-bin/sendsms`)
  await there.send(outgoing(`+${sender}`, 'Ооба'))
  expect(requests).toEqual([{ url: '/cgi-bin/sendsms', body: 'Ооба' }])
  await there.close()
  http.closeAllConnections()
  http.close()
})

test('a password that Kannel would cut short is refused at the start', () => {
  expect(() => open('http://127.0.0.1:1/', 'se@same')).toThrow(/letters, digits, dots and dashes only/)
})
