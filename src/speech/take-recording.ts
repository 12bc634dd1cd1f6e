import { chmod, mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RecordingCheck } from '../api/prompts.ts'
import type { Command } from '../command.ts'
import type { Language } from '../domain/language.ts'
import { UserError } from '../user-error.ts'
import { judgeRecording } from './judge-recording.ts'
import type { Speech } from './speech.ts'
import { contentHashOf, noteFile, type RecordingNote, type StudioClip, studioClip } from './studio.ts'

export interface NewRecording {
  readonly name: string
  readonly language: Language
  /** Where it lies now, on the same disk as it will; taken from there when it can be used. */
  readonly file: string
  /** Name of the person. */
  readonly by: string
}

interface RecordingGround {
  readonly speech: Speech
  readonly sox: Command
  /** The folder of uploaded recordings. */
  readonly folder: string
}

/** Bytes of a clip a second, in every codec. */
const clipRate = 8000

/**
 * Judges a recording, renders it for the line, then puts it in its place; a recording of before is replaced.
 * @returns the check, and the clip when the recording can be used
 * @throws UserError when nothing can be recorded under this name
 */
export async function takeRecording(
  { speech, sox, folder }: RecordingGround,
  { name, language, file, by }: NewRecording,
): Promise<{ check: RecordingCheck; clip?: StudioClip }> {
  const listed = speech.list([]).find((each) => each.name === name && each.language === language)
  if (!listed?.replaceable) throw new UserError(`No recording can stand in for ${name} (${language}).`)
  const { size } = await stat(listed.files.alaw).catch(() => ({ size: 0 }))
  const check = await judgeRecording(sox, file, size > 0 ? (size * 1000) / clipRate : undefined)
  if (check.faults.length > 0) return { check }

  const sha256 = contentHashOf(await readFile(file))
  const incoming = studioClip(language, listed.text, file, sha256)
  await speech.changed({ recording: { name, language, clip: incoming } }).renderPrompts()

  const place = join(folder, language, `${name}.wav`)
  await mkdir(dirname(place), { recursive: true, mode: 0o700 })
  await chmod(file, 0o600)
  await sync(file)
  const note: RecordingNote = { sha256, by, at: new Date().toISOString(), text: listed.text }
  await writeFile(noteFile(place), `${JSON.stringify(note)}\n`, { mode: 0o600 })
  await sync(noteFile(place))
  // Last, and in one step: what is heard is the recording of before or this one.
  await rename(file, place)
  await sync(dirname(place))
  return { check, clip: studioClip(language, listed.text, place, sha256) }
}

async function sync(path: string): Promise<void> {
  const opened = await open(path, 'r')
  try {
    await opened.sync()
  } finally {
    await opened.close()
  }
}
