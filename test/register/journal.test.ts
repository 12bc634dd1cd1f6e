import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  appendJournal,
  type JournalEntry,
  journalFile,
  peopleWhoOverrode,
  readJournal,
} from '../../src/register/journal.ts'
import { UserError } from '../../src/user-error.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dobush-journal-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const activation: JournalEntry = { at: '2026-11-22T03:00:00.000Z', by: 'Айгүл', what: 'activate', snapshot: 's-1' }

function override(by: string, snapshot = 's-1'): JournalEntry {
  return { at: '2026-11-22T03:00:00.000Z', by, what: 'override', snapshot, reason: 'the districts were redrawn' }
}

test('what was done is read back in order, from a file for its owner alone', async () => {
  const inside = join(folder, 'register')
  expect(await readJournal(inside)).toEqual([])
  const edit: JournalEntry = { ...override('Бакыт'), what: 'edit-station', station: '1101', detail: 'closed' }
  await appendJournal(inside, activation)
  await appendJournal(inside, edit)
  expect(await readJournal(inside)).toEqual([activation, edit])
  expect(statSync(journalFile(inside)).mode & 0o777).toBe(0o600)
  expect(readFileSync(journalFile(inside), 'utf8').match(/\n/g)).toHaveLength(2)
})

test('cut off at any byte, it loses its last line only, and the next one stands whole', async () => {
  await appendJournal(folder, activation)
  const kept = statSync(journalFile(folder)).size
  await appendJournal(folder, override('Жылдыз'))
  const whole = readFileSync(journalFile(folder))
  for (let size = kept; size < whole.length - 1; size++) {
    writeFileSync(journalFile(folder), whole)
    truncateSync(journalFile(folder), size)
    expect(await readJournal(folder)).toEqual([activation])
    await appendJournal(folder, override('Нурлан'))
    expect(await readJournal(folder)).toEqual([activation, override('Нурлан')])
  }
})

test('a last line that lacks only its end is not lost when the next is added', async () => {
  await appendJournal(folder, activation)
  truncateSync(journalFile(folder), statSync(journalFile(folder)).size - 1)
  await appendJournal(folder, override('Нурлан'))
  expect(await readJournal(folder)).toEqual([activation, override('Нурлан')])
})

test('zeros, as a power cut leaves them, and lines that are no entries are left out', async () => {
  await appendJournal(folder, activation)
  appendFileSync(journalFile(folder), `[]\n{"by":"x"}\n{"at":"then","by":"Асан","what":"override"}\n${'\0'.repeat(64)}`)
  await appendJournal(folder, override('Нурлан'))
  expect(await readJournal(folder)).toEqual([activation, override('Нурлан')])
})

test('a line break in what a person types does not make a second entry', async () => {
  const forged = `ok\n${JSON.stringify(override('Someone Else'))}`
  await appendJournal(folder, { ...override('Асан'), reason: forged })
  expect(await readJournal(folder)).toHaveLength(1)
  expect(await peopleWhoOverrode(folder, 's-1')).toEqual(['Асан'])
})

test('many at once all stand', async () => {
  const names = Array.from({ length: 30 }, (_, n) => `Person ${n}`)
  await Promise.all(names.map((by) => appendJournal(folder, override(by))))
  expect((await peopleWhoOverrode(folder, 's-1')).sort()).toEqual(names.sort())
})

test('one person overrides once, however the name is written', async () => {
  const written = ['Айгүл Осмонова', ' айгүл   ОСМОНОВА ', 'Айгүл\u00a0Осмонова', 'Ай\u200bгүл Осмонова\u200e']
  for (const by of [...written, 'Айгүл Осмонова'.normalize('NFD')]) {
    await appendJournal(folder, override(by))
  }
  expect(await peopleWhoOverrode(folder, 's-1')).toEqual(['Айгүл Осмонова'])
  await appendJournal(folder, override('Straße'))
  await appendJournal(folder, override('STRASSE'))
  expect(await peopleWhoOverrode(folder, 's-1')).toEqual(['Айгүл Осмонова', 'Straße'])
})

test('only overrides of that snapshot count', async () => {
  await appendJournal(folder, override('Асан', 's-2'))
  await appendJournal(folder, { ...override('Үсөн'), what: 'activate-overridden' })
  await appendJournal(folder, { ...activation, by: 'Нурлан' })
  expect(await peopleWhoOverrode(folder, 's-1')).toEqual([])
  expect(await peopleWhoOverrode(folder, 's-2')).toEqual(['Асан'])
})

test.each([
  ['an empty name', override('')],
  ['a name of spaces', override('   ')],
  ['a name of one letter', override(' Я ')],
  ['a name of one letter and what can’t be seen', override('Я\u200b\u200e\u2060')],
  ['a name of 81 letters', override('я'.repeat(81))],
  ['an override without a reason', { ...activation, what: 'override' } as const],
  ['an edit with a blank reason', { ...override('Асан'), what: 'edit-station', reason: ' \n' } as const],
  ['a reason of 501 characters', { ...override('Асан'), reason: 'a'.repeat(501) }],
])('%s is refused and nothing is written', async (_what, entry) => {
  await appendJournal(folder, activation)
  await expect(appendJournal(folder, entry)).rejects.toThrow(UserError)
  expect(await readJournal(folder)).toEqual([activation])
})

test('names of 2 and of 80 characters are names', async () => {
  await appendJournal(folder, override('Ия'))
  await appendJournal(folder, override('я'.repeat(80)))
  expect(await peopleWhoOverrode(folder, 's-1')).toHaveLength(2)
})
