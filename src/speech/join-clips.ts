import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ClipCodec, clipFiles, clipMs } from './clip-files.ts'

/** Digits, pauses and the words between them are shorter, addresses are longer. */
const shortMs = 2_000

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
  /** What short clips hold, by codec; nothing for a long one. Few, and never the stations' addresses. */
  const contents = new Map<string, ReadonlyMap<ClipCodec, Buffer> | undefined>()
  /** In the order they were asked for last. */
  const joined = new Map<string, string>()

  const contentOf = (clip: string): ReadonlyMap<ClipCodec, Buffer> | undefined => {
    if (contents.has(clip)) return contents.get(clip)
    const files = clipFiles(clip)
    const isShort = clipMs(clip) <= shortMs
    const read = () => new Map([...written].map((codec) => [codec, readFileSync(files[codec])]))
    contents.set(clip, isShort ? read() : undefined)
    return contents.get(clip)
  }

  const oneOf = (run: readonly string[]): readonly string[] => {
    if (run.length < 2) return run
    const key = run.join()
    const base = joined.get(key) ?? join(folder, createHash('sha256').update(key).digest('hex'))
    if (!joined.delete(key)) {
      for (const codec of written) {
        writeFileSync(clipFiles(base)[codec], Buffer.concat(run.flatMap((clip) => contentOf(clip)?.get(codec) ?? [])))
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
        if (contentOf(clip)) {
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
