import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder, sampleCalendar } from '../../src/config.ts'
import { languages } from '../../src/domain/language.ts'
import { promptNames } from '../../src/domain/prompt-names.ts'
import { parseCatalog, readCatalog, spokenText } from '../../src/speech/catalog.ts'
import { illegible } from '../../src/speech/legible.ts'
import { promptNamesSource } from '../../src/speech/prompt-names-file.ts'
import { recordableTexts } from '../../src/speech/recordable.ts'

const file = join(projectFolder, 'prompts/catalog.yaml')
const catalog = readCatalog(file)
const calendar = sampleCalendar(new Date('2024-10-18T06:00:00Z'))

it('names every prompt in domain/prompt-names.ts, as `npx dobush prompts names` writes it', () => {
  expect(readFileSync(join(projectFolder, 'src/domain/prompt-names.ts'), 'utf8')).toBe(promptNamesSource(catalog))
})

describe.each(languages)('in %s', (language) => {
  it.each(promptNames)('%s can be read by a voice, its values in words', (name) => {
    for (const segment of catalog.get(name)?.segments[language] ?? []) {
      if (segment.kind !== 'text') continue
      for (const count of segment.template.includes('{count}') ? [1, 2, 5, 13] : [undefined]) {
        const text = spokenText(segment.template, language, calendar, { count, asOf: '2024-11-17' })
        expect(illegible(text, language)).toEqual([])
        expect(text).toMatch(/^[\p{Lu}«]/u)
      }
    }
  })
})

it('says the calendar in words', () => {
  const said = (name: string, language: 'ky' | 'ru', asOf?: string) => {
    const [segment] = catalog.get(name)?.segments[language] ?? []
    return segment?.kind === 'text' ? spokenText(segment.template, language, calendar, { asOf }) : undefined
  }
  expect(said('dates-voting', 'ky')).toBe(
    'Жергиликтүү кеңештердин депутаттарын шайлоо эки миң жыйырма төртүнчү жылдын он жетинчи ноябрында өтөт.',
  )
  expect(said('dates-voting', 'ru')).toBe(
    'Голосование на выборах депутатов местных кенешей состоится семнадцатого ноября две тысячи двадцать четвёртого года.',
  )
  expect(said('dates-window', 'ky')).toContain('төртүнчү октябрдан биринчи ноябрга чейин, биринчи ноябрды кошуп')
  expect(said('dates-window', 'ru')).toContain('с четвёртого октября по первое ноября включительно')
  expect(said('voting-day', 'ky')).toContain('саат сегизден жыйырмага чейин')
  expect(said('voting-day', 'ru')).toContain('с восьми до двадцати часов')
  expect(said('as-of', 'ky', '2024-11-22')).toBe('Тизмедеги маалымат жыйырма экинчи ноябрга карата берилди.')
  expect(said('as-of', 'ru', '2024-11-22')).toBe(
    'Сведения из списка приводятся по состоянию на двадцать второе ноября.',
  )
  expect(said('as-of', 'ky', '2024-08-03')).toContain('үчүнчү августка карата')
})

it('cuts a text at the values said in the call', () => {
  expect(catalog.get('found')?.segments.ru).toEqual([
    { kind: 'text', template: 'Вы есть в списке избирателей. Номер вашего избирательного участка:' },
    { kind: 'value', value: 'station' },
    { kind: 'text', template: 'Повторяю:' },
    { kind: 'value', value: 'station' },
    { kind: 'text', template: 'Адрес:' },
    { kind: 'value', value: 'address' },
  ])
  expect(catalog.get('beep')?.segments.ky).toEqual([{ kind: 'beep' }])
})

it('lets a recording stand in for words alone', () => {
  const texts = recordableTexts(catalog)
  const recordable = ['welcome', 'cb-speak', 'found.1', 'found.3', 'digit-0', 'digit-9-final']
  const synthetic = ['pin-length', 'pin-length-7', 'dates-voting', 'found', 'found.4', 'as-of', 'beep']
  const has = (name: string) => languages.map((language) => texts.has(`${language}/${name}`))
  for (const name of recordable) expect([name, ...has(name)]).toEqual([name, true, true])
  for (const name of synthetic) expect([name, ...has(name)]).toEqual([name, false, false])
  expect(texts.get('ru/found.2')).toBe('Повторяю:')
})

it.each([
  ['a:\n  ky: Салам.\n', 'line 1', 'the prompt a needs a ky text and a ru text'],
  ['a:\n  ky: Салам.\n  ru: Привет.\n  en: Hello.\n', 'line 1', 'nothing else'],
  ['a:\n  ky: Салам.\n  ru: "Привет, {name}."\n', 'line 3', "the prompt a (ru): {name} isn't a placeholder"],
  ['a:\n  ky: "{votingDay:gen}"\n  ru: Привет.\n', 'line 2', 'the forms of {votingDay} in ky are loc, dat, abl, acc'],
  ['a:\n  ky: "{asOf:gen}"\n  ru: Привет.\n', 'line 2', 'the forms of {asOf} in ky are loc, dat, abl, acc'],
  ['a:\n  ky: "{asOf:dat}"\n  ru: Привет.\n', 'line 1', 'says other values in ky (asOf) than in ru (none)'],
  ['a:\n  ky: "{votingDay}"\n  ru: Привет.\n', 'line 2', 'the forms of {votingDay}'],
  ['a:\n  ky: "{election:loc}"\n  ru: Привет.\n', 'line 2', '{election} has no forms'],
  ['a:\n  ky: "Салам {pause"\n  ru: Привет.\n', 'line 2', 'a brace is never closed'],
  ['a:\n  ky: "{phone} чал."\n  ru: Привет.\n', 'line 1', 'says other values in ky (phone) than in ru (none)'],
  ['a:\n  ky: "..."\n  ru: Привет.\n', 'line 2', 'it says nothing'],
  ['A b:\n  ky: Салам.\n  ru: Привет.\n', 'line 1', "isn't a name"],
  ['a:\n  ky: Салам.\n  ru: Привет.\na:\n  ky: Салам.\n  ru: Привет.\n', 'line 4', 'unique'],
])('refuses %j, naming the line', (text, line, fault) => {
  expect(() => parseCatalog(text, 'catalog.yaml')).toThrow(expect.objectContaining({ name: 'UserError' }))
  expect(() => parseCatalog(text, 'catalog.yaml')).toThrow(`catalog.yaml, ${line}: `)
  expect(() => parseCatalog(text, 'catalog.yaml')).toThrow(fault)
})
