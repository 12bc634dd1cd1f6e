import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Station } from '../../src/domain/station.ts'
import { activate, activeId, activeSnapshot, previousId, snapshotIds } from '../../src/register/active.ts'
import { type BringInOptions, bringIn, type Origin } from '../../src/register/bring-in.ts'
import { openVoterDirectory } from '../../src/register/directory.ts'
import { makeManifest } from '../../src/register/edition/make-manifest.ts'
import { generateKey, signManifest } from '../../src/register/edition/signing-keys.ts'
import { editStation } from '../../src/register/edits.ts'
import { appendJournal, readJournal } from '../../src/register/journal.ts'
import { readReport, reportIds } from '../../src/register/report.ts'
import { readStations, type SnapshotInfo, withSnapshot } from '../../src/register/snapshot-file.ts'
import {
  ignoreProgress,
  noClips,
  pinOf,
  removeScratch,
  scratch,
  stationsText,
  strict,
  tolerant,
  votersText,
} from './scratch.ts'

// These work on files, and a machine may be busy with others.
jest.setTimeout(60_000)

afterEach(removeScratch)

const signer = generateKey({ name: 'ЦИК', expires: '2026-12-31' })
const moved = votersText
  .replace('20504198000123,1101', '20504198000123,7087')
  .replace('11503199200045,7087', '11503199200045,1101')
const pin = pinOf('20504198000123')

/** A register and a drop folder, days that pass, and what happens at them. */
function makeHome() {
  const here = scratch()
  const folder = join(here, 'register')
  const drop = join(here, 'drop')
  const key = join(here, 'key.json')
  mkdirSync(drop)
  writeFileSync(key, JSON.stringify(signer.publicKey))
  let imports = 0
  let day = Date.parse('2026-11-20T03:00:00Z')

  return {
    folder,
    drop,
    key,
    /** Imports made so far. */
    imports: () => imports,
    now: () => new Date(day),
    /** Puts a signed edition into the drop folder, as of that day. */
    async put(asOf: string, voters = votersText, stations = stationsText): Promise<void> {
      writeFileSync(join(drop, 'voters.csv'), voters)
      writeFileSync(join(drop, 'stations.csv'), stations)
      const manifest = await makeManifest({ folder: drop, id: asOf, election: 'sample', asOf: `${asOf}T00:00:00Z` })
      writeFileSync(join(drop, 'manifest.json'), JSON.stringify(signManifest(manifest, signer.privatePem)))
    },
    report: (snapshot: SnapshotInfo | undefined) => snapshot && readReport(folder, snapshot.id),
    /** The refresh of the next day. */
    refresh(options: Partial<BringInOptions> = {}, origin: Origin = drop) {
      day += 86_400_000
      const all = { folder, keys: [key], trusted: false, now: new Date(day), limits: tolerant, keep: 3, ...options }
      let counted = false
      return bringIn(origin, all, noClips, () => {
        if (!counted) imports += 1
        counted = true
      })
    },
    async override(id: string, by: string): Promise<void> {
      await appendJournal(folder, {
        at: new Date(day).toISOString(),
        by,
        what: 'override',
        snapshot: id,
        reason: 'checked by telephone',
      })
    },
    /** The number of the voter's station, and its address in Russian. */
    answer() {
      const directory = openVoterDirectory(folder)
      const lookup = directory.findByPin(pin)
      directory.close()
      return 'station' in lookup ? `${lookup.station.number} ${lookup.station.address.ru}` : lookup.kind
    },
  }
}

const at1101 = '1101 город Бишкек, улица Киевская, 2'
const at7087 = '7087 село Туз'

test('an edition that was brought in is not brought in again until the source has another', async () => {
  const home = makeHome()
  await home.put('2026-11-20')
  const first = await home.refresh()
  expect(home.report(first)?.edition).toEqual({ id: '2026-11-20', election: 'sample', signedBy: 'ЦИК' })
  expect(first?.asOf).toEqual(new Date('2026-11-20T00:00:00Z'))
  expect(home.answer()).toBe(at1101)
  expect(await home.refresh()).toBeUndefined()
  expect(await home.refresh()).toBeUndefined()
  expect(home.imports()).toBe(1)
  expect(await snapshotIds(home.folder)).toEqual([first?.id])

  expect(await home.refresh({ again: true })).toBeDefined()
  expect(home.imports()).toBe(2)

  await home.put('2026-11-23', moved)
  const second = await home.refresh()
  expect(home.imports()).toBe(3)
  expect(activeId(home.folder)).toBe(second?.id)
  expect(home.answer()).toBe(at7087)
  expect(await home.refresh()).toBeUndefined()
})

test('another source is looked at whatever the last one had, and files given by hand always', async () => {
  const home = makeHome()
  await home.put('2026-11-20')
  await home.refresh()
  const elsewhere = {
    voters: join(home.drop, 'voters.csv'),
    stations: join(home.drop, 'stations.csv'),
    manifest: join(home.drop, 'manifest.json'),
  }
  expect(await home.refresh({}, elsewhere)).toBeDefined()
  expect(await home.refresh({}, elsewhere)).toBeDefined()
  const copy = `${home.drop}/../drop/.`
  expect(await home.refresh({}, copy)).toBeDefined()
  expect(home.imports()).toBe(4)
})

