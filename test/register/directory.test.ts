import { copyFileSync, existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Pin } from '../../src/domain/pin.ts'
import { activate, activeSnapshot } from '../../src/register/active.ts'
import { openVoterDirectory, type RegisterDirectory } from '../../src/register/directory.ts'
import { importSnapshot } from '../../src/register/import.ts'
import { reportFile } from '../../src/register/report.ts'
import { writeSample } from '../../src/register/sample.ts'
import { type SnapshotInfo, snapshotPath } from '../../src/register/snapshot-file.ts'
import {
  ignoreProgress,
  keyIn,
  noClips,
  pinOf,
  publishRegister,
  removeScratch,
  scratch,
  sourceOf,
  tolerant,
  votersText,
} from './scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(60_000)

const opened: RegisterDirectory[] = []

function openDirectory(folder: string): RegisterDirectory {
  const directory = openVoterDirectory(folder)
  opened.push(directory)
  return directory
}

afterEach(() => {
  for (const directory of opened.splice(0)) directory.close()
  removeScratch()
})

const listed = pinOf('20504198000123')
const moved = votersText.replace('20504198000123,1101', '20504198000123,7087')

function stationOf(directory: RegisterDirectory): string {
  const lookup = directory.findByPin(listed)
  return lookup.kind === 'found' ? lookup.station.number : lookup.kind
}

test('what the list says is what is answered', async () => {
  const source = sourceOf(scratch())
  const info = await publishRegister(source)
  const directory = openDirectory(source.folder)
  expect(directory.findByPin(listed)).toEqual({
    kind: 'found',
    station: {
      number: '1101',
      address: { ky: 'Бишкек шаары, Киевская көчөсү, 2', ru: 'город Бишкек, улица Киевская, 2' },
    },
  })
  expect(directory.findByPin(pinOf('21212197500042'))).toEqual({ kind: 'no-biometry' })
  expect(directory.findByPin(pinOf('20101199099999'))).toEqual({ kind: 'not-listed' })
  expect(directory.snapshot()).toEqual(info)
  expect(directory.stations().map(({ number }) => number)).toEqual(['1101', '7087'])
})

test('reading makes no file beside the snapshot', async () => {
  const source = sourceOf(scratch())
  await publishRegister(source)
  const before = readdirSync(source.folder).sort()
  const directory = openDirectory(source.folder)
  directory.findByPin(listed)
  expect(readdirSync(source.folder).sort()).toEqual(before)
})

test('a million inputs that are not a listed PIN give nobody’s station', async () => {
  const folder = scratch()
  const files = await writeSample(folder, { stations: 20, voters: 5000 })
  const source = { ...files, folder: join(folder, 'register'), now: new Date('2026-11-22T03:00:00Z'), limits: tolerant }
  await publishRegister(source)
  const directory = openDirectory(source.folder)

  const { readFileSync } = await import('node:fs')
  const rows = readFileSync(files.votersCsv, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(','))
  const truth = new Map(rows.map(([pin = '', station = '', status = '']) => [pin, { station, status }]))
  const pins = [...truth.keys()]
  for (const [pin, { station, status }] of truth) {
    const lookup = directory.findByPin(pinOf(pin))
    if (status === 'no-biometry') expect(lookup).toEqual({ kind: 'no-biometry' })
    else expect(lookup).toMatchObject({ kind: 'found', station: { number: station } })
  }

  // A fixed sequence (Numerical Recipes' generator), so that a failure can be seen again.
  let seed = 20_261_122
  const below = (limit: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((seed / 2 ** 32) * limit)
  }
  const near = () => pins[below(pins.length)] ?? ''
  const digit = () => String(below(10))
  const put = (text: string, at: number, piece: string, over: number) =>
    text.slice(0, at) + piece + text.slice(at + over)
  const strange = ['', ' ', '\0', '\n', "'", '" OR 1=1 --', '%', '_', '*', 'e', '٣', '３', 'О', '-', '+', '.', '\ud800']
  const makers: readonly (() => string)[] = [
    () => put(near(), below(14), digit(), 1),
    () => put(put(near(), below(14), digit(), 1), below(14), digit(), 1),
    () => put(near(), below(14), digit(), 0),
    () => put(near(), below(14), '', 1),
    () => put(near(), below(15), strange[below(strange.length)] ?? '', below(2)),
    () => [...near()].reverse().join(''),
    () => near() + near(),
    () => `${near()}${strange[below(strange.length)]}`,
    () => near().slice(0, below(14)),
    () => near().replace(/[0-9]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0)),
    () => Array.from({ length: 14 }, digit).join(''),
    () => Array.from({ length: below(40) }, () => String.fromCharCode(below(65_536))).join(''),
  ]
  let unlisted = 0
  for (let i = 0; i < 1_000_000; i += 1) {
    const input = makers[i % makers.length]?.() ?? ''
    if (truth.has(input)) continue
    unlisted += 1
    const lookup = directory.findByPin(input as Pin)
    if (lookup.kind !== 'not-listed') throw new Error(`${JSON.stringify(input)} gave ${lookup.kind}`)
  }
  expect(unlisted).toBeGreaterThan(900_000)
  for (const input of [undefined, null, 20504198000123, ['20504198000123'], { toString: () => '20504198000123' }]) {
    expect(directory.findByPin(input as unknown as Pin)).toEqual({ kind: 'not-listed' })
  }
})

