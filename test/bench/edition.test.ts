import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { drawVoters, moved, writeEdition, writeMovedEdition, writeSortedEdition } from '../../src/bench/edition.ts'
import { stageEdition } from '../../src/register/edition/source.ts'

let here: string
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'dobush-edition-'))
})
afterEach(() => rmSync(here, { recursive: true, force: true }))

const size = { voters: 3000, stations: 12 }

test('two editions differ in one voter, and each is whole and signed', async () => {
  const first = await writeEdition(join(here, 'first'), size)
  const second = await writeMovedEdition(join(here, 'second'), first)
  const [before, after] = [first, second].map(({ votersCsv }) => readFileSync(votersCsv, 'latin1').split('\n'))
  const changes = before?.flatMap((row, index) => (row === after?.[index] ? [] : [[row, after?.[index]]])) ?? []
  expect(before).toHaveLength(after?.length ?? 0)
  expect(changes).toHaveLength(1)
  expect(changes[0]?.[0]).toContain(`${moved.pin},${moved.from},`)
  expect(changes[0]?.[1]).toContain(`${moved.pin},${moved.to},`)
  for (const { folder, key } of [first, second]) {
    const options = { folder: join(here, 'register'), keys: [key], trusted: false, now: new Date() }
    const staged = await stageEdition(folder, options)
    expect(staged).toMatchObject({ signedBy: 'benchmark', manifest: { voters: { rows: size.voters } } })
    await staged?.release()
  }
})

test('a sorted edition has the same rows, by PIN, under the same header', async () => {
  const edition = await writeEdition(join(here, 'first'), size)
  const sorted = await writeSortedEdition(join(here, 'sorted'), edition)
  const [header, ...rows] = readFileSync(edition.votersCsv, 'latin1').trimEnd().split('\n')
  expect(readFileSync(sorted.votersCsv, 'latin1')).toBe(`${[header, ...[...rows].sort()].join('\n')}\n`)
  expect(rows).not.toEqual([...rows].sort())
})

test('voters are drawn once each, only listed ones, each with the station of the file', async () => {
  const edition = await writeEdition(join(here, 'edition'), size)
  const rows = new Set(
    readFileSync(edition.votersCsv, 'latin1')
      .split('\n')
      .map((row) => row.split(',').slice(0, 3).join()),
  )
  const drawn = await drawVoters(edition, 500)
  expect(drawn.length).toBeGreaterThan(300)
  expect(drawn.length).toBeLessThanOrEqual(500)
  expect(new Set(drawn.map(({ pin }) => pin)).size).toBe(drawn.length)
  for (const { pin, station } of drawn) expect(rows).toContain(`${pin},${station},listed`)
  expect(drawn.map(({ pin }) => pin)).not.toContain(moved.pin)
})

test('of a list that is smaller than what is wanted all are drawn, in another order', async () => {
  const edition = await writeEdition(join(here, 'edition'), size)
  const listed = readFileSync(edition.votersCsv, 'latin1').match(/^\d{14}(?=,\d+,listed)/gm) ?? []
  const drawn = (await drawVoters(edition, 200_000)).map(({ pin }) => String(pin))
  expect([...drawn].sort()).toEqual(listed.filter((pin) => pin !== moved.pin).sort())
  expect(drawn).not.toEqual(listed.filter((pin) => pin !== moved.pin))
})
