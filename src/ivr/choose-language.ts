import type { Language } from '../domain/language.ts'
import type { Prompt } from '../domain/prompt.ts'
import type { Call, Question } from './call.ts'

const welcome: Prompt[] = [
  { name: 'welcome', language: 'ky' },
  { name: 'welcome', language: 'ru' },
]
const kyrgyz: Prompt = { name: 'lang', language: 'ky' }
const russian: Prompt = { name: 'lang', language: 'ru' }

/** What is said in turn while the caller stays silent: both, then Kyrgyz first, then both again. */
const firstRound: readonly Prompt[] = [...welcome, kyrgyz, russian]
const rounds: readonly (readonly Prompt[])[] = [firstRound, [kyrgyz], [kyrgyz, russian]]

/**
 * What the caller is welcomed and asked with.
 * @param next what is asked then, in the language chosen
 */
export function askLanguage(next: Question): Question {
  const leadsTo: Record<string, Question> = { 1: { ...next, language: 'ky' }, 2: { ...next, language: 'ru' } }
  return { prompts: firstRound, options: { max: 1, accepts: /^[12]$/, leadsTo } }
}

/**
 * Welcomes the caller in both languages and asks for one; after silence Kyrgyz, the state language, is assumed.
 * @param next what is asked then, in the language chosen
 */
export async function chooseLanguage(call: Call, next: Question): Promise<Language> {
  const { options } = askLanguage(next)
  let before: Prompt[] = []
  for (const round of rounds) {
    const entry = await call.collect([...before, ...round], options)
    if (entry.kind === 'match') return entry.digits === '1' ? 'ky' : 'ru'
    before =
      entry.kind === 'nomatch'
        ? [
            { name: 'bad-choice', language: 'ky' },
            { name: 'bad-choice', language: 'ru' },
          ]
        : []
  }
  return 'ky'
}
