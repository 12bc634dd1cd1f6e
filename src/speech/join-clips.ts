import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ClipCodec, clipFiles, clipMs } from './clip-files.ts'

/** Digits, pauses and the words between them are shorter, addresses are longer. */
const shortMs = 2_000
/** More than there are digits and words; short addresses beyond that are read when they are joined. */
const mostContents = 300

export interface JoinOptions {
  /** Of its own: emptied here, for what a killed process left there may be half a file. */
  readonly folder: string
  /** Alaw is always among them: clips are measured by it. */
  readonly codecs: readonly ClipCodec[]
  /** The joined clips kept at once; the one that was asked for longest ago goes first. */
  readonly most: number
}

/**
 * Makes one clip of several short ones that follow each other: a switch opens, looks for and reports each of them, and
 * a station's number alone is eleven. What can't be joined is played as it is.
 * @returns takes clips (paths without extension, in playing order), gives those that sound the same
 */
export function makeClipJoiner({ folder, codecs, most }: JoinOptions): (clips: readonly string[]) => readonly string[] {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const written = new Set<ClipCodec>(['alaw', ...codecs])
  /** Whether a clip is short; grows with the addresses met, not with the calls. */
  const shortness = new Map<string, boolean>()
  /** What the first short clips hold, by codec: digits, pauses and words come with every call. */
  const contents = new Map<string, ReadonlyMap<ClipCodec, Buffer>>()
  /** In the order they were asked for last. */
  const joined = new Map<string, string>()

  const isShort = (clip: string): boolean => {
    const known = shortness.get(clip) ?? clipMs(clip) <= shortMs
    shortness.set(clip, known)
    return known
  }

  const contentOf = (clip: string): ReadonlyMap<ClipCodec, Buffer> => {
    const known = contents.get(clip)
    if (known) return known
    const files = clipFiles(clip)
    const content = new Map([...written].map((codec) => [codec, readFileSync(files[codec])]))
    if (contents.size < mostContents) contents.set(clip, content)
    return content
  }

  const oneOf = (run: readonly string[]): readonly string[] => {
    if (run.length < 2) return run
    const key = run.join()
    const base = joined.get(key) ?? join(folder, createHash('sha256').update(key).digest('hex'))
    // Somebody may have tidied the folder up.
    if (!joined.delete(key) || clipMs(base) === 0) {
      for (const codec of written) {
        writeFileSync(clipFiles(base)[codec], Buffer.concat(run.flatMap((clip) => contentOf(clip).get(codec) ?? [])))
      }
    }
    joined.set(key, base)
    const [oldest] = joined
    if (oldest && joined.size > most) {
      joined.delete(oldest[0])
      for (const file of Object.values(clipFiles(oldest[1]))) rmSync(file, { force: true })
    }
    return [base]
  }

  return (clips) => {
    try {
      const result: string[] = []
      let run: string[] = []
      for (const clip of clips) {
        if (isShort(clip)) {
          run.push(clip)
          continue
        }
        result.push(...oneOf(run), clip)
        run = []
      }
      return [...result, ...oneOf(run)]
    } catch {
      // A full disk must not silence the line.
      return clips
    }
  }
}
