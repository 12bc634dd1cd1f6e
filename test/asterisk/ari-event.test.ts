import { channelOf, parseAriEvent } from '../../src/asterisk/ari-event.ts'

test('an event nobody knows, or that is no event, is ignored', () => {
  for (const message of [
    { type: 'ChannelToneDetected', channel: { id: '1.0' } },
    { type: 'StasisStart' },
    {},
    undefined,
    null,
    'StasisStart',
  ]) {
    expect(parseAriEvent(message)).toBeUndefined()
  }
})

test('an event is about the channel it names, in whatever way', () => {
  const channel = { id: '1.0', caller: { number: '' }, dialplan: { context: 'line' } }
  const about = (message: unknown) => {
    const event = parseAriEvent(message)
    return event && channelOf(event)
  }
  expect(about({ type: 'ChannelDtmfReceived', channel, digit: '5' })).toBe('1.0')
  expect(about({ type: 'PlaybackFinished', playback: { id: 'p', target_uri: 'channel:1.0', state: 'done' } })).toBe(
    '1.0',
  )
  expect(about({ type: 'RecordingFinished', recording: { name: 'r', target_uri: 'channel:1.0' } })).toBe('1.0')
  expect(about({ type: 'ApplicationReplaced' })).toBeUndefined()
})
