import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ari } from '../../src/asterisk/ari.ts'
import { type CallSetting, makeAriCall } from '../../src/asterisk/ari-call.ts'
import { writeWav } from '../../src/audio/wav.ts'
import { say } from '../../src/domain/prompt.ts'
import type { Consent } from '../../src/ivr/consent.ts'

const setting = {
  timeouts: { firstDigit: 1000, interDigit: 1000, entry: 1000 },
  recordSeconds: 1,
  spool: '/nowhere',
  clipsFor: () => ['/clip'],
  clipMs: () => 1000,
}

/** A call on a switch that takes every command and says this of every playback. */
function callWith(state: string | undefined, own: Partial<CallSetting> = {}) {
  const asked: string[] = []
  const ari: Pick<Ari, 'play' | 'playbackState' | 'record'> = {
    play: async () => undefined,
    record: async () => undefined,
    playbackState: async (playbackId) => {
      asked.push(playbackId)
      return state
    },
  }
  const call = makeAriCall(ari as Ari, { id: '1.0', did: '1255', ani: undefined }, { ...setting, ...own })
  return { call, asked }
}

beforeEach(() => jest.useFakeTimers())
afterEach(() => jest.useRealTimers())

test.each(['queued', 'gone'])('a playback that never started fails (%s)', async (state) => {
  const { call } = callWith(state)
  const failed = expect(call.play(say('welcome'))).rejects.toThrow('did not start')
  await jest.advanceTimersByTimeAsync(5_000)
  await failed
})

test.each(['playing', 'continuing', undefined])(
  'a long playback is asked once how it is, and goes on (%s)',
  async (state) => {
    const { call, asked } = callWith(state)
    const playing = call.play(say('welcome'))
    await jest.advanceTimersByTimeAsync(60_000)
    expect(asked).toEqual(['1.0-play-1'])
    const playback = { id: '1.0-play-1', target_uri: 'channel:1.0', state: 'done' }
    call.take({ type: 'PlaybackFinished', playback })
    expect(await playing).toBe('played')
  },
)

test('a short playback is not asked', async () => {
  const { call, asked } = callWith('playing')
  const playing = call.play(say('welcome'))
  await jest.advanceTimersByTimeAsync(3_000)
  call.take({
    type: 'PlaybackFinished',
    playback: { id: '1.0-play-1', target_uri: 'channel:1.0', state: 'done' },
  })
  expect(await playing).toBe('played')
  await jest.advanceTimersByTimeAsync(60_000)
  expect(asked).toEqual([])
})

test('who hangs up while speaking has hung up, though the end of the recording comes first', async () => {
  const spool = mkdtempSync(join(tmpdir(), 'spool-'))
  const { call } = callWith('playing', { spool })
  const recording = call.record([], { at: new Date(0) } as Consent)
  await jest.advanceTimersByTimeAsync(0)
  for (const id of ['1.0-play-2', '1.0-play-3']) {
    call.take({ type: 'PlaybackFinished', playback: { id, target_uri: 'channel:1.0', state: 'done' } })
    await jest.advanceTimersByTimeAsync(0)
  }
  const name = '1.0-message-1'
  const channel = { id: '1.0', caller: { number: '' } }
  writeWav(join(spool, `${name}.wav`), { sampleRate: 8000, samples: new Int16Array(8000) })
  call.take({ type: 'ChannelHangupRequest', channel, cause: 16 })
  call.take({ type: 'RecordingFinished', recording: { name, target_uri: 'channel:1.0' } })
  expect(await recording).toMatchObject({ ended: 'hangup', durationMs: 1000 })
  rmSync(spool, { recursive: true })
})
