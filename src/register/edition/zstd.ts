import { Decompress } from 'fzstd'
import xxhash from 'xxhash-wasm'

/** Why compressed data can't be read, as the end of a sentence about the file. */
export class ZstdFault extends Error {
  override readonly name = 'ZstdFault'
}

const frameMagic = 0xfd2fb528
const blockLimit = 128 * 1024
// As much as `zstd -19` uses. A header may ask for 2 GB, and for each block the whole window is moved.
const windowLimit = 8 * 1024 * 1024
// Every match is at least three bytes long. fzstd would spend seconds on a block that claims more of them.
const sequenceLimit = Math.floor(blockLimit / 3)

export function isZstd(head: Buffer): boolean {
  return head.length >= 4 && (head.readUInt32LE() === frameMagic || isSkippable(head.readUInt32LE()))
}

/**
 * Text of zstd frames (RFC 8878), block by block: at most 128 KiB at once and a window of 8 MiB. fzstd decodes the
 * blocks; the frame around them is read here, because fzstd takes headers at their word and passes over checksums.
 * @throws ZstdFault for data that is cut off, damaged, or needs a dictionary or a larger window
 */
export async function* unzstd(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { create64 } = await xxhash()
  const input = byteReader(chunks)
  try {
    for (let head = await input.upTo(4); head.length > 0; head = await input.upTo(4)) {
      if (head.length < 4) throw cutOff()
      const magic = head.readUInt32LE()
      if (isSkippable(magic)) {
        await input.skip((await input.exactly(4)).readUInt32LE())
        continue
      }
      if (magic !== frameMagic) throw damaged('what follows a frame is not another one')
      const frame = await readHeader(input, head)
      const decoded: Uint8Array[] = []
      const decoder = new Decompress((data) => {
        if (data.length > 0) decoded.push(data)
      })
      const sum = create64()
      let length = 0
      let pending = frame.bytes
      for (let isLast = false; !isLast; ) {
        const block = await readBlock(input, frame.blockLimit)
        isLast = block.isLast
        const checksum = isLast && frame.hasChecksum ? await input.exactly(4) : undefined
        decode(decoder, Buffer.concat([pending, block.bytes, checksum ?? Buffer.alloc(0)]), isLast)
        pending = Buffer.alloc(0)
        for (const data of decoded.splice(0)) {
          if (data.length > frame.blockLimit) throw damaged('a block is too long')
          length += data.length
          sum.update(data)
          yield Buffer.from(data.buffer, data.byteOffset, data.byteLength)
        }
        if (checksum && Number(sum.digest() & 0xffffffffn) !== checksum.readUInt32LE()) {
          throw damaged('the checksum is another one')
        }
      }
      if (frame.contentSize !== undefined && frame.contentSize !== length) throw damaged('the length is another one')
    }
  } finally {
    await input.close()
  }
}

function decode(decoder: Decompress, bytes: Buffer, isLast: boolean): void {
  try {
    decoder.push(bytes, isLast)
  } catch (error) {
    throw damaged(error instanceof Error ? error.message : 'a block')
  }
}

interface Frame {
  readonly bytes: Buffer
  readonly hasChecksum: boolean
  readonly blockLimit: number
  readonly contentSize: number | undefined
}

async function readHeader(input: ByteReader, magic: Buffer): Promise<Frame> {
  const descriptor = await input.exactly(1)
  const flags = descriptor.readUInt8()
  const isSingle = (flags & 0x20) !== 0
  const sizeFlag = flags >> 6
  if (flags & 0x08) throw damaged('a reserved bit is set')
  if (flags & 0x03) throw new ZstdFault('needs a dictionary. Compress it without one')
  const sizeLength = sizeFlag === 0 ? Number(isSingle) : 1 << sizeFlag
  const windowByte = isSingle ? Buffer.alloc(0) : await input.exactly(1)
  const sizeBytes = await input.exactly(sizeLength)
  const contentSize = sizeLength === 0 ? undefined : contentSizeOf(sizeBytes)
  const window = isSingle ? (contentSize ?? 0) : windowOf(windowByte.readUInt8())
  if (window > windowLimit) {
    throw new ZstdFault('needs more than 8 MB of memory to unpack. Compress it with "zstd -19" or less, without --long')
  }
  return {
    bytes: Buffer.concat([magic, descriptor, windowByte, sizeBytes]),
    hasChecksum: (flags & 0x04) !== 0,
    blockLimit: Math.min(blockLimit, window),
    contentSize,
  }
}

