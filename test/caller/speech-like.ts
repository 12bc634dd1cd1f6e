import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sound } from '../../src/audio/wav.ts'
import { type ClipBook, type ClipEntry, makeClipBook } from '../../src/caller/clip-book.ts'
import { codecNames, codecs } from '../../src/caller/codec.ts'
import { seeded } from '../audio/seeded.ts'

/**
 * Sound with speech's shape: syllables of a voice with a pitch and two formants, hisses between some, short pauses
 * between words. The same seed says the same.
 */
export function speechLike(seed: number, seconds: number): Int16Array {
  const { sin } = Math // jest looks a global up slowly
  const random = seeded(seed)
  const between = (least: number, most: number) => least + (most - least) * random()
  const samples = new Float64Array(Math.round(seconds * 8000))
  const voice = between(95, 125)
  for (let at = 160; at < samples.length - 1200; ) {
    const length = Math.min(samples.length - at - 80, Math.round(between(900, 2200)))
    const formants = [between(280, 800), between(900, 2300)]
    const pitch = voice * between(0.85, 1.25)
    const glide = between(-0.15, 0.15)
    const gains = Array.from({ length: 25 }, (_, harmonic) => {
      const frequency = pitch * harmonic
      const gain = formants.reduce((sum, formant) => sum + 1 / (1 + ((frequency - formant) / 90) ** 2), 0.02)
      return gain / Math.sqrt(Math.max(1, harmonic))
    })
    let phase = random()
    for (let i = 0; i < length; i++) {
      phase += (pitch * (1 + (glide * i) / length)) / 8000
      let value = 0
      for (let harmonic = 1; harmonic <= 24; harmonic++) {
        value += (gains[harmonic] as number) * sin(2 * Math.PI * phase * harmonic)
      }
      samples[at + i] = (samples[at + i] as number) + value * Math.sin((Math.PI * i) / length) ** 0.6
    }
    if (random() < 0.4) {
      const hiss = Math.round(between(300, 700))
      for (let i = 0; i < hiss && at + length + i < samples.length; i++)
        samples[at + length + i] = (random() - 0.5) * 0.5
      at += hiss
    }
    at += length + (random() < 0.25 ? Math.round(between(800, 2400)) : 0)
  }
  const peak = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9)
  return Int16Array.from(samples, (value) => Math.round((value / peak) * 9000))
}

export interface Shelf {
  readonly book: ClipBook
  readonly entries: readonly ClipEntry[]
  /** A clip's samples at 8 kHz. */
  samples(name: string): Int16Array
  remove(): void
}

/** Writes clips to a folder of their own, as the line's clips lie on disk. */
export function shelve(clips: Readonly<Record<string, Int16Array>>): Shelf {
  const folder = mkdtempSync(join(tmpdir(), 'dobush-clips-'))
  const entries = Object.entries(clips).map(([name, samples]): ClipEntry => {
    const sound: Sound = { sampleRate: 8000, samples }
    const [alaw, ulaw, g722] = codecNames.map((codec) => {
      const file = join(folder, `${name}.${codec}`)
      writeFileSync(file, codecs[codec].encode(sound))
      return file
    }) as [string, string, string]
    return { name, language: name.startsWith('ru') ? 'ru' : 'ky', text: `text of ${name}`, files: { alaw, ulaw, g722 } }
  })
  return {
    book: makeClipBook(entries),
    entries,
    samples: (name) => clips[name] as Int16Array,
    remove: () => rmSync(folder, { recursive: true }),
  }
}
