import { existsSync, readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { NamedClip } from './script.ts'

/** Which clip each name had when the prompts were last rendered: tells a changed text from one never rendered. */
export type RenderedNote = Readonly<Record<string, string>>

const noteFile = (clips: string) => join(clips, 'rendered.json')

export function nameInNote({ name, language }: Pick<NamedClip, 'name' | 'language'>): string {
  return `${language ?? 'tones'}/${name}`
}

export async function noteRendered(
  clips: string,
  named: readonly NamedClip[],
  baseOf: (named: NamedClip) => string,
): Promise<void> {
  const note = Object.fromEntries(named.map((each) => [nameInNote(each), basename(baseOf(each))]))
  const partial = `${noteFile(clips)}.${process.pid}.partial`
  await writeFile(partial, `${JSON.stringify(note, undefined, 1)}\n`)
  await rename(partial, noteFile(clips))
}

export function readRenderedNote(clips: string): RenderedNote {
  return existsSync(noteFile(clips)) ? (JSON.parse(readFileSync(noteFile(clips), 'utf8')) as RenderedNote) : {}
}
