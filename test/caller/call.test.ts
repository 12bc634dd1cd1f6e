import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readWav } from '../../src/audio/wav.ts'
import { type Caller, type CallOptions, NotHeardError, placeCall } from '../../src/caller/call.ts'
import { codecs } from '../../src/caller/codec.ts'
import { type Peer, type PeerOptions, startPeer } from './peer.ts'
import { type Shelf, shelve, speechLike } from './speech-like.ts'

let shelf: Shelf
let open: { peer: Peer; caller?: Caller }[] = []

beforeAll(() => {
  shelf = shelve({ welcome: speechLike(1, 1.2), 'ru-menu': speechLike(2, 1.5), other: speechLike(3, 1) })
})
afterAll(() => shelf.remove())

afterEach(async () => {
  for (const { peer, caller } of open) {
    await caller?.hangup()
    peer.close()
  }
  open = []
})

async function dial(peerOptions: PeerOptions = {}, options: Partial<CallOptions> = {}) {
  const peer = await startPeer(peerOptions)
  const entry: { peer: Peer; caller?: Caller } = { peer }
  open.push(entry)
  const caller = await placeCall({ to: '1255', from: '+996555123456', port: peer.port, book: shelf.book, ...options })
  entry.caller = caller
  return { peer, caller }
}

function clip(name: string): Uint8Array {
  return codecs.alaw.encode({ sampleRate: 8000, samples: shelf.samples(name) })
}

test('dials with its number, is answered, and tells the line when it hangs up', async () => {
  const { peer, caller } = await dial()
  expect(peer.requests[0]).toMatch(/^INVITE sip:1255@127\.0\.0\.1/)
  expect(peer.requests[0]).toMatch(/^From: <sip:\+996555123456@/m)
  expect(peer.requests[0]).toMatch(/^m=audio \d+ RTP\/AVP 8 101\r$/m)
  await peer.until(() => peer.requests.some((request) => request.startsWith('ACK sip:peer@')))
  await caller.hangup()
  expect(await caller.ended).toEqual({ by: 'caller' })
  expect(peer.requests.at(-1)).toMatch(/^BYE sip:peer@/)
  expect(peer.requests.at(-1)).toMatch(/^Reason: Q\.850;cause=16/m)
})

test('withholds its number, and asserts an identity beside', async () => {
  const { peer } = await dial({}, { from: undefined, assertedIdentity: '0555123456' })
  expect(peer.requests[0]).toMatch(/^From: "Anonymous" <sip:anonymous@anonymous\.invalid>;tag=/m)
  expect(peer.requests[0]).toMatch(/^Privacy: id\r$/m)
  expect(peer.requests[0]).toMatch(/^P-Asserted-Identity: <sip:0555123456@/m)
})

test('hears clips as they come, byte for byte, and when the line hangs up', async () => {
  const { peer, caller } = await dial()
  const silence = new Uint8Array(1600).fill(0xd5)
  const sent = Buffer.concat([silence, clip('welcome'), clip('ru-menu'), silence])
  const playing = peer.play(sent)
  expect(await caller.hears('welcome', { language: 'ky' })).toMatchObject({ name: 'welcome' })
  expect(await caller.hears('ru-menu', { whole: true })).toMatchObject({ language: 'ru', whole: true })
  await playing
  peer.request('BYE', 'Reason: Q.850;cause=16;text="Normal"\n')
  expect(await caller.ended).toEqual({ by: 'line', cause: 16 })
  expect(Buffer.from(caller.receivedBytes()).equals(sent)).toBe(true)
  expect(caller.gaps).toEqual([])
  expect(caller.transcript().entries.map((entry) => (entry.kind === 'heard' ? entry.name : entry.kind))).toEqual([
    'welcome',
    'ru-menu',
    'ended',
  ])
})

test('each hears looks behind the one before, and says what was heard when it waits in vain', async () => {
  const { peer, caller } = await dial()
  await peer.play(clip('welcome'))
  await caller.hears('welcome', { whole: true })
  const again = caller.hears('welcome', { withinMs: 200 })
  await expect(again).rejects.toThrow(NotHeardError)
  await expect(again).rejects.toThrow(/Did not hear welcome .*Heard: ky\/welcome/)
  await peer.play(clip('welcome'))
  await caller.hears('welcome', { whole: true })
})

test('a call that ends releases whoever still listens', async () => {
  const { peer, caller } = await dial()
  const never = caller.hears('other', { withinMs: 60_000 })
  peer.request('BYE')
  await expect(never).rejects.toThrow(NotHeardError)
  expect(await caller.ended).toEqual({ by: 'line', cause: undefined })
})

