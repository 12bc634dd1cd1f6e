import type { Sound } from '../audio/wav.ts'
import type { Command } from '../command.ts'
import { runCommand } from '../run-command.ts'

const raw = (sampleRate: number) => [
  '-t',
  'raw',
  '-e',
  'signed-integer',
  '-b',
  '16',
  '-c',
  '1',
  '-r',
  String(sampleRate),
]

/** Reads any audio file sox knows, as mono; a studio's 24-bit stereo too. */
export async function readAnySound(sox: Command, file: string): Promise<Sound> {
  const sampleRate = 48_000
  return { sampleRate, samples: samplesIn(await runCommand(sox, ['-D', file, ...raw(sampleRate), '-'], '')) }
}

/**
 * Changes the sample rate. Without dither, so that the same text always gives the same bytes.
 * @param effects more of sox's effects, done at the old rate
 */
export async function resample(
  sox: Command,
  sound: Sound,
  sampleRate: number,
  effects: readonly string[] = [],
): Promise<Int16Array> {
  const { buffer, byteOffset, byteLength } = sound.samples
  const args = ['-D', ...raw(sound.sampleRate), '-', ...raw(sampleRate), '-', ...effects, 'rate', '-h']
  return samplesIn(await runCommand(sox, args, Buffer.from(buffer, byteOffset, byteLength)))
}

/** Copied, because a Buffer may begin on an odd byte. Both machines Dobush runs on have sox's order of bytes. */
function samplesIn(bytes: Buffer): Int16Array {
  const samples = new Int16Array(bytes.length >> 1)
  bytes.copy(new Uint8Array(samples.buffer), 0, 0, samples.byteLength)
  return samples
}