test('while an edition can not be activated for want of clips, it is tried again', async () => {
  const home = makeHome()
  await home.put('2026-11-20')
  rmSync(join(home.drop, 'manifest.json'))
  const fault = new Error('no voice')
  const options = { folder: home.folder, keys: [], trusted: true, now: home.now(), limits: tolerant, keep: 3 }
  await expect(bringIn(home.drop, options, () => Promise.reject(fault), ignoreProgress)).rejects.toBe(fault)
  expect(activeId(home.folder)).toBeUndefined()
  expect(await home.refresh({ trusted: true })).toBeDefined()
  expect(home.answer()).toBe(at1101)
})

test('a red edition is refused every night but imported once, and active once two people answer for it', async () => {
  const home = makeHome()
  await home.put('2026-11-20')
  const first = await home.refresh()
  await home.put('2026-11-21', moved)
  const limits = strict
  await expect(home.refresh({ limits })).rejects.toThrow('has red checks, so it is not activated: 2 voters moved')
  const red = (await snapshotIds(home.folder)).at(-1) ?? ''
  expect(red).not.toBe(first?.id)
  for (let night = 0; night < 3; night += 1) {
    await expect(home.refresh({ limits })).rejects.toThrow(`The report of ${red} has red checks`)
  }
  expect(home.imports()).toBe(2)
  expect(activeId(home.folder)).toBe(first?.id)
  expect(home.answer()).toBe(at1101)

  await home.override(red, 'Айгүл Асанова')
  await expect(home.refresh({ limits })).rejects.toThrow('Айгүл Асанова already has; one other person can')
  await home.override(red, ' айгүл  асанова ')
  await expect(home.refresh({ limits })).rejects.toThrow('one other person can')
  expect(home.answer()).toBe(at1101)

  await home.override(red, 'Бакыт Токтоев')
  expect(await home.refresh({ limits })).toMatchObject({ id: red })
  expect(activeId(home.folder)).toBe(red)
  expect(home.answer()).toBe(at7087)
  expect(home.imports()).toBe(2)
  expect((await readJournal(home.folder)).at(-1)).toMatchObject({ what: 'activate-overridden', snapshot: red })
  const entries = (await readJournal(home.folder)).length
  expect(await home.refresh({ limits })).toBeUndefined()
  expect(await readJournal(home.folder)).toHaveLength(entries)
})

test('a red edition that was overridden and then rolled back stays away', async () => {
  const home = makeHome()
  await home.put('2026-11-20')
  const first = await home.refresh()
  await home.put('2026-11-21', moved)
  await expect(home.refresh({ limits: strict })).rejects.toThrow('has red checks')
  const red = (await snapshotIds(home.folder)).at(-1) ?? ''
  await home.override(red, 'Айгүл Асанова')
  await home.override(red, 'Бакыт Токтоев')
  await activate(home.folder, red, noClips, { keep: 3, now: home.now() })
  const previous = await previousId(home.folder)
  expect(previous).toBe(first?.id)
  await activate(home.folder, previous, noClips, { keep: 3, now: home.now(), by: 'Бакыт Токтоев' })

  expect(await home.refresh({ limits: strict })).toBeUndefined()
  expect(activeId(home.folder)).toBe(previous)
  expect(home.answer()).toBe(at1101)
})

test('what was rolled back does not come back with the next refresh, only with the next edition', async () => {
  const home = makeHome()
  await home.put('2026-11-20')
  const first = await home.refresh()
  await home.put('2026-11-21', moved)
  await home.refresh()
  expect(home.answer()).toBe(at7087)

  const previous = await previousId(home.folder)
  expect(previous).toBe(first?.id)
  await activate(home.folder, previous, noClips, {
    keep: 3,
    now: home.now(),
    by: 'Бакыт Токтоев',
    reason: 'wrong stations',
  })
  expect(home.answer()).toBe(at1101)
  expect(await home.refresh()).toBeUndefined()
  expect(home.answer()).toBe(at1101)

  await home.put('2026-11-24', moved)
  expect(await home.refresh()).toBeDefined()
  expect(home.answer()).toBe(at7087)
})

test('an older edition is refused, however genuine, and the same one is not', async () => {
  const home = makeHome()
  await home.put('2026-11-21')
  await home.refresh()
  await home.put('2026-11-20', moved)
  const reports = await reportIds(home.folder)
  await expect(home.refresh()).rejects.toThrow(
    'The edition is as of 2026-11-20T00:00:00.000Z, older than the active one (2026-11-21T00:00:00.000Z). ' +
      'To go back on purpose, use npx dobush register rollback.',
  )
  await expect(home.refresh({ again: true })).rejects.toThrow('older than the active one')
  expect(home.answer()).toBe(at1101)
  expect(await reportIds(home.folder)).toEqual(reports)

  await home.put('2026-11-21', moved)
  expect(await home.refresh()).toBeDefined()
  expect(home.answer()).toBe(at7087)
})