function contentSizeOf(bytes: Buffer): number {
  if (bytes.length === 8) return Number(bytes.readBigUInt64LE())
  return bytes.readUIntLE(0, bytes.length) + (bytes.length === 2 ? 256 : 0)
}

function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >> 3))
  return base + (base / 8) * (byte & 7)
}

async function readBlock(input: ByteReader, limit: number): Promise<{ bytes: Buffer; isLast: boolean }> {
  const header = await input.exactly(3)
  const bits = header.readUIntLE(0, 3)
  const type = (bits >> 1) & 3
  const size = bits >> 3
  if (type === 3) throw damaged('a block is of no known type')
  if (size > limit) throw damaged('a block is too long')
  // One byte, to be repeated.
  const content = await input.exactly(type === 1 ? 1 : size)
  if (type === 2 && sequencesOf(content) > sequenceLimit) throw damaged('a block claims too many sequences')
  return { bytes: Buffer.concat([header, content]), isLast: (bits & 1) === 1 }
}

/** How many sequences a compressed block claims: the number after its literals. */
function sequencesOf(block: Buffer): number {
  const at = (index: number) => block[index] ?? 0
  const type = at(0) & 3
  const format = (at(0) >> 2) & 3
  let next: number
  if (type < 2) {
    const headerLength = format === 1 ? 2 : format === 3 ? 3 : 1
    const size =
      headerLength === 1
        ? at(0) >> 3
        : headerLength === 2
          ? (at(0) >> 4) | (at(1) << 4)
          : (at(0) >> 4) | (at(1) << 4) | (at(2) << 12)
    next = headerLength + (type === 0 ? size : 1)
  } else if (format < 2) {
    next = 3 + ((at(1) >> 6) | (at(2) << 2))
  } else if (format === 2) {
    next = 4 + ((at(2) >> 2) | (at(3) << 6))
  } else {
    next = 5 + ((at(2) >> 6) | (at(3) << 2) | (at(4) << 10))
  }
  if (next >= block.length) throw damaged('a block ends within its literals')
  const first = at(next)
  if (first < 128) return first
  return first < 255 ? ((first - 128) << 8) | at(next + 1) : (at(next + 1) | (at(next + 2) << 8)) + 0x7f00
}

interface ByteReader {
  /** Fewer only at the end. */
  upTo(length: number): Promise<Buffer>
  /** @throws ZstdFault at the end */
  exactly(length: number): Promise<Buffer>
  skip(length: number): Promise<void>
  close(): Promise<void>
}

function byteReader(chunks: AsyncIterable<Buffer>): ByteReader {
  const iterator = chunks[Symbol.asyncIterator]()
  let rest: Buffer = Buffer.alloc(0)
  async function more(): Promise<boolean> {
    const { value, done } = await iterator.next()
    if (done) return false
    rest = rest.length === 0 ? value : Buffer.concat([rest, value])
    return true
  }
  async function upTo(length: number): Promise<Buffer> {
    while (rest.length < length && (await more()));
    const taken = rest.subarray(0, length)
    rest = rest.subarray(length)
    return taken
  }
  return {
    upTo,
    exactly: async (length) => {
      const taken = await upTo(length)
      if (taken.length < length) throw cutOff()
      return taken
    },
    skip: async (length) => {
      for (let left = length; left > 0; ) {
        const taken = await upTo(Math.min(left, blockLimit))
        if (taken.length === 0) throw cutOff()
        left -= taken.length
      }
    },
    close: async () => {
      await iterator.return?.()
    },
  }
}

function isSkippable(magic: number): boolean {
  return magic >>> 4 === 0x184d2a5
}

function cutOff(): ZstdFault {
  return new ZstdFault('is cut off: the compressed data ends too early. Copy it again')
}

function damaged(what: string): ZstdFault {
  return new ZstdFault(`is damaged (zstd: ${what}). Copy it again`)
}
