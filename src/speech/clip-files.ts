import { statSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { encodeAlaw, encodeUlaw } from '../audio/g711.ts'
import { encodeG722 } from '../audio/g722.ts'
import { UserError } from '../user-error.ts'
import type { TelephoneSound } from './telephone-sound.ts'

/** Extensions by which Asterisk knows the raw codecs of the trunks; see `codecs` of a trunk in config.ts. */
export const clipCodecs = ['alaw', 'ulaw', 'g722'] as const

export type ClipCodec = (typeof clipCodecs)[number]

export function clipFiles(base: string): Readonly<Record<ClipCodec, string>> {
  return { alaw: `${base}.alaw`, ulaw: `${base}.ulaw`, g722: `${base}.g722` }
}

/** A clip is there when all its files are, each of the same length: all three codecs take 8000 bytes a second. */
export function clipExists(base: string): boolean {
  const size = sizeOf(`${base}.alaw`)
  return size > 0 && sizeOf(`${base}.ulaw`) === size && sizeOf(`${base}.g722`) === size
}

/** How long a clip is, in milliseconds. */
export function clipMs(base: string): number {
  return sizeOf(`${base}.alaw`) / 8
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

const partialFile = /\.(\d+)\.partial$/

/**
 * Writes clips in every codec. Each file appears whole or not at all, and all are on the disk when this comes to its
 * end, whenever the machine is cut off.
 * @throws UserError when the disk is full
 */
export async function writeClips(clips: readonly (readonly [base: string, sound: TelephoneSound])[]): Promise<void> {
  const folders = new Set(clips.map(([base]) => dirname(base)))
  const partials: (readonly [partial: string, file: string])[] = []
  try {
    for (const folder of folders) await mkdir(folder, { recursive: true })
    // Together, because the disk makes many files last in little more time than one.
    const results = await Promise.allSettled(
      clips.flatMap(([base, sound]) => {
        const encoded = encode(sound)
        return clipCodecs.map((codec) => {
          const file = clipFiles(base)[codec]
          const partial = `${file}.${process.pid}.partial`
          partials.push([partial, file])
          return writeDurably(partial, encoded[codec])
        })
      }),
    )
    for (const result of results) if (result.status === 'rejected') throw result.reason
    for (const [partial, file] of partials) await rename(partial, file)
    for (const folder of folders) await makeDurable(folder)
  } catch (error) {
    for (const [partial] of partials) await rm(partial, { force: true })
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    throw new UserError(`The disk that holds ${[...folders].join(', ')} is full: free some space and start again.`)
  }
}

/** Removes what writers that were killed have left in these folders. */
export async function removeLeftovers(folders: Iterable<string>): Promise<void> {
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      const writer = partialFile.exec(name)?.[1]
      if (writer !== undefined && !isAlive(Number(writer))) await rm(join(folder, name), { force: true })
    }
  }
}

function encode({ narrow, wide }: TelephoneSound): Readonly<Record<ClipCodec, Uint8Array>> {
  return { alaw: encodeAlaw(narrow), ulaw: encodeUlaw(narrow), g722: encodeG722(wide) }
}

async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'w')
  try {
    await handle.writeFile(bytes)
    await handle.datasync()
  } finally {
    await handle.close()
  }
}

async function makeDurable(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
