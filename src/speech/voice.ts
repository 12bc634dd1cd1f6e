import type { Command } from '../command.ts'
import type { VoiceConfig } from '../config.ts'
import type { Language } from '../domain/language.ts'
import { UserError } from '../user-error.ts'
import type { Pace } from './clip.ts'
import { commandSynthesizer } from './command.ts'
import { espeakSynthesizer } from './espeak.ts'
import { rhvoiceSynthesizer } from './rhvoice.ts'
import type { Synthesize } from './synthesize.ts'

/** The programs speech is made with; without `rhvoice`, espeak-ng speaks in its place. */
export interface SpeechTools {
  readonly sox: Command
  readonly rhvoice?: Command
  readonly espeak: Command
}

/** Who speaks a language, and what in it can be heard. */
export interface Voice {
  readonly identity: {
    readonly engine: string
    readonly name: string
    readonly rates: Readonly<Record<Pace, number>>
  }
  readonly synthesize: Synthesize
}

const rhvoiceNames = { ky: 'nazgul', ru: 'elena' } as const

/** @throws UserError when the configuration asks for `command` and names none */
export function voiceOf(language: Language, config: VoiceConfig, tools: SpeechTools): Voice {
  const rates = { sentence: config.rate, slow: config.slowRate }
  if (config.engine === 'command') {
    if (!config.command?.length)
      throw new UserError(
        `The configuration's voices.${language} has the engine "command" but no command: add command: [program, argument, …].`,
      )
    const name = config.voice ?? ''
    // Another command is another voice.
    const identity = { engine: JSON.stringify(config.command), name, rates }
    return { identity, synthesize: commandSynthesizer(config.command, name, tools.sox) }
  }
  if (config.engine === 'rhvoice' && tools.rhvoice) {
    const name = config.voice ?? rhvoiceNames[language]
    return { identity: { engine: 'rhvoice', name, rates }, synthesize: rhvoiceSynthesizer(tools.rhvoice, name) }
  }
  // A name given for RHVoice means nothing to espeak-ng.
  const name = (config.engine === 'espeak-ng' ? config.voice : undefined) ?? language
  return { identity: { engine: 'espeak-ng', name, rates }, synthesize: espeakSynthesizer(tools.espeak, name) }
}
