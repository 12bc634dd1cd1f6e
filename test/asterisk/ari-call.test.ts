import type { Ari } from '../../src/asterisk/ari.ts'
import { makeAriCall } from '../../src/asterisk/ari-call.ts'
import { say } from '../../src/domain/prompt.ts'

const setting = {
  timeouts: { firstDigit: 1000, interDigit: 1000, entry: 1000 },
  recordSeconds: 1,
  spool: '/nowhere',
  clipsFor: () => ['/clip'],
  clipMs: () => 1000,
}

/** A call on a switch that takes every command and says this of every playback. */
function callWith(state: string | undefined) {
  const asked: string[] = []
  const ari: Pick<Ari, 'play' | 'playbackState'> = {
    play: async () => undefined,
    playbackState: async (playbackId) => {
      asked.push(playbackId)
      return state
    },
  }
  return { call: makeAriCall(ari as Ari, { id: '1.0', did: '1255', ani: undefined }, setting), asked }
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
