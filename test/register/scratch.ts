import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Pin, parsePin } from '../../src/domain/pin.ts'
import { activate } from '../../src/register/active.ts'
import type { Limits } from '../../src/register/checks.ts'
import { type ImportSource, importSnapshot } from '../../src/register/import.ts'
import type { SnapshotInfo } from '../../src/register/snapshot-file.ts'

const made: string[] = []

/** A folder of this test's own. Removed after it (see `removeScratch`). */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dobush-register-'))
  made.push(folder)
  return folder
}

export function removeScratch(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export const stationsText = `number,region,address_ky,address_ru
1101,1,"Бишкек шаары, Киевская көчөсү, 2","город Бишкек, улица Киевская, 2"
7087,7,Туз айылы,село Туз
`

export const votersText = `pin,station,status
20504198000123,1101,listed
11503199200045,7087,listed
21212197500042,,no-biometry
`

/** No finding is red. */
export const tolerant: Limits = {
  badRows: 1,
  conflicts: 1,
  unknownStations: 1,
  emptyStations: 1,
  missingAddresses: 1,
  voterCount: 1,
  regionCount: 1,
  moved: 1,
  removed: 1,
}

/** Any finding is red. */
export const strict: Limits = {
  badRows: 0,
  conflicts: 0,
  unknownStations: 0,
  emptyStations: 0,
  missingAddresses: 0,
  voterCount: 0,
  regionCount: 0,
  moved: 0,
  removed: 0,
}

/** Writes the two files into a folder and says where everything is. */
export function sourceOf(
  folder: string,
  voters: string | Buffer = votersText,
  stations: string | Buffer = stationsText,
): ImportSource {
  const source = {
    votersCsv: join(folder, 'voters.csv'),
    stationsCsv: join(folder, 'stations.csv'),
    folder: join(folder, 'register'),
    now: new Date('2026-11-22T03:00:00Z'),
    limits: tolerant,
  }
  writeFileSync(source.votersCsv, voters)
  writeFileSync(source.stationsCsv, stations)
  return source
}

export const ignoreProgress = () => {}
export const noClips = async () => {}

/** The only key of a register. */
export function keyIn(folder: string): string {
  const [name, ...others] = readdirSync(join(folder, 'keys'))
  if (name === undefined || others.length > 0) throw new Error('The test needs a register with one key.')
  return join(folder, 'keys', name)
}

/** Imports and activates. */
export async function publishRegister(source: ImportSource): Promise<SnapshotInfo> {
  const { id } = await importSnapshot(source, ignoreProgress)
  return activate(source.folder, id, noClips, { keep: 3, now: source.now })
}

export function pinOf(text: string): Pin {
  const pin = parsePin(text)
  if (!pin) throw new Error('The test needs 14 digits.')
  return pin
}

/** A fixed sequence of whole numbers from 0 to below what is asked for (mulberry32). */
export function pseudoRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