test('reports what is lost, and keeps its place in time', async () => {
  const { peer, caller } = await dial()
  await peer.play(clip('ru-menu'), (packet) => packet === 20 || packet === 21 || packet === 40)
  await caller.hears('ru-menu', { whole: true })
  expect(caller.gaps).toEqual([
    { atMs: 400, lengthMs: 40, packets: 2 },
    { atMs: 800, lengthMs: 20, packets: 1 },
  ])
})

test('silence that was not sent is silence, not loss', async () => {
  const { peer, caller } = await dial()
  await peer.play(clip('welcome'))
  peer.skip(5000)
  await peer.play(clip('other'))
  const other = await caller.hears('other', { whole: true })
  expect(caller.gaps).toEqual([])
  expect(other.startMs - (caller.soundFromMs ?? 0)).toBeCloseTo(6200, -1)
})

test('falls quiet once the line has spoken', async () => {
  const { peer, caller } = await dial()
  const before = performance.now()
  await peer.play(clip('welcome'))
  const spoken = performance.now()
  await caller.quiet(300)
  expect(performance.now() - before).toBeGreaterThan(300)
  expect(performance.now() - spoken).toBeLessThan(1000)
  await expect(caller.quiet(100, { after: 'next-speech', withinMs: 200 })).rejects.toThrow(NotHeardError)
})

test('sends keys as RFC 4733 wants them, quick and slow ones', async () => {
  const { peer, caller } = await dial()
  await caller.press('12', { onMs: 40, offMs: 40 })
  await caller.press('*#', { onMs: 200, offMs: 60 })
  await peer.until(() => peer.keys().length === 4 && peer.keys().every(({ ends }) => ends === 3))
  expect(peer.keys()).toEqual([
    { code: 1, ticks: 320, markers: 1, ends: 3 },
    { code: 2, ticks: 320, markers: 1, ends: 3 },
    { code: 10, ticks: 1600, markers: 1, ends: 3 },
    { code: 11, ticks: 1600, markers: 1, ends: 3 },
  ])
})

test('speaks', async () => {
  const { peer, caller } = await dial()
  await caller.say({ sampleRate: 8000, samples: shelf.samples('other') })
  const wanted = Buffer.from(clip('other'))
  await peer.until(() => Buffer.from(peer.voice()).includes(wanted))
})

test('keeps what it heard as a WAV, in other codecs too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dobush-call-'))
  const { peer, caller } = await dial({ payloadType: 9 }, { codec: 'g722' })
  await peer.play(codecs.g722.encode({ sampleRate: 8000, samples: shelf.samples('ru-menu') }))
  expect(await caller.hears('ru-menu', { whole: true })).toMatchObject({ whole: true })
  caller.saveWav(join(folder, 'heard.wav'))
  expect(readWav(join(folder, 'heard.wav'))).toMatchObject({ sampleRate: 8000, samples: { length: 12_000 } })
  rmSync(folder, { recursive: true })
})

test('a refused call tells the status and the cause', async () => {
  const { peer, caller } = await dial({ refuse: 404 })
  expect(caller.answerMs).toBeUndefined()
  expect(await caller.ended).toEqual({ by: 'refused', status: 404, cause: 1 })
  await peer.until(() => peer.requests.some((request) => request.startsWith('ACK')))
  expect(caller.transcript().entries).toMatchObject([{ kind: 'ended', by: 'refused', status: 404 }])
})

test('says its INVITE again when it is lost', async () => {
  const { peer, caller } = await dial({ deafTo: 1 })
  expect(peer.requests.filter((request) => request.startsWith('INVITE'))).toHaveLength(2)
  expect(caller.answerMs).toBeGreaterThan(400)
})

test('answers the questions a switch asks during a call', async () => {
  const { peer, caller } = await dial()
  const sdp = 'v=0\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 8 101\n'
  peer.request('OPTIONS')
  peer.request('UPDATE')
  peer.request('INVITE', '', sdp)
  peer.request('REFER')
  await peer.until(() => peer.responses.length === 4)
  expect(peer.responses.map((response) => response.split('\r\n')[0])).toEqual([
    'SIP/2.0 200 OK',
    'SIP/2.0 200 OK',
    'SIP/2.0 200 OK',
    'SIP/2.0 405 Method Not Allowed',
  ])
  expect(peer.responses[2]).toContain('m=audio')
  expect(await Promise.race([caller.ended, 'goes on'])).toBe('goes on')
})

test('says plainly that nobody is there', async () => {
  const peer = await startPeer()
  peer.close()
  await expect(placeCall({ to: '1255', port: peer.port })).rejects.toThrow(/Nobody answers the call .* npm start/)
})
