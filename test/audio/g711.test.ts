import { decodeAlaw, decodeUlaw, encodeAlaw, encodeUlaw } from '../../src/audio/g711.ts'

const allCodes = Uint8Array.from({ length: 256 }, (_, code) => code)
const allSamples = Int16Array.from({ length: 65536 }, (_, index) => index - 32768)

// Decision values of the positive half, in the recommendation's own numbers: the first step of each segment is the
// end of the one before (G.711 table 1a: 4096 is full scale; table 2a: 8159).
const alawSegmentEnds = [0, 64, 128, 256, 512, 1024, 2048, 4096]
const ulawSegmentEnds = [31, 95, 223, 479, 991, 2015, 4063, 8159]

test('every A-law code comes back from its value', () => {
  expect(encodeAlaw(decodeAlaw(allCodes))).toEqual(allCodes)
})

test('every mu-law code comes back from its value; negative zero becomes zero', () => {
  const back = encodeUlaw(decodeUlaw(allCodes))
  expect(back[0x7f]).toBe(0xff)
  back[0x7f] = 0x7f
  expect(back).toEqual(allCodes)
})

test('A-law values are the middles of the intervals of table 1a', () => {
  const values = decodeAlaw(Uint8Array.from({ length: 128 }, (_, bits) => (bits | 0x80) ^ 0x55))
  for (let segment = 0; segment < 8; segment++) {
    const start = segment === 0 ? 0 : (alawSegmentEnds[segment] as number) / 2
    const step = segment === 0 ? 2 : (alawSegmentEnds[segment] as number) / 32
    const first = segment === 0 ? 0 : start
    for (let i = 0; i < 16; i++) expect(values[segment * 16 + i]).toBe((first + i * step + step / 2) * 8)
  }
  expect(decodeAlaw(Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a))).toEqual(Int16Array.of(8, -8, 32256, -32256))
})

test('mu-law values are the middles of the intervals of table 2a', () => {
  const values = decodeUlaw(Uint8Array.from({ length: 128 }, (_, bits) => ~(bits | 0) & 0xff))
  expect(values[0]).toBe(0)
  for (let segment = 0; segment < 8; segment++) {
    const step = 2 << segment
    const end = ulawSegmentEnds[segment] as number
    for (let i = segment === 0 ? 1 : 0; i < 16; i++) {
      expect(values[segment * 16 + i]).toBe((end - (15 - i) * step - step / 2) * 4)
    }
  }
  expect(decodeUlaw(Uint8Array.of(0xff, 0x7f, 0x80, 0x00))).toEqual(Int16Array.of(0, -0, 32124, -32124))
})

test.each([
  ['A-law', encodeAlaw, decodeAlaw],
  ['mu-law', encodeUlaw, decodeUlaw],
] as const)('every sample is coded in %s by the value nearest to it, within half a step', (_, encode, decode) => {
  const values = [...decode(allCodes)].sort((a, b) => a - b)
  const coded = decode(encode(allSamples))
  let worst = 0
  for (let i = 0; i < coded.length; i++) {
    const sample = allSamples[i] as number
    const chosen = Math.abs((coded[i] as number) - sample)
    worst = Math.max(worst, chosen - nearestDistance(values, sample))
  }
  // Between segments of different step the recommendation's decision value lies half a small step off the middle;
  // negative samples are truncated towards the even finer grid of 16 bits.
  expect(worst).toBeLessThanOrEqual(512)
  for (let i = 1; i < coded.length; i++) {
    if ((coded[i] as number) < (coded[i - 1] as number)) throw new Error(`not monotonic at ${allSamples[i]}`)
  }
})

function nearestDistance(sorted: readonly number[], sample: number): number {
  let from = 0
  let to = sorted.length - 1
  while (to - from > 1) {
    const middle = (from + to) >> 1
    if ((sorted[middle] as number) <= sample) from = middle
    else to = middle
  }
  return Math.min(Math.abs(sample - (sorted[from] as number)), Math.abs(sample - (sorted[to] as number)))
}
