import { callbackReasons } from '../../src/domain/callback-request.ts'
import { languages, otherLanguage } from '../../src/domain/language.ts'
import { regions } from '../../src/domain/region.ts'

test('Kyrgyz comes first, and each language has the other', () => {
  expect(languages).toEqual(['ky', 'ru'])
  expect(otherLanguage('ky')).toBe('ru')
  expect(otherLanguage('ru')).toBe('ky')
})

test('nine regions in both languages', () => {
  expect(Object.keys(regions)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
  for (const { ky, ru } of Object.values(regions))
    expect([ky, ru].every((name) => /^\p{Script=Cyrillic}/u.test(name))).toBe(true)
})

test('reasons keep the order the prompt offers them in', () => {
  expect(callbackReasons).toEqual(['not-in-list', 'wrong-station', 'wrong-personal-data', 'other'])
})
