import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { decodeAlaw } from '../audio/g711.ts'
import type { Language } from '../domain/language.ts'
import { UserError } from '../user-error.ts'
import { type AnchorIndex, anchorIndex } from './anchors.ts'
import { type ClipReference, clipReference, loudFrom } from './clip-reference.ts'
import type { CodecName } from './codec.ts'
import { type OutlineIndex, outlineIndex, outlineReach } from './outlines.ts'

/** A clip the line may play, as `npx dobush prompts --json` lists it. */
export interface ClipEntry {
  readonly name: string
  readonly language: Language
  /** What is said, for the transcript. */
  readonly text?: string
  /** Absolute paths of the headerless files the switch plays. */
  readonly files: Readonly<Record<CodecName, string>>
}

/** Clips of the same sound under one roof: two stations may have the same address. */
export interface Clip {
  readonly entries: readonly [ClipEntry, ...ClipEntry[]]
}

/**
 * All the clips a caller can recognise. What is derived from the files is made when first needed and kept: share one
 * book among all calls of a process.
 */
export interface ClipBook {
  readonly clips: readonly Clip[]
  /** What a clip is judged by: its A-law file, whatever the call's codec. */
  reference(clip: Clip): ClipReference
  /** Where pieces of the files' own bytes belong. */
  anchors(codec: CodecName): AnchorIndex<Clip>
  /** The outlines of all clips' beginnings, and the sample at which each begins, in the order of `clips`. */
  outlines(): { readonly index: OutlineIndex; readonly starts: readonly number[] }
}

/** @throws UserError when a file of a clip can't be read */
export function makeClipBook(entries: Iterable<ClipEntry>): ClipBook {
  const clips = bySound([...entries])
  const references = new Map<Clip, ClipReference>()
  const indexes = new Map<CodecName, AnchorIndex<Clip>>()
  let outlines: ReturnType<ClipBook['outlines']> | undefined

  function reference(clip: Clip): ClipReference {
    let made = references.get(clip)
    if (!made) {
      made = clipReference(decodeAlaw(readClip(clip.entries[0], 'alaw')))
      references.set(clip, made)
    }
    return made
  }

  function makeOutlines() {
    const starts: number[] = []
    const index = outlineIndex(
      clips.map((clip) => {
        const samples = decodeAlaw(readClip(clip.entries[0], 'alaw'))
        const start = loudFrom(samples)
        starts.push(start)
        return samples.subarray(start, start + outlineReach)
      }),
    )
    return { index, starts }
  }

  return {
    clips,
    reference,
    outlines() {
      outlines ??= makeOutlines()
      return outlines
    },
    anchors(codec) {
      let index = indexes.get(codec)
      if (!index) {
        index = anchorIndex(clips.map((clip) => ({ owner: clip, bytes: readClip(clip.entries[0], codec) })))
        indexes.set(codec, index)
      }
      return index
    },
  }
}

function bySound(entries: readonly ClipEntry[]): Clip[] {
  const groups = new Map<string, [ClipEntry, ...ClipEntry[]]>()
  for (const entry of entries) {
    const sound = createHash('sha256').update(readClip(entry, 'alaw')).digest('hex')
    const group = groups.get(sound)
    if (group) group.push(entry)
    else groups.set(sound, [entry])
  }
  return [...groups.values()].map((group) => ({ entries: group }))
}

function readClip(entry: ClipEntry, codec: CodecName): Uint8Array {
  try {
    return readFileSync(entry.files[codec])
  } catch (cause) {
    throw new UserError(`The clip ${entry.language}/${entry.name} can't be read. Render the prompts again.`, { cause })
  }
}
