import { z } from 'zod'

const channel = z.object({
  id: z.string(),
  caller: z.object({ number: z.string() }),
})
const playback = z.object({ id: z.string(), target_uri: z.string(), state: z.string() })
const recording = z.object({
  name: z.string(),
  target_uri: z.string(),
})

/** The events we live on, as Asterisk 20 to 22 document them under "Asterisk REST Data Models". */
const schema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('StasisStart'), channel, args: z.array(z.string()) }),
  z.object({ type: z.literal('StasisEnd'), channel }),
  z.object({ type: z.literal('ChannelDtmfReceived'), channel, digit: z.string() }),
  z.object({ type: z.literal('ChannelHangupRequest'), channel, cause: z.number().optional() }),
  z.object({ type: z.literal('ChannelDestroyed'), channel, cause: z.number() }),
  z.object({ type: z.literal('PlaybackStarted'), playback }),
  z.object({ type: z.literal('PlaybackFinished'), playback }),
  z.object({ type: z.literal('RecordingFinished'), recording }),
  z.object({ type: z.literal('RecordingFailed'), recording }),
  z.object({ type: z.literal('ApplicationReplaced') }),
])

export type AriEvent = z.infer<typeof schema>

/** @returns nothing for an event we don't know: newer switches send new ones */
export function parseAriEvent(message: unknown): AriEvent | undefined {
  const parsed = schema.safeParse(message)
  return parsed.success ? parsed.data : undefined
}

/** The channel an event is about. */
export function channelOf(event: AriEvent): string | undefined {
  if ('channel' in event) return event.channel.id
  if ('playback' in event) return event.playback.target_uri.replace(/^channel:/, '')
  if ('recording' in event) return event.recording.target_uri.replace(/^channel:/, '')
  return undefined
}
