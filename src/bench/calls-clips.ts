import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Prompt } from '../domain/prompt.ts'
import type { Station } from '../domain/station.ts'
import type { Speech } from '../speech/speech.ts'
import { frameBytes } from './calls-judge.ts'
import type { Heard } from './calls-orders.ts'

/** Lengths of the standard call, in frames of 20 ms. */
export const standardFrames = { language: 150, pin: 150, station: 125, address: 150 }
const answerFrames = standardFrames.station + standardFrames.address

/**
 * A sound made for the bench: noise that no other sound shares a frame with, so that every packet tells what it
 * belongs to. The same name gives the same bytes.
 */
export function benchSound(name: string, frames: number): Buffer {
  const bytes = Buffer.alloc(frames * frameBytes)
  const block = 32
  for (let at = 0; at < bytes.length; at += block) {
    createHash('sha256').update(`${name} ${at}`).digest().copy(bytes, at)
  }
  return bytes
}

/** The peers' sounds as files Asterisk can play, and what a caller hears of them. */
export async function writePeerSounds(folder: string, stations: readonly string[]): Promise<Heard> {
  await mkdir(folder, { recursive: true })
  const write = async (name: string, frames: number): Promise<Buffer> => {
    const bytes = benchSound(name, frames)
    await writeFile(join(folder, `${name}.alaw`), bytes)
    return bytes
  }
  await write('language', standardFrames.language)
  await write('pin', standardFrames.pin)
  await write('unknown', standardFrames.station)
  const answers: Record<string, string> = {}
  for (const station of stations) {
    const parts = [
      await write(`station-${station}`, standardFrames.station),
      await write(`address-${station}`, standardFrames.address),
    ]
    const answer = join(folder, `answer-${station}.raw`)
    await writeFile(answer, Buffer.concat(parts))
    answers[station] = answer
  }
  return { language: join(folder, 'language.alaw'), pin: join(folder, 'pin.alaw'), answers }
}

/** Lengths of the line's own clips, in frames: they add up to those of the standard call. */
function framesOf(name: string): number {
  if (name === 'welcome') return 38
  if (name === 'lang') return 37
  if (name === 'pin-enter') return standardFrames.pin
  if (name === 'found.1') return 60
  if (name.startsWith('found.')) return 20
  if (name.startsWith('digit-')) return 10
  return 50
}

/**
 * Puts sounds of the bench in the place of every clip the line can say, so that its call has the standard lengths, and
 * writes what a caller hears. The line asks for its clips, and plays as many of them, as it always does.
 * @param speech of a home whose folder of clips is the bench's own
 */
export async function writeLineSounds(folder: string, speech: Speech, stations: readonly Station[]): Promise<Heard> {
  await mkdir(folder, { recursive: true })
  const listed = speech.list(stations)
  const write = async (base: Readonly<Record<string, string>>, bytes: Buffer) => {
    for (const file of Object.values(base)) {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, bytes)
    }
  }
  const isAddress = (name: string) => name.startsWith('station-')
  const soundOf = (name: string, language: string | undefined, frames: number) =>
    benchSound(`line ${language} ${name}`, frames)
  for (const { name, language, files } of listed) {
    const frames = isAddress(name) ? 1 : framesOf(name)
    await write(files, soundOf(name, language, frames))
  }
  // Only silences are missing now: no voice is needed.
  await speech.renderPrompts()

  const bytesOf = async (prompts: readonly Prompt[]): Promise<Buffer> => {
    const bases = prompts.flatMap((prompt) => speech.clipsFor(prompt, prompt.language ?? 'ky'))
    return Buffer.concat(await Promise.all(bases.map((base) => readFile(`${base}.alaw`))))
  }
  // The address takes what the sentence and the number leave of the answer's length.
  for (const station of stations) {
    const said = (await bytesOf([{ name: 'found', values: { station } }])).length / frameBytes
    for (const { name, language, files } of listed) {
      if (name !== `station-${station.number}`) continue
      const frames = answerFrames - (said - 1)
      await write(files, soundOf(name, language, frames))
    }
  }
  const keep = async (name: string, bytes: Buffer): Promise<string> => {
    const file = join(folder, `${name}.raw`)
    await writeFile(file, bytes)
    return file
  }
  const answers: Record<string, string> = {}
  for (const station of stations) {
    const answer = await bytesOf([{ name: 'found', values: { station } }])
    if (answer.length !== answerFrames * frameBytes) throw new Error('the answer has not the standard length')
    answers[station.number] = await keep(`answer-${station.number}`, answer)
  }
  const welcome: Prompt[] = (['welcome', 'lang'] as const).flatMap((name): Prompt[] => [
    { name, language: 'ky' },
    { name, language: 'ru' },
  ])
  return {
    language: await keep('language', await bytesOf(welcome)),
    pin: await keep('pin', await bytesOf([{ name: 'pin-enter', language: 'ky' }])),
    answers,
  }
}