test('an edition that can not be read leaves a report that says why, and is looked at again', async () => {
  const home = makeHome()
  await home.put('2026-11-20')
  const first = await home.refresh()
  writeFileSync(join(home.drop, 'voters.csv'), 'pin;station\n20504198000123;1101\n')
  rmSync(join(home.drop, 'manifest.json'))
  for (let night = 0; night < 2; night += 1) {
    await expect(home.refresh({ trusted: true })).rejects.toThrow('line 1: there is no column "status"')
    const report = readReport(home.folder, (await reportIds(home.folder)).at(-1) ?? '')
    expect(report.refused).toContain('line 1: there is no column "status"')
  }
  expect(activeSnapshot(home.folder)?.id).toBe(first?.id)
  expect(readdirSync(home.folder).filter((name) => name.startsWith('source-') || name.includes('.part'))).toEqual([])
})

test('an edit outlives imports until the source says the same, and then the source counts again', async () => {
  const home = makeHome()
  await home.put('2026-11-20')
  const first = await home.refresh()
  const spoken: Station[] = []
  const edited = { ky: 'Бишкек шаары, Манас проспекти, 9', ru: 'город Бишкек, проспект Манаса, 9' }
  await editStation(
    home.folder,
    { station: '1101', address: edited, by: 'Айгүл Асанова', reason: 'the school burnt down' },
    {
      snapshot: first?.id ?? '',
      stations: withSnapshot(first?.file ?? '', readStations),
      ensureClips: async (stations) => {
        spoken.push(...stations)
      },
      now: home.now(),
    },
  )
  expect(spoken).toEqual([{ number: '1101', address: edited }])
  expect(home.answer()).toBe(`1101 ${edited.ru}`)

  await home.put('2026-11-21')
  const second = await home.refresh()
  expect(home.answer()).toBe(`1101 ${edited.ru}`)
  expect(home.report(second)?.edits).toHaveLength(1)
  expect(home.report(second)?.edits.join()).toContain('Айгүл Асанова')

  // The source catches up.
  await home.put(
    '2026-11-22',
    votersText,
    `number,region,address_ky,address_ru\n1101,1,"${edited.ky}","${edited.ru}"\n7087,7,Туз айылы,село Туз\n`,
  )
  expect(home.report(await home.refresh())?.edits.join()).toContain('The source now says the same')
  expect(home.answer()).toBe(`1101 ${edited.ru}`)

  await home.put('2026-11-23')
  const last = await home.refresh()
  expect(home.report(last)?.edits).toEqual([])
  expect(home.answer()).toBe(at1101)

  // The older lists still need it.
  await activate(home.folder, second?.id ?? '', noClips, { keep: 4, now: home.now() })
  expect(home.answer()).toBe(`1101 ${edited.ru}`)
})

test('the sample, and a list of another election, are not compared with; a signed one follows an unsigned one of later', async () => {
  const home = makeHome()
  await home.put('2026-11-20')
  rmSync(join(home.drop, 'manifest.json'))
  await home.refresh({ trusted: true, election: 'synthetic' })
  await home.put('2026-11-20', moved)
  const next = await home.refresh({ limits: strict })
  expect(home.report(next)?.checks.map(({ name }) => name)).toContain('comparison')
  expect(home.answer()).not.toBe(at1101)
})

test('faults name the file at its source', async () => {
  const home = makeHome()
  await home.put('2026-11-20')
  writeFileSync(join(home.drop, 'voters.csv'), votersText.replace('status', 'state'))
  rmSync(join(home.drop, 'manifest.json'))
  const fault = `${join(home.drop, 'voters.csv')}, line 1: there is no column "status"`
  await expect(home.refresh({ trusted: true })).rejects.toThrow(fault)
  const [id = ''] = await reportIds(home.folder)
  expect(readReport(home.folder, id).refused).toContain(fault)
})

test('an edition whose import was killed before its activation is activated, and not gone back to', async () => {
  const home = makeHome()
  await home.put('2026-11-20')
  const first = await home.refresh()
  await home.put('2026-11-21', moved)
  const fault = new Error('killed')
  const now = new Date(home.now().getTime() + 3_600_000)
  const options = { folder: home.folder, keys: [home.key], trusted: false, now, limits: tolerant, keep: 3 }
  await expect(bringIn(home.drop, options, () => Promise.reject(fault), ignoreProgress)).rejects.toBe(fault)
  expect(activeId(home.folder)).toBe(first?.id)
  await expect(previousId(home.folder)).rejects.toThrow('There is no earlier snapshot')
  const second = await home.refresh()
  expect(second?.id).not.toBe(first?.id)
  expect(await previousId(home.folder)).toBe(first?.id)
  expect((await readJournal(home.folder)).map(({ what }) => what)).toEqual(['activate', 'activate'])
  await activate(home.folder, await previousId(home.folder), noClips, { keep: 3, now: home.now() })
  expect((await readJournal(home.folder)).at(-1)).toMatchObject({ what: 'roll-back', snapshot: first?.id })
})
