import { createHash } from 'node:crypto'
import { decodeG722, encodeG722, g722Decoder } from '../../src/audio/g722.ts'
import { seeded } from './seeded.ts'

/** Six seconds that take the coder through its range: full-scale noise, silence, speech-like bursts, a square wave (not of full scale: there FFmpeg leaves out the limits of clause 6.2.1.1, LOWT and HIGHT). */
function hardSignal(): Int16Array {
  const random = seeded(722)
  return Int16Array.from({ length: 96000 }, (_, i) => {
    const noise = Math.floor(random() * 65536) - 32768
    if (i < 16000) return noise
    if (i < 32000) return 0
    if (i < 64000) return (noise * (i % 4000)) >> 14
    if (i < 80000) return (i >> 5) & 1 ? 20000 : -20000
    return (((i * 37) % 401) - 200) * 20 + (noise >> 8)
  })
}

/** The encodings of hardSignal, by FFmpeg 8.1 (libavcodec's g722), which is another implementation altogether. */
const ffmpegEncoded = '6e7de98cca922514c5339a5940e97042aaa4fde52fb7280dc874f114f535015d'
const ffmpegDecoded = '56711693cf2cce6d12c46909c12d8478b97d467a1f0ca51f25d8ce244aa08abe'

test('encodes bit for bit as an independent coder does', () => {
  expect(sha256(encodeG722(hardSignal()))).toBe(ffmpegEncoded)
})

test('decodes bit for bit as an independent coder does', () => {
  expect(sha256(decodeG722(encodeG722(hardSignal())))).toBe(ffmpegDecoded)
})

test('a tone survives, 22 samples later', () => {
  const tone = Int16Array.from({ length: 16000 }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / 16000)),
  )
  const heard = decodeG722(encodeG722(tone))
  let signal = 0
  let noise = 0
  for (let i = 1000; i < 15000; i++) {
    signal += (tone[i] as number) ** 2
    noise += ((heard[i + 22] as number) - (tone[i] as number)) ** 2
  }
  expect(10 * Math.log10(signal / noise)).toBeGreaterThan(25)
})

test('a stream decoded in packets is the same as decoded at once', () => {
  const bytes = encodeG722(hardSignal())
  const decode = g722Decoder()
  const parts: number[] = []
  for (let i = 0; i < bytes.length; i += 160) parts.push(...decode(bytes.subarray(i, i + 160)))
  expect(sha256(Int16Array.from(parts))).toBe(sha256(decodeG722(bytes)))
})

test('silence stays nearly silent, an empty sound stays empty', () => {
  expect(Math.max(...decodeG722(encodeG722(new Int16Array(3200))).map(Math.abs))).toBeLessThan(16)
  expect(decodeG722(encodeG722(new Int16Array(0)))).toHaveLength(0)
})

function sha256(data: Uint8Array | Int16Array): string {
  return createHash('sha256').update(new Uint8Array(data.buffer)).digest('hex')
}
