import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseWav, readWav, WavError, wavBytes, writeWav } from '../../src/audio/wav.ts'

const sound = { sampleRate: 8000, samples: Int16Array.of(0, 1, -1, 32767, -32768) }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dobush-wav-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('reads back what it wrote', () => {
  const file = join(folder, 'a.wav')
  writeWav(file, sound)
  expect(readWav(file)).toEqual(sound)
})

test('skips chunks it does not know, of odd size too', () => {
  const bytes = wavBytes(sound)
  const list = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1')
  expect(parseWav(Buffer.concat([bytes.subarray(0, 36), list, bytes.subarray(36)]), 'a.wav')).toEqual(sound)
})

test('believes the end of the file rather than the size a pipe left', () => {
  const bytes = wavBytes(sound)
  bytes.writeUInt32LE(0xffffffff, 40)
  expect(parseWav(bytes, 'a.wav')).toEqual(sound)
})

test('refuses what it cannot read, naming the file and the way out', () => {
  const stereo = wavBytes(sound)
  stereo.writeUInt16LE(2, 22)
  expect(() => parseWav(stereo, 'a.wav')).toThrow(/a\.wav must be 16-bit PCM mono; it has format 1, 2 channel/)
  expect(() => parseWav(Buffer.from('nothing of the kind'), 'b.wav')).toThrow(WavError)
  expect(() => parseWav(wavBytes(sound).subarray(0, 36), 'c.wav')).toThrow('c.wav has no data.')
  const text = join(folder, 'd.wav')
  writeFileSync(text, '')
  expect(() => readWav(text)).toThrow(/d\.wav is not a WAV file/)
})
