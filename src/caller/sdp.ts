import type { Codec } from './codec.ts'

/** Payload type of key events; any dynamic number would do. */
export const keyEventType = 101

export interface MediaAddress {
  readonly host: string
  readonly port: number
}

/** Describes one audio stream: the codec asked for and RFC 4733 events, 20 ms a packet. Offer and answer alike. */
export function formatSdp({ host, port }: MediaAddress, codec: Codec, version: number): string {
  return [
    'v=0',
    `o=caller ${version} ${version} IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${codec.payloadType} ${keyEventType}`,
    `a=rtpmap:${codec.payloadType} ${codec.rtpmap}`,
    `a=rtpmap:${keyEventType} telephone-event/8000`,
    `a=fmtp:${keyEventType} 0-15`,
    'a=ptime:20',
    'a=sendrecv',
    '',
  ].join('\r\n')
}

/** Where the far end takes its sound, and the payload types it chose. */
export interface MediaAnswer extends MediaAddress {
  readonly payloadTypes: readonly number[]
  /** Payload type of its key events, if it takes any. */
  readonly keyEvents: number | undefined
}

/** @returns undefined when there is no usable audio stream in it */
export function parseSdp(body: string): MediaAnswer | undefined {
  const lines = body.split(/\r?\n/)
  const media = lines.findIndex((line) => line.startsWith('m='))
  const audio = lines.findIndex((line) => line.startsWith('m=audio '))
  if (audio < 0) return undefined
  const next = lines.findIndex((line, i) => i > audio && line.startsWith('m='))
  const own = lines.slice(audio, next < 0 ? lines.length : next)
  const host = addressIn(own) ?? addressIn(lines.slice(0, media))
  const [, port, , ...types] = (own[0] ?? '').split(' ')
  if (!host || !port || Number(port) === 0) return undefined
  const events = own.map((line) => /^a=rtpmap:(\d+) telephone-event\/8000/i.exec(line)).find((match) => match)
  return {
    host,
    port: Number(port),
    payloadTypes: types.map(Number),
    keyEvents: events ? Number(events[1]) : undefined,
  }
}

function addressIn(lines: readonly string[]): string | undefined {
  return lines.map((line) => /^c=IN IP4 (\S+)/.exec(line)?.[1]).find((host) => host)
}
