/** One block of a zstd frame (RFC 8878, 3.1.1.2). */
export interface ZstdBlock {
  readonly type: 'raw' | 'rle' | 'compressed' | 'reserved'
  /** What the header says; of the text for raw and RLE. */
  readonly size: number
  readonly content: Uint8Array
}

export function rawBlock(text: string | Uint8Array): ZstdBlock {
  const content = Buffer.from(text)
  return { type: 'raw', size: content.length, content }
}

export function rleBlock(byte: number, size: number): ZstdBlock {
  return { type: 'rle', size, content: Buffer.from([byte]) }
}

/** A frame without content size; its window is 2 to the power of `windowLog` (10 to 41). */
export function zstdFrame(
  blocks: readonly ZstdBlock[],
  { windowLog = 17, checksum }: { windowLog?: number; checksum?: number } = {},
): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, checksum === undefined ? 0 : 4, (windowLog - 10) << 3])
  const body = blocks.flatMap(({ type, size, content }, index) => {
    const header = Buffer.alloc(3)
    const code = ['raw', 'rle', 'compressed', 'reserved'].indexOf(type)
    header.writeUIntLE((size << 3) | (code << 1) | Number(index === blocks.length - 1), 0, 3)
    return [header, content]
  })
  const sum = Buffer.alloc(checksum === undefined ? 0 : 4)
  if (checksum !== undefined) sum.writeUInt32LE(checksum)
  return Buffer.concat([head, ...body, sum])
}
