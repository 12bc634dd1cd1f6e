import { readFileSync, writeFileSync } from 'node:fs'

/** Mono sound, 16-bit samples. */
export interface Sound {
  /** In hertz. */
  readonly sampleRate: number
  readonly samples: Int16Array
}

/** A file that is not 16-bit PCM mono WAV. The message names the file and what is wrong with it. */
export class WavError extends Error {
  override readonly name = 'WavError'
}

/** @throws WavError for anything but 16-bit PCM mono; the file system's own error when the file can't be read */
export function readWav(file: string): Sound {
  return parseWav(readFileSync(file), file)
}

/** @param name said in errors */
export function parseWav(bytes: Buffer, name: string): Sound {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 4) !== 'RIFF' || bytes.toString('latin1', 8, 12) !== 'WAVE') {
    throw new WavError(`${name} is not a WAV file.`)
  }
  let sampleRate: number | undefined
  for (let at = 12; at + 8 <= bytes.length; ) {
    const id = bytes.toString('latin1', at, at + 4)
    const size = bytes.readUInt32LE(at + 4)
    const body = at + 8
    if (id === 'fmt ') sampleRate = sampleRateOf(bytes.subarray(body, body + size), name)
    if (id === 'data') {
      if (sampleRate === undefined) throw new WavError(`${name} has no format before its data.`)
      // Programs that write to a pipe leave a size that is too large: the file's end counts.
      return { sampleRate, samples: samplesOf(bytes.subarray(body, Math.min(body + size, bytes.length))) }
    }
    at = body + size + (size & 1)
  }
  throw new WavError(`${name} has no data.`)
}

export function writeWav(file: string, sound: Sound): void {
  writeFileSync(file, wavBytes(sound))
}

export function wavBytes({ sampleRate, samples }: Sound): Buffer {
  const bytes = Buffer.alloc(44 + samples.length * 2)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(bytes.length - 8, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20) // PCM
  bytes.writeUInt16LE(1, 22) // mono
  bytes.writeUInt32LE(sampleRate, 24)
  bytes.writeUInt32LE(sampleRate * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(samples.length * 2, 40)
  for (let i = 0; i < samples.length; i++) bytes.writeInt16LE(samples[i] as number, 44 + 2 * i)
  return bytes
}

function sampleRateOf(format: Buffer, name: string): number {
  if (format.length < 16) throw new WavError(`${name} has a broken format chunk.`)
  const tag = format.readUInt16LE(0)
  // WAVE_FORMAT_EXTENSIBLE says what it is in the first two bytes of its GUID.
  const kind = tag === 0xfffe && format.length >= 26 ? format.readUInt16LE(24) : tag
  const channels = format.readUInt16LE(2)
  const bits = format.readUInt16LE(14)
  if (kind !== 1 || channels !== 1 || bits !== 16) {
    throw new WavError(
      `${name} must be 16-bit PCM mono; it has format ${kind}, ${channels} channel(s) of ${bits} bits. ` +
        'Convert it: sox in.wav -b 16 -c 1 out.wav',
    )
  }
  return format.readUInt32LE(4)
}

function samplesOf(data: Buffer): Int16Array {
  const samples = new Int16Array(data.length >> 1)
  for (let i = 0; i < samples.length; i++) samples[i] = data.readInt16LE(2 * i)
  return samples
}
