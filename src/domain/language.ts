/** Kyrgyz, the state language, always comes first; Russian is the official language. */
export const languages = ['ky', 'ru'] as const

export type Language = (typeof languages)[number]

export function otherLanguage(language: Language): Language {
  return language === 'ky' ? 'ru' : 'ky'
}
