import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type ClipCodec, clipFiles, clipMs } from './clip-files.ts'

/** Digits, pauses and the words between them are shorter, addresses are longer. */
const shortMs = 2_000
/** More than there are digits and words; short addresses beyond that are read when they are joined. */
const mostContents = 300
/** In hexadecimal digits: an extension of the dialplan has room for a few names only. */
const nameLength = 16
/** A joined clip is taken to be where it was for so long. */
const lookAgainMs = 10_000

export interface JoinOptions {
  /** Of its own: emptied here, for what a killed process left there may be half a file. */
  readonly folder: string
  /** Alaw is always among them: clips are measured by it. */
  readonly codecs: readonly ClipCodec[]
  /** The joined clips kept at once; the one that was asked for longest ago goes first. */
  readonly most: number
}

/** Takes clips (paths without extension, in playing order), gives what sounds the same. */
export interface ClipJoiner {
  /** One clip for several short ones that follow each other. What can't be joined stays as it is. */
  joinShort(clips: readonly string[]): readonly string[]
  /** The name of one clip for all of them, in the joiner's folder; nothing where it can't be written. */
  joinAll(clips: readonly string[]): string | undefined
  /** How long a clip is, in milliseconds. */
  clipMs(clip: string): number
}

/** Fewer clips for the switch, which opens, looks for and reports each of them: a station's number alone is eleven. */
export function makeClipJoiner({ folder, codecs, most }: JoinOptions): ClipJoiner {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const written = new Set<ClipCodec>(['alaw', ...codecs])
  /** In milliseconds, of all clips met; grows with the addresses, not with the calls. */
  const lengths = new Map<string, number>()
  /** What the first short clips hold, by codec: digits, pauses and words come with every call. */
  const contents = new Map<string, ReadonlyMap<ClipCodec, Buffer>>()
  /** In the order they were asked for last. */
  const joined = new Map<string, { readonly base: string; readonly seenAt: number }>()

  const lengthOf = (clip: string): number => {
    const known = lengths.get(clip) ?? clipMs(clip)
    lengths.set(clip, known)
    return known
  }
  const isShort = (clip: string) => lengthOf(clip) <= shortMs

  const contentOf = (clip: string): ReadonlyMap<ClipCodec, Buffer> => {
    const known = contents.get(clip)
    if (known) return known
    const files = clipFiles(clip)
    const content = new Map([...written].map((codec) => [codec, readFileSync(files[codec])]))
    if (contents.size < mostContents && isShort(clip)) contents.set(clip, content)
    return content
  }

  const write = (base: string, run: readonly string[]) => {
    for (const codec of written) {
      writeFileSync(clipFiles(base)[codec], Buffer.concat(run.flatMap((clip) => contentOf(clip).get(codec) ?? [])))
    }
  }

  const oneOf = (run: readonly string[]): string => {
    const key = run.join()
    const known = joined.get(key)
    const now = performance.now()
    const base = known?.base ?? join(folder, createHash('sha256').update(key).digest('hex').slice(0, nameLength))
    let seenAt = known?.seenAt ?? Number.NEGATIVE_INFINITY
    // Somebody may have tidied the folder up.
    if (now - seenAt > lookAgainMs) {
      if (clipMs(base) === 0) write(base, run)
      seenAt = now
    }
    joined.delete(key)
    joined.set(key, { base, seenAt })
    const [oldest] = joined
    if (oldest && joined.size > most) {
      joined.delete(oldest[0])
      for (const file of Object.values(clipFiles(oldest[1].base))) rmSync(file, { force: true })
    }
    return base
  }

  const runOf = (run: readonly string[]) => (run.length < 2 ? run : [oneOf(run)])

  // A full disk must not silence the line.
  return {
    joinShort(clips) {
      try {
        const result: string[] = []
        let run: string[] = []
        for (const clip of clips) {
          if (isShort(clip)) {
            run.push(clip)
            continue
          }
          result.push(...runOf(run), clip)
          run = []
        }
        return [...result, ...runOf(run)]
      } catch {
        return clips
      }
    },
    clipMs: lengthOf,
    joinAll(clips) {
      try {
        return basename(oneOf(clips))
      } catch {
        return undefined
      }
    },
  }
}
