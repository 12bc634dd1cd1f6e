// A voice for tests, as `voices.ky.command` would name one: reads the text, writes a tone as long as it to a WAV.
import { readFileSync, writeFileSync } from 'node:fs'

const [hertz, , out] = process.argv.slice(2)
const rate = 22_050
const samples = Int16Array.from({ length: readFileSync(0, 'utf8').length * 1500 }, (_, index) =>
  Math.round(8000 * Math.sin((2 * Math.PI * Number(hertz) * index) / rate)),
)
const head = Buffer.alloc(44)
head.write('RIFF', 0)
head.writeUInt32LE(36 + samples.byteLength, 4)
head.write('WAVEfmt ', 8)
head.writeUInt32LE(16, 16)
head.writeUInt16LE(1, 20)
head.writeUInt16LE(1, 22)
head.writeUInt32LE(rate, 24)
head.writeUInt32LE(rate * 2, 28)
head.writeUInt16LE(2, 32)
head.writeUInt16LE(16, 34)
head.write('data', 36)
head.writeUInt32LE(samples.byteLength, 40)
writeFileSync(out, Buffer.concat([head, Buffer.from(samples.buffer)]))
