import { statSync } from 'node:fs'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
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

/** A clip is there when all its files are, and none is empty (as a power cut may leave them). */
export function clipExists(base: string): boolean {
  return Object.values(clipFiles(base)).every((file) => (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0)
}

/**
 * Writes a clip in every codec. Each file appears whole or not at all, whenever the machine is cut off.
 * @throws UserError when the disk is full
 */
export async function writeClip(base: string, sound: TelephoneSound): Promise<void> {
  const encoded: Readonly<Record<ClipCodec, Uint8Array>> = {
    alaw: encodeAlaw(sound.narrow),
    ulaw: encodeUlaw(sound.narrow),
    g722: encodeG722(sound.wide),
  }
  try {
    await mkdir(dirname(base), { recursive: true })
    for (const codec of clipCodecs) {
      const file = clipFiles(base)[codec]
      const partial = `${file}.${process.pid}.partial`
      await writeFile(partial, encoded[codec])
      await rename(partial, file)
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    throw new UserError(`The disk that holds ${dirname(base)} is full: free some space and start again.`)
  }
}
