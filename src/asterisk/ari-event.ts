interface Channel {
  readonly id: string
  readonly caller: { readonly number: string }
  /** Where it was when it came into the application's hands. */
  readonly dialplan: { readonly context: string }
}
interface Playback {
  readonly id: string
  readonly target_uri: string
  readonly state: string
}
interface Recording {
  readonly name: string
  readonly target_uri: string
}

/** The events we live on, as Asterisk 20 to 22 document them under "Asterisk REST Data Models". */
export type AriEvent =
  | { readonly type: 'StasisStart'; readonly channel: Channel; readonly args: readonly string[] }
  | { readonly type: 'ChannelDtmfReceived'; readonly channel: Channel; readonly digit: string }
  | { readonly type: 'PlaybackStarted' | 'PlaybackFinished'; readonly playback: Playback }
  | { readonly type: 'RecordingFinished' | 'RecordingFailed'; readonly recording: Recording }
  | { readonly type: 'ApplicationReplaced' }

type Fields = Readonly<Record<string, unknown>>
type Check = (value: unknown) => boolean

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const isString: Check = (value) => typeof value === 'string'
const isChannel: Check = (value) =>
  isObject(value) &&
  isString(value.id) &&
  isObject(value.caller) &&
  isString(value.caller.number) &&
  isObject(value.dialplan) &&
  isString(value.dialplan.context)
const isPlayback: Check = (value) =>
  isObject(value) && isString(value.id) && isString(value.target_uri) && isString(value.state)
const isRecording: Check = (value) => isObject(value) && isString(value.name) && isString(value.target_uri)

/** By hand, not by a schema: some twenty of these come with every call. */
const shapes: Readonly<Record<AriEvent['type'], (event: Fields) => boolean>> = {
  StasisStart: ({ channel, args }) => isChannel(channel) && Array.isArray(args) && args.every(isString),
  ChannelDtmfReceived: ({ channel, digit }) => isChannel(channel) && isString(digit),
  PlaybackStarted: ({ playback }) => isPlayback(playback),
  PlaybackFinished: ({ playback }) => isPlayback(playback),
  RecordingFinished: ({ recording }) => isRecording(recording),
  RecordingFailed: ({ recording }) => isRecording(recording),
  ApplicationReplaced: () => true,
}
const shapeOf = new Map(Object.entries(shapes))

/** All that Asterisk need send. It counts its answers to commands on the event WebSocket as events, too. */
export const ariEventTypes: readonly string[] = [...shapeOf.keys(), 'RESTResponse']

/** @returns nothing for an event we don't know: newer switches send new ones */
export function parseAriEvent(message: unknown): AriEvent | undefined {
  if (!isObject(message)) return undefined
  return shapeOf.get(String(message.type))?.(message) ? (message as unknown as AriEvent) : undefined
}

/** The channel an event is about. */
export function channelOf(event: AriEvent): string | undefined {
  if ('channel' in event) return event.channel.id
  if ('playback' in event) return event.playback.target_uri.replace(/^channel:/, '')
  if ('recording' in event) return event.recording.target_uri.replace(/^channel:/, '')
  return undefined
}
