import { decodeAlaw, decodeUlaw, encodeAlaw, encodeUlaw } from '../audio/g711.ts'
import { encodeG722, g722Decoder } from '../audio/g722.ts'
import type { Sound } from '../audio/wav.ts'
import { UserError } from '../user-error.ts'
import { decimator, doubleRate } from './filters.ts'

export const codecNames = ['alaw', 'ulaw', 'g722'] as const

export type CodecName = (typeof codecNames)[number]

/**
 * A codec as RTP carries it. In all three one byte is 1/8000 s and one tick of the RTP clock, G.722 included
 * (RFC 3551, 4.5.2), so bytes, clock and time are the same count everywhere below.
 */
export interface Codec {
  readonly name: CodecName
  /** What people call it. */
  readonly title: string
  readonly payloadType: number
  /** As it stands in SDP. */
  readonly rtpmap: string
  /** A byte that decodes to silence. G.722 has none that holds for long; this one is what silence encodes to. */
  readonly silence: number
  encode(sound: Sound): Uint8Array
  /** A decoder of a stream, to 8 kHz: as many samples as it got bytes. */
  decoder(): (bytes: Uint8Array) => Int16Array
}

export const codecs: Readonly<Record<CodecName, Codec>> = {
  alaw: {
    name: 'alaw',
    title: 'A-law',
    payloadType: 8,
    rtpmap: 'PCMA/8000',
    silence: 0xd5,
    encode: (sound) => encodeAlaw(atRate(sound, 8000)),
    decoder: () => decodeAlaw,
  },
  ulaw: {
    name: 'ulaw',
    title: 'mu-law',
    payloadType: 0,
    rtpmap: 'PCMU/8000',
    silence: 0xff,
    encode: (sound) => encodeUlaw(atRate(sound, 8000)),
    decoder: () => decodeUlaw,
  },
  g722: {
    name: 'g722',
    title: 'G.722',
    payloadType: 9,
    rtpmap: 'G722/8000',
    silence: 0xfa,
    encode: (sound) => encodeG722(atRate(sound, 16000)),
    decoder: () => {
      const decode = g722Decoder()
      const halve = decimator()
      return (bytes) => halve(decode(bytes))
    },
  },
}

/** @throws UserError for a rate other than 8000 and 16000 */
function atRate({ sampleRate, samples }: Sound, wanted: 8000 | 16000): Int16Array {
  if (sampleRate === wanted) return samples
  if (sampleRate === 16000) return decimator()(samples)
  if (sampleRate === 8000) return doubleRate(samples)
  throw new UserError(`A caller can speak sound of 8000 or 16000 Hz, not ${sampleRate}. Convert it with sox first.`)
}
