import { createReadStream, statSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { UserError } from '../../user-error.ts'
import { isZstd, unzstd, ZstdFault } from './zstd.ts'

/** A file being read as text, whatever it is compressed with. */
export interface OpenText {
  /** The text, in pieces of at most 256 KiB, as fast as they are taken. Iterate once. */
  readonly chunks: AsyncIterable<Buffer>
  /** Bytes of the stored file. */
  readonly size: number
  /** Bytes of the stored file read so far. */
  read(): number
}

type Packing = 'plain text' | 'gzip' | 'zstd' | 'a ZIP archive'

const pieceLength = 256 * 1024
/** A country's list is about 130 MB. */
const textLimit = 2 * 1024 ** 3
/** Up to here any ratio goes: a small file of empty lines harms nobody. */
const ratioFrom = 64 * 1024 ** 2
/** Voter lists shrink by 3 to 10 times. */
const ratioLimit = 200

/**
 * Opens a file that is plain, gzip (`.gz`) or zstd (`.zst`) by its name and by its first bytes.
 * @throws UserError naming the file when it can't be read; while iterating also when the name and the bytes disagree,
 * when compressed data is cut off or damaged, and when the text is far larger than a voter list can be
 */
export function openText(file: string): OpenText {
  const size = sizeOf(file)
  let read = 0
  async function* stored(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(file, { highWaterMark: pieceLength })) {
      if (read === 0) mustBeNamedRight(file, chunk)
      read += chunk.length
      yield chunk
    }
    if (read === 0) mustBeNamedRight(file, Buffer.alloc(0))
  }
  return { size, read: () => read, chunks: unpack(file, size, stored()) }
}

function sizeOf(file: string): number {
  let fault: string
  try {
    const stats = statSync(file)
    if (stats.isFile()) return stats.size
    fault = 'it is not a regular file'
  } catch (error) {
    fault = (error as NodeJS.ErrnoException).code ?? String(error)
  }
  throw new UserError(`${file} can't be read (${fault}). Check that the file is there and readable.`)
}

async function* unpack(file: string, size: number, stored: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let length = 0
  try {
    for await (const chunk of unpacked(file, size, stored)) {
      length += chunk.length
      if (length > textLimit) throw new UserError(`${file} holds more than 2 GB of text, which no voter list does.`)
      if (length > ratioFrom && length > size * ratioLimit) {
        throw new UserError(
          `${file} unpacks to more than ${ratioLimit} times its size, which no voter list does. Export it again.`,
        )
      }
      yield chunk
    }
  } catch (error) {
    if (error instanceof ZstdFault) throw new UserError(`${file} ${error.message}.`)
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (code === 'Z_BUF_ERROR') {
      throw new UserError(`${file} is cut off: the compressed data ends too early. Copy it again.`)
    }
    if (code.startsWith('Z_')) throw new UserError(`${file} is damaged (gzip: ${messageOf(error)}). Copy it again.`)
    throw error
  }
}

function unpacked(file: string, size: number, stored: AsyncGenerator<Buffer>): AsyncIterable<Buffer> {
  switch (packingByName(file)) {
    case 'gzip':
      return gunzip(file, size, stored)
    case 'zstd':
      return unzstd(stored)
    default:
      return stored
  }
}

async function* gunzip(file: string, size: number, stored: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const gunzipper = createGunzip({ chunkSize: pieceLength })
  const feeding = pipeline(stored, gunzipper)
  // Its faults come out of the iteration below as well.
  feeding.catch(() => {})
  yield* gunzipper
  // zlib stops without a word where something else follows.
  if (gunzipper.bytesWritten < size) {
    throw new UserError(`${file} is damaged (gzip: something else follows the compressed data). Copy it again.`)
  }
}

function packingByName(file: string): 'plain text' | 'gzip' | 'zstd' {
  if (file.endsWith('.gz')) return 'gzip'
  return file.endsWith('.zst') ? 'zstd' : 'plain text'
}

function mustBeNamedRight(file: string, head: Buffer): void {
  const named = packingByName(file)
  const found = packingOf(head)
  if (named === found) return
  if (found === 'a ZIP archive') throw new UserError(`${file} is a ZIP archive. Unpack it and give the CSV file.`)
  throw new UserError(`${file} is named like ${named}, but holds ${found}. Name it after what it is.`)
}

function packingOf(head: Buffer): Packing {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (isZstd(head)) return 'zstd'
  return head.subarray(0, 4).equals(Buffer.from('PK\x03\x04', 'latin1')) ? 'a ZIP archive' : 'plain text'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
