import { join } from 'node:path'
import type { Command } from '../command.ts'
import { runCommand } from '../run-command.ts'
import { inScratchFolder } from './scratch.ts'
import { readAnySound } from './sox.ts'
import type { Synthesize } from './synthesize.ts'

/**
 * Any program as a voice: it gets a text on standard input and writes an audio file to {out}.
 * @param commandLine program and arguments; {voice}, {rate} (per cent) and {out} in them are replaced
 */
export function commandSynthesizer(commandLine: readonly string[], voice: string, sox: Command): Synthesize {
  return (texts, ratePercent) =>
    inScratchFolder(async (folder) => {
      const out = join(folder, 'said.wav')
      const [file = '', ...args] = commandLine.map((part) =>
        part.replaceAll('{voice}', voice).replaceAll('{rate}', String(ratePercent)).replaceAll('{out}', out),
      )
      const said = []
      for (const text of texts) {
        await runCommand({ file, args: [], env: {} }, args, text)
        said.push(await readAnySound(sox, out))
      }
      return said
    })
}
