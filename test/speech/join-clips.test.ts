import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clipCodecs, clipFiles, clipMs } from '../../src/speech/clip-files.ts'
import { makeClipJoiner } from '../../src/speech/join-clips.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dobush-joined-'))
})
afterEach(() => rmSync(home, { recursive: true }))

/** A clip of so many frames, each codec's of another byte. */
function clip(name: string, frames: number): string {
  const base = join(home, name)
  for (const codec of clipCodecs) {
    writeFileSync(clipFiles(base)[codec], Buffer.alloc(frames * 160, `${codec[0]}${name}`))
  }
  return base
}

const joiner = (most = 10) => makeClipJoiner({ folder: join(home, 'joined'), codecs: clipCodecs, most })
const bytesOf = (clips: readonly string[], codec: (typeof clipCodecs)[number]) =>
  Buffer.concat(clips.map((base) => readFileSync(clipFiles(base)[codec])))

test('short clips become one that sounds the same in every codec; a long one stays as it is', () => {
  const clips = [clip('one', 10), clip('two', 20), clip('pause', 5), clip('address', 300), clip('end', 7)]
  const joined = joiner().joinShort(clips)
  expect(joined).toHaveLength(3)
  expect(joined.slice(1)).toEqual(clips.slice(3))
  for (const codec of clipCodecs) expect(bytesOf(joined, codec).equals(bytesOf(clips, codec))).toBe(true)
  expect(joined.reduce((sum, base) => sum + clipMs(base), 0)).toBe(clips.reduce((sum, base) => sum + clipMs(base), 0))
})

test('the same clips give the same file, others another, in another order, too', () => {
  const { joinShort: join } = joiner()
  const [one, two] = [clip('one', 10), clip('two', 20)]
  expect(join([one, two])).toEqual(join([one, two]))
  expect(join([two, one])).not.toEqual(join([one, two]))
  expect(join([one])).toEqual([one])
})

test('no more are kept than may be: who was asked for longest ago goes, and comes again', () => {
  const { joinShort: joinTwo } = joiner(2)
  const [a, b, c] = [clip('a', 1), clip('b', 2), clip('c', 3)]
  const kept = () => readdirSync(join(home, 'joined')).length / clipCodecs.length
  const ab = joinTwo([a, b])
  const bc = joinTwo([b, c])
  joinTwo([a, b])
  joinTwo([c, a])
  expect(kept()).toBe(2)
  expect(bytesOf(ab, 'alaw')).toHaveLength(3 * 160)
  expect(() => bytesOf(bc, 'alaw')).toThrow('ENOENT')
  expect(bytesOf(joinTwo([b, c]), 'alaw')).toHaveLength(5 * 160)
})

test('only the codecs of the trunks are written, and the one clips are measured by', () => {
  const { joinShort } = makeClipJoiner({ folder: join(home, 'joined'), codecs: ['ulaw'], most: 1 })
  const [joined = ''] = joinShort([clip('a', 1), clip('b', 2)])
  expect(readdirSync(join(home, 'joined')).map((name) => name.split('.')[1])).toEqual(['alaw', 'ulaw'])
  expect(clipMs(joined)).toBe(60)
})

test('what another process left is gone', () => {
  mkdirSync(join(home, 'joined'))
  writeFileSync(join(home, 'joined', 'half.alaw'), 'half')
  joiner()
  expect(readdirSync(join(home, 'joined'))).toEqual([])
})

test('all clips become one, short or long, and one alone as well', () => {
  const { joinAll } = joiner()
  const clips = [clip('one', 10), clip('address', 300), clip('end', 7)]
  for (const some of [clips, clips.slice(1, 2)]) {
    const joined = join(home, 'joined', joinAll(some) ?? '')
    for (const codec of clipCodecs) expect(bytesOf([joined], codec).equals(bytesOf(some, codec))).toBe(true)
  }
})

test('a clip that was there once is measured no more', () => {
  const { clipMs: lengthOf } = joiner()
  const one = clip('one', 10)
  expect(lengthOf(one)).toBe(200)
  rmSync(clipFiles(one).alaw)
  expect(lengthOf(one)).toBe(200)
})

describe('when the folder is not as it was', () => {
  beforeEach(() => jest.useFakeTimers())
  afterEach(() => jest.useRealTimers())

  test('a file that somebody took away is written again, soon', () => {
    const { joinShort } = joiner()
    const clips = [clip('a', 1), clip('b', 2)]
    const [joined = ''] = joinShort(clips)
    rmSync(clipFiles(joined).alaw)
    jest.advanceTimersByTime(11_000)
    expect(joinShort(clips)).toEqual([joined])
    expect(bytesOf([joined], 'alaw')).toHaveLength(3 * 160)
  })

  test('where nothing can be written, the clips are played as they are', () => {
    const { joinShort, joinAll } = joiner()
    const clips = [clip('a', 1), clip('b', 2)]
    joinShort(clips)
    rmSync(join(home, 'joined'), { recursive: true })
    jest.advanceTimersByTime(11_000)
    expect(joinShort(clips)).toEqual(clips)
    expect(joinAll(clips)).toBeUndefined()
  })
})
