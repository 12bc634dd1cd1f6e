import { join } from 'node:path'
import { readWav } from '../audio/wav.ts'
import type { Command } from '../command.ts'
import { runCommand } from '../run-command.ts'
import { inScratchFolder } from './scratch.ts'
import type { Synthesize } from './synthesize.ts'

/** espeak-ng's own default, in words a minute. */
const wordsAMinute = 175

/** espeak-ng: robotic, but everywhere. It starts in milliseconds, so each text has a process of its own. */
export function espeakSynthesizer(espeak: Command, voice: string): Synthesize {
  return (texts, ratePercent) =>
    inScratchFolder(async (folder) => {
      const speed = Math.round((wordsAMinute * ratePercent) / 100)
      const wav = join(folder, 'said.wav')
      const said = []
      for (const text of texts) {
        await runCommand(espeak, ['-v', voice, '-s', String(speed), '-w', wav, '--stdin'], text)
        said.push(readWav(wav))
      }
      return said
    })
}
