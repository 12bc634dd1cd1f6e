import type { Language } from '../domain/language.ts'

// ПИН is let through: RHVoice says it, and ПИНди, bit for bit as the word «пин».
const checks: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/\p{L}*[ѳѲ]\p{L}*/gu, 'has ѳ (U+0473), which looks like ө; write ө'],
  [/\p{L}*[ӊӉ]\p{L}*/gu, 'has ӊ (U+04CA), which looks like ң; write ң'],
  [
    /(?=\p{L}*\p{Script=Cyrillic})(?=\p{L}*\p{Script=Latin})\p{L}+/gu,
    'mixes Latin letters with Cyrillic; type it again',
  ],
  [/(?<!\p{L})\p{Script=Latin}+(?!\p{L})/gu, 'is written in Latin letters; write it as it is said'],
  [/\p{N}+/gu, 'is a number left to the synthesizer; write it in words'],
  [/[№%§&+*#/\\=_<>{}[\]@]+/gu, 'is a sign left to the synthesizer; write it in words'],
  [/(?<!\p{L})(?!ПИН)\p{Lu}{2,}/gu, 'is an abbreviation left to the synthesizer; write it as it is said'],
  [/(?<!\p{L})[\p{L}-]{1,4}\.(?=\s+\p{Ll})/gu, 'is an abbreviation left to the synthesizer; write the word'],
]
const kyrgyzOnly: (typeof checks)[number] = [
  /\p{L}*[өүңӨҮҢ]\p{L}*/gu,
  'has a Kyrgyz letter, which the Russian voice cannot say',
]

/** What a synthesizer may say otherwise than it is meant, as sentences' ends: `"№" is a sign left to …`. */
export function illegible(text: string, language: Language): readonly string[] {
  const all = language === 'ru' ? [...checks, kyrgyzOnly] : checks
  return all.flatMap(([pattern, what]) =>
    [...text.matchAll(pattern)].map(([found]) => found).map((found) => `"${found}" ${what}`),
  )
}
