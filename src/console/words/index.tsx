import { IntlMessageFormat } from 'intl-messageformat'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { account } from './account.ts'
import { callbacks } from './callbacks.ts'
import { calls } from './calls.ts'
import { common } from './common.ts'
import { messages } from './messages.ts'
import { now } from './now.ts'
import { problems } from './problems.ts'
import { prompts } from './prompts.ts'
import { register } from './register.ts'
import { reports } from './reports.ts'
import { settings } from './settings.ts'
import { shell } from './shell.ts'
import { steps } from './steps.ts'

/** Every text of the page. Each area has a file of its own beside this one. */
const words = {
  ...common,
  ...problems,
  ...shell,
  ...account,
  ...now,
  ...calls,
  ...steps,
  ...messages,
  ...callbacks,
  ...reports,
  ...register,
  ...prompts,
  ...settings,
}

export type WordKey = keyof typeof words
export type UiLanguage = 'ky' | 'ru' | 'en'

export const uiLanguages: Readonly<Record<UiLanguage, string>> = { ky: 'Кыргызча', ru: 'Русский', en: 'English' }

type Values = Readonly<Record<string, string | number>>

/** Says a word in the language chosen. */
export type Say = (key: WordKey, values?: Values) => string

interface Speaking {
  readonly language: UiLanguage
  readonly say: Say
}

const compiled = new Map<string, IntlMessageFormat>()

/** @param values what stands in the braces of the text */
export function sayIn(language: UiLanguage): Say {
  return (key, values) => {
    const text = words[key][language]
    if (!values) return text
    const name = `${language} ${key}`
    const message = compiled.get(name) ?? new IntlMessageFormat(text, language)
    compiled.set(name, message)
    return String(message.format(values))
  }
}

/** Whether there is such a text, for names that come from the server. */
export function isWord(key: string): key is WordKey {
  return Object.hasOwn(words, key)
}

/** What a prompt or a step of the line is called; its own name where the catalog is newer than this page. */
export function stepName(name: string | null, say: Say): string {
  if (name === null) return '—'
  const key = `step.${name}`
  return isWord(key) ? say(key) : name
}

const SpeakingContext = createContext<Speaking>({ language: 'ky', say: sayIn('ky') })

export function Speak({ language, children }: { readonly language: UiLanguage; readonly children: ReactNode }) {
  const speaking = useMemo(() => ({ language, say: sayIn(language) }), [language])
  return <SpeakingContext value={speaking}>{children}</SpeakingContext>
}

export const useWords = (): Speaking => useContext(SpeakingContext)
