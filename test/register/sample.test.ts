import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeUnlistedPin } from '../../src/domain/pin.ts'
import { openVoterDirectory } from '../../src/register/directory.ts'
import { defaultSample, writeSample } from '../../src/register/sample.ts'
import { UserError } from '../../src/user-error.ts'
import { pinOf, publishRegister, removeScratch, scratch, tolerant } from './scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(60_000)

afterAll(removeScratch)

const folder = scratch()
beforeAll(() => writeSample(folder))

test('has the default size, and says that it is synthetic', () => {
  const voters = readFileSync(join(folder, 'voters.csv'), 'utf8').trim().split('\n')
  const stations = readFileSync(join(folder, 'stations.csv'), 'utf8').trim().split('\n')
  expect(voters).toHaveLength(1 + defaultSample.voters)
  expect(stations).toHaveLength(1 + defaultSample.stations)
  expect(new Set(voters.map((row) => row.slice(0, 14))).size).toBe(voters.length)
  expect(stations.slice(1).every((row) => row.endsWith(',synthetic'))).toBe(true)
  expect(readFileSync(join(folder, 'README.txt'), 'utf8')).toContain('synthetic')
})

test('answers as a person who tries the line is promised, at any size', async () => {
  for (const size of [defaultSample, { stations: 9, voters: 3 }, { stations: 2500, voters: 5000 }]) {
    const here = scratch()
    const files = await writeSample(here, size)
    const source = { ...files, folder: join(here, 'register'), now: new Date('2026-11-22T03:00:00Z'), limits: tolerant }
    expect(await publishRegister(source)).toMatchObject({ ...size, duplicates: 0, conflicts: 0 })
    const directory = openVoterDirectory(source.folder)
    const found = (number: string) => ({ kind: 'found', station: expect.objectContaining({ number }) })
    expect(directory.findByPin(pinOf('20504198000123'))).toEqual(found('1101'))
    expect(directory.findByPin(pinOf('11503199200045'))).toEqual(found('7087'))
    expect(directory.findByPin(pinOf('21212197500042'))).toEqual({ kind: 'no-biometry' })
    for (const pin of ['20101199099999', '10203201200017', '90000000000000']) {
      expect(directory.findByPin(pinOf(pin))).toEqual({ kind: 'not-listed' })
    }
    const regions = new Set(directory.stations().map(({ number }) => number[0]))
    expect([...regions]).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
    directory.close()
  }
})

test('addresses are words and plain house numbers, without abbreviations or look-alike letters', () => {
  const rows = readFileSync(join(folder, 'stations.csv'), 'utf8').trim().split('\n').slice(1)
  for (const row of rows) {
    const text = row.replace(/^\d{4},\d,/, '').replace(/,synthetic$/, '')
    expect(text).toMatch(
      /^"(?:[\p{Script=Cyrillic} ,-]|""|\b\d{1,3}\b)+","(?:[\p{Script=Cyrillic} ,-]|""|\b\d{1,3}\b)+"$/u,
    )
    expect(text).not.toMatch(/[ѳѲӊӉ]|\p{L}\.|\b(УШК|БШК|ул|г|обл)\b/u)
    expect(text.normalize('NFC')).toBe(text)
  }
})

test('everyone is of age, with a possible birth date', () => {
  const pins = readFileSync(join(folder, 'voters.csv'), 'utf8').trim().split('\n').slice(1)
  for (const row of pins) expect(judgeUnlistedPin(pinOf(row.slice(0, 14)), '2025-01-01')).toBe('not-listed')
})

test('is the same each time', async () => {
  const again = scratch()
  await writeSample(again)
  for (const name of ['voters.csv', 'stations.csv']) {
    expect(readFileSync(join(again, name)).equals(readFileSync(join(folder, name)))).toBe(true)
  }
})

test.each([
  { stations: 8, voters: 100 },
  { stations: 4001, voters: 100 },
  { stations: 20, voters: 2 },
  { stations: 20.5, voters: 100 },
  { stations: 20, voters: Number.NaN },
])('of %j is refused', async (size) => {
  await expect(writeSample(scratch(), size)).rejects.toThrow(UserError)
})

test('spreads as many stations as there can be over distinct numbers', async () => {
  const here = scratch()
  const files = await writeSample(here, { stations: 4000, voters: 10 })
  const numbers = readFileSync(files.stationsCsv, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.slice(0, 4))
  expect(new Set(numbers).size).toBe(4000)
})
