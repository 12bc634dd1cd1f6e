import type { Day } from './calendar.ts'
import type { Language } from './language.ts'
import type { PhoneNumber } from './phone-number.ts'
import type { PromptName } from './prompt-names.ts'
import type { Reference } from './reference.ts'
import type { Station } from './station.ts'

/** What a prompt says besides its own words. */
export interface PromptValues {
  readonly station?: Station
  readonly phone?: PhoneNumber
  readonly reference?: Reference
  /** How many digits the caller typed, 1 to 13. */
  readonly count?: number
  /** The day the voter list describes. */
  readonly asOf?: Day
}

/** An announcement: its name, the values said in it, and its language where that is not the call's. */
export interface Prompt {
  readonly name: PromptName
  readonly values?: PromptValues
  readonly language?: Language
}

export type Prompts = Prompt | readonly Prompt[]

export function inOrder(prompts: Prompts): readonly Prompt[] {
  return 'name' in prompts ? [prompts] : prompts
}

export function say(name: PromptName, values?: PromptValues): Prompt {
  return values ? { name, values } : { name }
}
