/** What a WAV file says of itself. */
export interface WavShape {
  readonly sampleRate: number
  readonly channels: number
  readonly bits: number
  readonly seconds: number
}

/** PCM and floating point, which is all that studios deliver. */
const kinds: ReadonlySet<number> = new Set([1, 3])

/** Reads the head of a WAV file. @returns nothing for any other file, or a kind of sound studios do not deliver */
export function wavShape(bytes: Buffer): WavShape | undefined {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    return undefined
  }
  let format: Omit<WavShape, 'seconds'> | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    const body = bytes.subarray(at + 8, at + 8 + size)
    if (id === 'fmt ') format = formatIn(body)
    if (id === 'data') {
      if (!format) return undefined
      return { ...format, seconds: body.length / ((format.sampleRate * format.channels * format.bits) / 8) }
    }
    at += 8 + size + (size & 1)
  }
  return undefined
}

function formatIn(body: Buffer): Omit<WavShape, 'seconds'> | undefined {
  if (body.length < 16) return undefined
  const tag = body.readUInt16LE(0)
  // WAVE_FORMAT_EXTENSIBLE says what it is in the first two bytes of its GUID.
  const kind = tag === 0xfffe && body.length >= 26 ? body.readUInt16LE(24) : tag
  const channels = body.readUInt16LE(2)
  const sampleRate = body.readUInt32LE(4)
  const bits = body.readUInt16LE(14)
  const isUsual = kinds.has(kind) && channels >= 1 && channels <= 8 && [8, 16, 24, 32].includes(bits) && sampleRate > 0
  return isUsual ? { sampleRate, channels, bits } : undefined
}
