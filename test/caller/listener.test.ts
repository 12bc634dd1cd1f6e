import { readFileSync } from 'node:fs'
import { type CodecName, codecs } from '../../src/caller/codec.ts'
import { makeListener, recognise } from '../../src/caller/listener.ts'
import type { Segment } from '../../src/caller/segment.ts'
import { seeded } from '../audio/seeded.ts'
import { type Shelf, shelve, speechLike } from './speech-like.ts'

const digits = Array.from({ length: 10 }, (_, i) => `digit${i}`)
const sentences = Array.from({ length: 16 }, (_, i) => `sentence${i}`)

let shelf: Shelf
beforeAll(() => {
  const clips: Record<string, Int16Array> = {}
  for (const [i, name] of digits.entries()) clips[name] = speechLike(100 + i, 0.42 + i * 0.01)
  for (const [i, name] of sentences.entries()) clips[name] = speechLike(200 + i, 1.5 + i * 0.1)
  // Two that begin alike, and two that are alike altogether.
  const common = speechLike(300, 1.5)
  clips['found-here'] = joined(common, speechLike(301, 1.2))
  clips['found-there'] = joined(common, speechLike(302, 1.4))
  clips['station-1'] = speechLike(303, 1)
  clips['station-2'] = speechLike(303, 1)
  shelf = shelve(clips)
})
afterAll(() => shelf.remove())

function joined(...parts: Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]))
}

function file(name: string, codec: CodecName = 'alaw'): Uint8Array {
  const entry = shelf.entries.find((candidate) => candidate.name === name)
  if (!entry) throw new Error(name)
  return new Uint8Array(readFileSync(entry.files[codec]))
}

