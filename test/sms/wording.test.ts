import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectFolder } from '../../src/config.ts'
import { languages } from '../../src/domain/language.ts'
import type { Reference } from '../../src/domain/reference.ts'
import { smsTextNames } from '../../src/domain/sms.ts'
import { partsOf, splitText } from '../../src/sms/parts.ts'
import { readWording } from '../../src/sms/wording.ts'
import { election } from '../ivr/test-line.ts'

const file = join(projectFolder, 'prompts', 'sms.yaml')
const wording = readWording(file, () => election)
const values = {
  station: { number: '1101', address: { ky: 'Киев көчөсү, мектептин имараты', ru: 'ул. Киевская, здание школы' } },
  reference: '1234567' as Reference,
}

test('the answer names the station, its address and the day', () => {
  expect(wording('found', ['ky'], values)).toEqual([
    'Сиз шайлоочулардын тизмесинде барсыз. Шайлоо участогу №1101: Киев көчөсү, мектептин имараты. Добуш берүү 17-ноябрь, 08:00-20:00. Тел. 1255',
  ])
  expect(wording('found', ['ru'], values)).toEqual([
    'Вы есть в списке избирателей. Избирательный участок №1101: ул. Киевская, здание школы. Голосование 17 ноября, 08:00-20:00. Тел. 1255',
  ])
})

test.each([
  ['2024-01-31', '31-январга', '31 января'],
  ['2024-03-01', '1-мартка', '1 марта'],
  ['2024-04-02', '2-апрелге', '2 апреля'],
  ['2024-06-30', '30-июнга', '30 июня'],
  ['2024-08-09', '9-августка', '9 августа'],
  ['2024-11-01', '1-ноябрга', '1 ноября'],
])('the last day of corrections is in its case: %s', (until, ky, ru) => {
  const of = readWording(file, () => ({ ...election, corrections: { from: '2024-01-01', until } }))
  expect(of('not-found', ['ky'])[0]).toContain(`${ky} чейин`)
  expect(of('not-found', ['ru'])[0]).toContain(`По ${ru} включительно`)
})

test.each([...smsTextNames])('%s says nothing that was not filled in', (name) => {
  for (const language of languages) expect(wording(name, [language], values).join('')).not.toMatch(/[{}]|undefined/)
})

test.each([...smsTextNames])('%s in both languages takes no more parts than apart', (name) => {
  const both = wording(name, ['ky', 'ru'], values)
  const parts = (texts: readonly string[]) => texts.reduce((sum, text) => sum + partsOf(text), 0)
  expect(parts(both)).toBeLessThanOrEqual(parts(languages.flatMap((language) => wording(name, [language], values))))
  expect(both.join('\n').match(/Тел\. 1255/g)).toHaveLength(both.length)
})

test('a text that can not be used is named', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dobush-wording-'))
  try {
    const broken = join(folder, 'sms.yaml')
    const texts = (found: string) =>
      smsTextNames.map((name) => `${name}:\n  ky: ${name === 'found' ? found : 'к'}\n  ru: р\n`).join('')
    writeFileSync(broken, texts('"{staton}"'))
    expect(() => readWording(broken, () => election)).toThrow(/found \(ky\) has \{staton\}/)
    writeFileSync(broken, texts('""'))
    expect(() => readWording(broken, () => election)).toThrow(/found\.ky/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

describe('parts', () => {
  test('70 signs of Cyrillic fit one, then 67 each', () => {
    expect(partsOf('ө'.repeat(70))).toBe(1)
    expect(splitText('ө'.repeat(71)).parts.map((part) => part.length)).toEqual([67, 4])
  })

  test('160 of the default alphabet, then 153; those of the extension count twice', () => {
    expect(partsOf('a'.repeat(160))).toBe(1)
    expect(splitText('a'.repeat(161)).parts.map((part) => part.length)).toEqual([153, 8])
    expect(partsOf('€'.repeat(80))).toBe(1)
    expect(partsOf('€'.repeat(81))).toBe(2)
    expect(splitText(`${'a'.repeat(152)}€${'b'.repeat(20)}`).parts[0]).toBe('a'.repeat(152))
  })

  test('a sign of two units is not torn', () => {
    const text = `${'ө'.repeat(66)}👍${'ө'.repeat(20)}`
    expect(splitText(text).parts).toEqual(['ө'.repeat(66), `👍${'ө'.repeat(20)}`])
  })
})
