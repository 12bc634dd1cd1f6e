import type { Caller } from '../../src/caller/call.ts'
import type { Language } from '../../src/domain/language.ts'
import { speechLike } from './speech.ts'

/** Interrupts the welcome with the key of a language. */
export async function choose(caller: Caller, language: Language): Promise<void> {
  await caller.hears('welcome')
  await caller.press(language === 'ky' ? '1' : '2')
}

/** Interrupts the main menu with a key. */
export async function fromMenu(caller: Caller, language: Language, key: string): Promise<void> {
  await choose(caller, language)
  await caller.hears('menu-check', { language })
  await caller.press(key)
}

export async function typePin(caller: Caller, language: Language, keys: string): Promise<void> {
  await fromMenu(caller, language, '1')
  await caller.hears('pin-enter', { language })
  await caller.press(keys)
}

/** Agrees to be recorded, and says why by a key. */
export async function agree(caller: Caller, language: Language, reason: string): Promise<void> {
  await fromMenu(caller, language, '3')
  await caller.hears('cb-consent', { language, whole: true, withinMs: 40_000 })
  await caller.quiet(600)
  await caller.press('1')
  await caller.hears('cb-reason', { language })
  await caller.press(reason)
}

/** Speaks after the beep. */
export async function speak(caller: Caller, language: Language, milliseconds: number): Promise<void> {
  await caller.hears('cb-speak', { language })
  await caller.press('5')
  await caller.hears('beep', { whole: true })
  await caller.say(speechLike(milliseconds))
}

/** What was heard, by correlation, from the first clip of this name on: `ru/found.1`. */
export function heardFrom(caller: Caller, name: string): string[] {
  const names = caller.heard().map((segment) => `${segment.language}/${segment.name}${segment.whole ? '' : ' cut'}`)
  return names.slice(names.findIndex((heard) => heard.includes(`/${name}`)))
}

/** The digits of a station's number as the line says them. */
export function spokenDigits(language: Language, number: string): string[] {
  return [...number].map((digit, index) => `${language}/digit-${digit}${index === number.length - 1 ? '-final' : ''}`)
}