function bytes(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

function silence(ms: number): Uint8Array {
  return new Uint8Array(ms * 8).fill(0xd5)
}

const names = (segments: readonly Segment[]) => segments.map(({ name, whole }) => (whole ? name : `${name} cut`))

const sequence = ['sentence3', 'digit1', 'digit1', 'digit0', 'digit7', 'sentence15', 'found-there', 'digit9']

test.each(['alaw', 'ulaw', 'g722'] as const)('hears a run of clips without pauses in %s', (codec) => {
  const heard = recognise(shelf.book, bytes(...sequence.map((name) => file(name, codec))), codecs[codec])
  expect(names(heard)).toEqual(sequence)
  let at = 0
  for (const [i, segment] of heard.entries()) {
    expect(Math.abs(segment.startMs - at)).toBeLessThan(3)
    at += file(sequence[i] as string).length / 8
    expect(Math.abs(segment.endMs - at)).toBeLessThan(3)
  }
})

test('hears them at any offset, in packets that do not begin where a clip does', () => {
  const heard = recognise(shelf.book, bytes(silence(333).subarray(5), file('sentence8'), silence(111), file('digit4')))
  expect(names(heard)).toEqual(['sentence8', 'digit4'])
  expect(heard[0]?.startMs).toBeCloseTo(333 - 5 / 8, 3)
})

test.each(['ulaw', 'g722'] as const)('hears them through a change of codec to %s', (codec) => {
  const samples = joined(...['sentence2', 'found-here', 'sentence9'].map((name) => shelf.samples(name)))
  const heard = recognise(shelf.book, codecs[codec].encode({ sampleRate: 8000, samples }), codecs[codec])
  expect(names(heard)).toEqual(['sentence2', 'found-here', 'sentence9'])
})

test('hears them through noise', () => {
  const random = seeded(7)
  const clean = joined(new Int16Array(4003), ...['sentence4', 'sentence12'].map((name) => shelf.samples(name)))
  const samples = clean.map((sample) => sample + Math.round((random() + random() + random() - 1.5) * 800))
  const heard = recognise(shelf.book, codecs.alaw.encode({ sampleRate: 8000, samples }))
  expect(names(heard)).toEqual(['sentence4', 'sentence12'])
})

test('hears them when one packet in twenty is lost', () => {
  const random = seeded(8)
  const listener = makeListener(shelf.book, codecs.alaw)
  const sent = bytes(...sequence.map((name) => file(name)))
  for (let start = 0; start < sent.length; start += 160) {
    const piece = sent.subarray(start, start + 160)
    if (random() < 0.05) listener.append({ kind: 'lost', bytes: new Uint8Array(piece.length).fill(0xd5) })
    else listener.append({ kind: 'audio', bytes: piece })
  }
  listener.end()
  expect(names(listener.segments())).toEqual(sequence)
})

test('tells where a clip was cut, in silence and by another', () => {
  const heard = recognise(
    shelf.book,
    bytes(file('sentence10').subarray(0, 9000), silence(500), file('sentence11').subarray(0, 6500), file('digit3')),
  )
  expect(names(heard)).toEqual(['sentence10 cut', 'sentence11 cut', 'digit3'])
  expect(heard[0]?.endMs).toBeGreaterThan(1000)
  expect(heard[0]?.endMs).toBeLessThan(1150)
  const cutAt = 1125 + 500 + 6500 / 8
  expect(heard[1]?.endMs).toBeGreaterThan(cutAt - 150)
  expect(heard[1]?.endMs).toBeLessThan(cutAt + 25)
})

test('clips that begin alike are told apart by what follows, and named together when nothing does', () => {
  expect(names(recognise(shelf.book, bytes(file('found-there'), file('found-here'))))).toEqual([
    'found-there',
    'found-here',
  ])
  const [cut, ...more] = recognise(shelf.book, file('found-here').subarray(0, 8000))
  expect(more).toEqual([])
  expect([cut?.name, ...(cut?.others ?? []).map(({ name }) => name)].sort()).toEqual(['found-here', 'found-there'])
  expect(cut?.contested).toBe(true)
})

test('clips of the same sound are one, under both names', () => {
  const [heard] = recognise(shelf.book, file('station-2'))
  expect(heard).toMatchObject({ name: 'station-1', whole: true, contested: false, others: [{ name: 'station-2' }] })
})

test('hears nothing in strange speech, noise, tones and silence', () => {
  const random = seeded(9)
  const strange = Array.from({ length: 6 }, (_, i) => speechLike(900 + i, 3))
  const noise = Int16Array.from({ length: 16_000 }, () => Math.round((random() - 0.5) * 12_000))
  const tone = Int16Array.from({ length: 16_000 }, (_, i) =>
    Math.round(8000 * Math.sin((2 * Math.PI * 425 * i) / 8000)),
  )
  const samples = joined(...strange, noise, tone, new Int16Array(8000))
  expect(recognise(shelf.book, codecs.alaw.encode({ sampleRate: 8000, samples }))).toEqual([])
})

test('hears live: the beginning within half a second of it, the end at the end', () => {
  const listener = makeListener(shelf.book, codecs.alaw)
  const sent = bytes(silence(200), file('sentence6'), silence(100))
  let begunAt: number | undefined
  let wholeAt: number | undefined
  for (let start = 0; start < sent.length; start += 160) {
    listener.append({ kind: 'audio', bytes: sent.subarray(start, start + 160) })
    const [segment] = listener.segments()
    if (segment?.goesOn) begunAt ??= listener.lengthMs()
    if (segment?.whole) wholeAt ??= listener.lengthMs()
  }
  expect(begunAt).toBeLessThan(200 + 500)
  expect(wholeAt).toBeLessThanOrEqual(sent.length / 8)
})

test('a decoder of G.722 left with one byte is silent', () => {
  const listener = makeListener(shelf.book, codecs.g722)
  listener.append({ kind: 'audio', bytes: new Uint8Array(8000).fill(codecs.g722.silence) })
  expect(listener.lastSoundMs()).toBeUndefined()
})

test('a hole that the switch left in the middle of a clip does not break it', () => {
  const listener = makeListener(shelf.book, codecs.alaw)
  const sent = file('sentence9')
  listener.append({ kind: 'audio', bytes: file('digit2') })
  listener.append({ kind: 'silence', bytes: silence(1000) })
  listener.append({ kind: 'audio', bytes: sent.subarray(0, 4000) })
  listener.append({ kind: 'silence', bytes: silence(180) })
  listener.append({ kind: 'audio', bytes: sent.subarray(4000) })
  listener.end()
  const [digit, sentence] = listener.segments()
  expect([digit?.name, sentence?.name, sentence?.whole]).toEqual(['digit2', 'sentence9', true])
  const digitMs = file('digit2').length / 8
  expect(digit?.endMs).toBeCloseTo(digitMs, 1)
  expect(sentence?.startMs).toBeCloseTo(digitMs + 1000, 1)
  expect(sentence?.endMs).toBeCloseTo(digitMs + 1000 + sent.length / 8 + 180, 1)
  expect(listener.samples()).toHaveLength(file('digit2').length + 8000 + 1440 + sent.length)
})