describe('a register that can not be read is unavailable, not empty:', () => {
  it('no folder', () => {
    expect(stationOf(openDirectory(join(scratch(), 'none')))).toBe('unavailable')
  })

  it('nothing active yet', async () => {
    const source = sourceOf(scratch())
    await importSnapshot(source, ignoreProgress)
    const directory = openDirectory(source.folder)
    expect(stationOf(directory)).toBe('unavailable')
    expect(directory.snapshot()).toBeUndefined()
    expect(directory.stations()).toEqual([])
  })

  const damages: readonly (readonly [string, (folder: string, info: SnapshotInfo) => void])[] = [
    ['the snapshot is gone', (_, { file }) => rmSync(file)],
    ['the snapshot is empty', (_, { file }) => truncateSync(file)],
    ['the snapshot is cut off', (_, { file }) => truncateSync(file, 4096)],
    ['the snapshot is something else', (_, { file }) => writeFileSync(file, 'x'.repeat(20_000))],
    ['the pointer is empty', (folder) => writeFileSync(join(folder, 'active.json'), '')],
    ['the pointer is half written', (folder) => writeFileSync(join(folder, 'active.json'), '{"id":"2026')],
    [
      'the pointer leads elsewhere',
      (folder) => writeFileSync(join(folder, 'active.json'), '{"id":"../../etc/passwd"}'),
    ],
    ['the pointer is null', (folder) => writeFileSync(join(folder, 'active.json'), 'null')],
    ['the key is gone', (folder) => rmSync(keyIn(folder))],
    ['the key is another', (folder) => writeFileSync(keyIn(folder), 'ab'.repeat(32))],
    ['the key is spoilt', (folder) => writeFileSync(keyIn(folder), '')],
  ]
  it.each(damages)('%s', async (_, damage) => {
    const source = sourceOf(scratch())
    damage(source.folder, await publishRegister(source))
    expect(stationOf(openDirectory(source.folder))).toBe('unavailable')
  })

  it('closed', async () => {
    const source = sourceOf(scratch())
    await publishRegister(source)
    const directory = openDirectory(source.folder)
    directory.close()
    expect(stationOf(directory)).toBe('unavailable')
    expect(directory.reload()).toBe(false)
    directory.close()
  })
})

