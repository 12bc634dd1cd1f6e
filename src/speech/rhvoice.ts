import { join } from 'node:path'
import { readWav, type Sound } from '../audio/wav.ts'
import type { Command } from '../command.ts'
import { runCommand } from '../run-command.ts'
import { UserError } from '../user-error.ts'
import { inScratchFolder } from './scratch.ts'
import type { Synthesize } from './synthesize.ts'

/**
 * Said between texts: short, for it costs as much as what it separates. No announcement sounds like it, for none has
 * a rate of its own.
 */
const separator = '<p><prosody rate="300%">о.</prosody></p>'

/**
 * The voices' models of 16 kHz instead of 24 kHz: no codec of a telephone line carries more, and they resolve what it
 * does carry as finely (24 coefficients for 8 kHz, 30 for 12 kHz) in two thirds of the time.
 */
const quality = ['-q', 'min']

/**
 * RHVoice, by RHVoice-test. It starts in 0.2 s and takes one text, so many texts go in as one: RHVoice says a sentence
 * bit for bit alike wherever it stands, so a separator's samples are found again exactly, and the audio is cut
 * there. (Its SSML breaks can't serve: version 1.8.0 ignores their time, and a break at the end crashes it.)
 * Where the count of pieces is not right, each text is said by a process of its own.
 */
export function rhvoiceSynthesizer(rhvoice: Command, voice: string): Synthesize {
  const say = (ssml: string, ratePercent: number): Promise<Sound> =>
    inScratchFolder(async (folder) => {
      const wav = join(folder, 'said.wav')
      await runCommand(
        rhvoice,
        ['-s', ...quality, '-p', voice, '-r', String(ratePercent), '-o', wav],
        `<speak>${ssml}</speak>`,
      )
      return readWav(wav)
    })
  const separators = new Map<number, Promise<Sound>>()
  const separatorAt = (ratePercent: number): Promise<Sound> => {
    const known = separators.get(ratePercent) ?? say(separator, ratePercent)
    separators.set(ratePercent, known)
    return known
  }

  return async (texts, ratePercent) => {
    const pieces = texts.length > 1 ? await sayTogether(texts, ratePercent) : []
    if (pieces.length === texts.length) return pieces
    const alone: Sound[] = []
    for (const text of texts) alone.push(await say(paragraph(text), ratePercent))
    return alone
  }

  async function sayTogether(texts: readonly string[], ratePercent: number): Promise<readonly Sound[]> {
    const mark = await separatorAt(ratePercent)
    if (mark.samples.length === 0)
      throw new UserError(`RHVoice has no voice "${voice}": install it, or name another in the configuration's voices.`)
    const { sampleRate, samples } = await say(texts.map(paragraph).join(separator), ratePercent)
    return splitAt(samples, mark.samples).map((piece) => ({ sampleRate, samples: piece }))
  }
}

function paragraph(text: string): string {
  return `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</p>`
}

/** Cuts the audio at every exact occurrence of the mark, which is left out. */
export function splitAt(samples: Int16Array, mark: Int16Array): readonly Int16Array[] {
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
  const needle = Buffer.from(mark.buffer, mark.byteOffset, mark.byteLength)
  const pieces: Int16Array[] = []
  let start = 0
  let from = 0
  for (;;) {
    const found = bytes.indexOf(needle, from)
    if (found < 0) break
    if (found % 2 !== 0) {
      from = found + 1
      continue
    }
    pieces.push(samples.slice(start, found / 2))
    from = found + needle.length
    start = from / 2
  }
  pieces.push(samples.slice(start))
  return pieces
}
