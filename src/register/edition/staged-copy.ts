import { createHash, type Hash } from 'node:crypto'
import { type BigIntStats, constants, createReadStream, createWriteStream } from 'node:fs'
import { type FileHandle, lstat, open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { UserError } from '../../user-error.ts'

/**
 * Copies a file as it is, mode 0600.
 * @param links whether a symbolic link is followed: only for files a person named
 * @returns SHA-256 of the copy, in hexadecimal
 * @throws UserError when it can't be read, is not a regular file, or changes meanwhile
 */
export async function copyFile(from: string, to: string, links: 'followed' | 'refused'): Promise<string> {
  const opened = await openRegular(from, links)
  try {
    const before = stampOf(await opened.stat({ bigint: true }))
    const hash = createHash('sha256')
    await pipeline(
      opened.createReadStream({ autoClose: false, highWaterMark: 1024 * 1024 }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk)
          yield chunk
        }
      },
      createWriteStream(to, { mode: 0o600, flags: 'wx' }),
    )
    if (stampOf(await opened.stat({ bigint: true })) !== before) throw changed(from)
    return hash.digest('hex')
  } finally {
    await opened.close()
  }
}

/** The whole of a small file, as text. Errors as of `copyFile`. */
export async function readSmallFile(file: string, links: 'followed' | 'refused'): Promise<string> {
  const opened = await openRegular(file, links)
  try {
    const { size } = await opened.stat()
    if (size > smallLimit) throw new UserError(`${file} is larger than 64 KB, which no manifest is.`)
    return decodeText(await opened.readFile(), file)
  } finally {
    await opened.close()
  }
}

export const smallLimit = 65_536

/** @throws UserError when it is not UTF-8 */
export function decodeText(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new UserError(`${file} is not UTF-8. Make it again.`, { cause: error })
  }
}

/** SHA-256 of a file, in hexadecimal. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  await hashInto(hash, file)
  return hash.digest('hex')
}

export async function hashInto(hash: Hash, file: string): Promise<void> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(chunk)
}

/** Tells this state of a file from any other: size and times of change. Links are refused. Errors as of `copyFile`. */
export async function stampFile(file: string): Promise<string> {
  const stats = await lstat(file, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(file, error)
  })
  mustBeRegular(file, stats)
  return stampOf(stats)
}

export function changed(file: string): UserError {
  return new UserError(`${file} changed while it was copied. Move finished files into place.`)
}

async function openRegular(file: string, links: 'followed' | 'refused'): Promise<FileHandle> {
  if (links === 'refused') await stampFile(file)
  let opened: FileHandle
  try {
    // Not to be led astray between the look above and here, and not to wait for the writer of a pipe.
    const flags = constants.O_RDONLY | constants.O_NONBLOCK | (links === 'refused' ? constants.O_NOFOLLOW : 0)
    opened = await open(file, flags)
  } catch (error) {
    throw unreadable(file, error as NodeJS.ErrnoException)
  }
  try {
    mustBeRegular(file, await opened.stat({ bigint: true }))
    return opened
  } catch (error) {
    await opened.close()
    throw error
  }
}

function mustBeRegular(file: string, stats: BigIntStats): void {
  if (stats.isFile()) return
  const what = stats.isSymbolicLink()
    ? 'a symbolic link'
    : stats.isDirectory()
      ? 'a folder'
      : stats.isFIFO()
        ? 'a pipe'
        : 'a device or socket'
  throw new UserError(`${file} is ${what}, not a regular file. Put the export itself there.`)
}

function stampOf({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return `${size} bytes, ${mtimeNs} ns, ${ctimeNs} ns, ${ino}`
}

function unreadable(file: string, error: NodeJS.ErrnoException): UserError {
  return new UserError(
    `${file} can't be read (${error.code}). Put the export there and make it readable, or name another place.`,
    { cause: error },
  )
}