describe('a swap', () => {
  it('is answered from after reload, and not before', async () => {
    const folder = scratch()
    await publishRegister(sourceOf(folder))
    const directory = openDirectory(join(folder, 'register'))
    expect(directory.reload()).toBe(false)
    await publishRegister(sourceOf(folder, moved))
    expect(stationOf(directory)).toBe('1101')
    expect(directory.reload()).toBe(true)
    expect(stationOf(directory)).toBe('7087')
    expect(directory.reload()).toBe(false)
  })

  it('never interrupts readers, whose file may be deleted under them', async () => {
    const folder = scratch()
    const first = await publishRegister(sourceOf(folder))
    const directory = openDirectory(join(folder, 'register'))
    const still = openDirectory(join(folder, 'register'))
    const answers = new Set<string>()
    let reading = true
    const reader = (async () => {
      while (reading) {
        for (let i = 0; i < 200; i += 1) answers.add(stationOf(directory))
        directory.reload()
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    for (let round = 0; round < 6; round += 1) {
      const source = {
        ...sourceOf(folder, round % 2 === 0 ? moved : votersText),
        now: new Date(Date.UTC(2026, 10, 23 + round)),
      }
      const { id } = await importSnapshot(source, ignoreProgress)
      await activate(source.folder, id, noClips, { keep: 1, now: source.now })
    }
    reading = false
    await reader
    expect([...answers].sort()).toEqual(['1101', '7087'])
    expect(existsSync(first.file)).toBe(false)
    expect(stationOf(still)).toBe('1101')
  })

  it('to a broken snapshot leaves the old one answering, until a whole one comes', async () => {
    const folder = scratch()
    const good = await publishRegister(sourceOf(folder))
    const directory = openDirectory(join(folder, 'register'))
    const bad = await publishRegister(sourceOf(folder, moved))
    writeFileSync(bad.file, 'broken')
    expect(directory.reload()).toBe(false)
    expect(stationOf(directory)).toBe('1101')
    expect(directory.snapshot()).toEqual(good)
    const next = await publishRegister(sourceOf(folder, moved))
    expect(directory.reload()).toBe(true)
    expect(directory.snapshot()).toEqual(next)
  })

  it('is noticed by the watch, also the first of all', async () => {
    const folder = scratch()
    const directory = openDirectory(join(folder, 'register'))
    const seen: SnapshotInfo[] = []
    let notice = () => {}
    const noticed = () =>
      new Promise<void>((resolve) => {
        notice = resolve
      })
    directory.watch((snapshot) => {
      seen.push(snapshot)
      notice()
    })
    let next = noticed()
    const first = await publishRegister(sourceOf(folder))
    await next
    expect(stationOf(directory)).toBe('1101')
    next = noticed()
    const started = performance.now()
    const second = await publishRegister(sourceOf(folder, moved))
    await next
    expect(performance.now() - started).toBeLessThan(2000)
    expect(stationOf(directory)).toBe('7087')
    expect(seen).toEqual([first, second])
  })
})

describe('activation', () => {
  it('waits for the clips of all stations, and without them the old one stays', async () => {
    const folder = scratch()
    const old = await publishRegister(sourceOf(folder))
    const source = sourceOf(folder, moved)
    const { id } = await importSnapshot(source, ignoreProgress)
    const failing = activate(
      source.folder,
      id,
      async (stations) => {
        expect(stations.map(({ number }) => number)).toEqual(['1101', '7087'])
        expect(activeSnapshot(source.folder)).toEqual(old)
        throw new Error('no voice')
      },
      { keep: 3, now: source.now },
    )
    await expect(failing).rejects.toThrow('no voice')
    expect(activeSnapshot(source.folder)).toEqual(old)
  })

  it('of what is not there names what is', async () => {
    const source = sourceOf(scratch())
    const { id } = await importSnapshot(source, ignoreProgress)
    const options = { keep: 3, now: source.now }
    for (const wrong of ['20200101-000000-0000', '../../x', '']) {
      await expect(activate(source.folder, wrong, noClips, options)).rejects.toThrow(`There are ${id}.`)
    }
    await expect(activate(join(source.folder, 'none'), id, noClips, options)).rejects.toThrow('Import one first.')
    expect(activeSnapshot(source.folder)).toBeUndefined()
  })

  it('keeps the last ones and the active one, and goes back', async () => {
    const folder = scratch()
    const made: SnapshotInfo[] = []
    for (let day = 1; day <= 5; day += 1) {
      const source = { ...sourceOf(folder, day % 2 === 0 ? moved : votersText), now: new Date(Date.UTC(2026, 10, day)) }
      made.push(await importSnapshot(source, ignoreProgress))
    }
    const register = join(folder, 'register')
    const ids = made.map(({ id }) => id)
    const kept = () => made.filter(({ file }) => existsSync(file)).map(({ id }) => id)
    await activate(register, ids[0] ?? '', noClips, { keep: 3, now: new Date() })
    expect(kept()).toEqual([ids[0], ids[3], ids[4]])
    const directory = openDirectory(register)
    expect(stationOf(directory)).toBe('1101')
    await activate(register, ids[3] ?? '', noClips, { keep: 1, now: new Date() })
    expect(kept()).toEqual([ids[3]])
    directory.reload()
    expect(stationOf(directory)).toBe('7087')
  })

  it('of a snapshot that another key made is refused', async () => {
    const here = sourceOf(scratch())
    const there = sourceOf(scratch())
    await importSnapshot(here, ignoreProgress)
    const stranger = await importSnapshot(there, ignoreProgress)
    copyFileSync(stranger.file, snapshotPath(here.folder, stranger.id))
    copyFileSync(reportFile(there.folder, stranger.id), reportFile(here.folder, stranger.id))
    const refused = activate(here.folder, stranger.id, noClips, { keep: 3, now: here.now })
    await expect(refused).rejects.toThrow('.key is missing')
  })
})
