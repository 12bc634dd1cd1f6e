import { type AriConnection, AriError, type AriWay } from '../../src/asterisk/ari.ts'
import type { AriEvent } from '../../src/asterisk/ari-event.ts'
import { connectAri } from '../../src/asterisk/connect-ari.ts'
import { until } from '../switch/rig.ts'
import { type FakeSwitch, openFakeSwitch } from './fake-switch.ts'

let fake: FakeSwitch
let ari: AriConnection | undefined
const seen = { ways: [] as AriWay[], ups: 0, downs: 0, replaced: 0, events: [] as AriEvent[] }

beforeEach(() => {
  Object.assign(seen, { ways: [], ups: 0, downs: 0, replaced: 0, events: [] })
})
afterEach(async () => {
  ari?.close()
  await fake.close()
})

function connect(way: AriWay | 'auto' = 'websocket', url = fake.url): AriConnection {
  ari = connectAri(
    { url, user: 'line', password: 'secret', application: 'dobush' },
    {
      onEvent: (event) => seen.events.push(event),
      onUp: () => seen.ups++,
      onWay: (chosen) => seen.ways.push(chosen),
      onDown: () => seen.downs++,
      onReplaced: () => seen.replaced++,
    },
    way,
  )
  return ari
}

test.each([
  ['one that describes commands on the event WebSocket', '{"models":{"RESTRequest":{}}}', 'websocket'],
  ['one that does not', '{"models":{"Message":{}}}', 'ari-client'],
])('the way is the best the switch can: %s', async (_, events, way) => {
  fake = await openFakeSwitch({ events })
  connect('auto')
  await until(() => seen.ways.length > 0)
  expect(seen.ways).toEqual([way])
})

test('a switch without the description that ari-client needs is asked again, and ends nothing', async () => {
  fake = await openFakeSwitch({ events: '{"models":{"Message":{}}}' })
  connect('auto')
  await until(() => seen.downs > 1)
  expect(seen.ups).toBe(0)
})

test('the switch may come after the line', async () => {
  const { port, url, close } = await openFakeSwitch()
  await close()
  connect('auto', url)
  await until(() => seen.downs > 0)
  expect(seen.ways).toEqual([])
  fake = await openFakeSwitch({ port })
  await until(() => seen.ups === 1)
  expect(seen.ways).toEqual(['websocket'])
})

test('the password stands in no address', async () => {
  fake = await openFakeSwitch()
  connect()
  await until(() => seen.ups === 1)
  expect(fake.upgrades.map(({ url }) => url)).toEqual(['/ari/events?app=dobush&subscribeAll=false'])
  expect(fake.upgrades[0]?.headers.authorization).toBe(`Basic ${Buffer.from('line:secret').toString('base64')}`)
})

test('a command is written as REST has it, and the switch is told what to send before any other', async () => {
  fake = await openFakeSwitch()
  const line = connect()
  await until(() => seen.ups === 1)
  await line.play('1.0', 'a/b', ['sound:/x y', 'sound:/z&'])
  const [filter, play] = fake.requests
  expect(filter).toMatchObject({ method: 'PUT', uri: 'applications/dobush/eventFilter' })
  // Without this one Asterisk would keep its answers to itself.
  expect(JSON.parse(filter?.message_body ?? '').allowed).toContainEqual({ type: 'RESTResponse' })
  expect(play).toMatchObject({
    method: 'POST',
    uri: 'channels/1.0/play/a%2Fb',
    query_strings: [{ name: 'media', value: 'sound:/x y,sound:/z&' }],
  })
})

test('an answer is whose it is, in whatever order answers come; a refusal has its status', async () => {
  fake = await openFakeSwitch()
  fake.answering = ({ method, uri }) => {
    if (uri === 'channels') return undefined
    if (method === 'DELETE' || uri === 'playbacks/q') return { status: 404, body: { message: 'Playback not found' } }
    return { status: 200, body: { state: 'playing' } }
  }
  const line = connect()
  await until(() => seen.ups === 1)
  const listed = line.channels()
  await expect(line.stopPlayback('p')).rejects.toMatchObject({ name: 'AriError', status: 404 })
  expect(await line.playbackState('p')).toBe('playing')
  expect(await line.playbackState('q')).toBe('gone')
  const { request_id } = fake.requests.find(({ uri }) => uri === 'channels') ?? {}
  const channels = [
    {
      id: '1.0',
      caller: { number: '0555123456' },
      creationtime: '2026-11-26T14:55:50.123+0000',
      dialplan: { app_name: 'Stasis', app_data: 'dobush,1255', context: 'line', exten: '1255' },
    },
  ]
  fake.say(
    JSON.stringify({
      type: 'RESTResponse',
      request_id,
      status_code: 200,
      reason_phrase: 'OK',
      message_body: JSON.stringify(channels),
    }),
  )
  const createdAt = Date.UTC(2026, 10, 26, 14, 55, 50, 123)
  expect(await listed).toEqual([
    { id: '1.0', caller: '0555123456', createdAt, stasisArgs: ['1255'], extension: '1255', context: 'line' },
  ])
})

test('a command under way fails when the connection breaks, and one that comes then waits for the next', async () => {
  fake = await openFakeSwitch()
  fake.answering = ({ uri }) => (uri.endsWith('/play/one') ? undefined : { status: 204 })
  const line = connect()
  await until(() => seen.ups === 1)
  const underWay = line.play('1.0', 'one', [])
  const failed = expect(underWay).rejects.toThrow(AriError)
  await until(() => fake.requests.some(({ uri }) => uri.endsWith('/play/one')))
  fake.breakSockets()
  await until(() => seen.downs === 1)
  await failed
  await line.hangup('1.0')
  expect(seen.ups).toBe(2)
})

test('what the switch says is heard, whatever else it says', async () => {
  fake = await openFakeSwitch()
  connect()
  await until(() => seen.ups === 1)
  const channel = { id: '1.0', caller: { number: '' }, dialplan: { context: 'line' } }
  fake.say('no JSON')
  fake.say('null')
  fake.say(JSON.stringify({ type: 'RESTResponse', request_id: 'nobody asked', status_code: 200 }))
  fake.say(JSON.stringify({ type: 'ChannelToneDetected', channel }))
  fake.say(JSON.stringify({ type: 'ChannelDtmfReceived', channel, digit: '1' }))
  fake.say(JSON.stringify({ type: 'ApplicationReplaced' }))
  await until(() => seen.replaced === 1)
  expect(seen.events.map(({ type }) => type)).toEqual(['ChannelDtmfReceived'])
})
