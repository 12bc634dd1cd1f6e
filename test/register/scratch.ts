import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Pin, parsePin } from '../../src/domain/pin.ts'
import { activate } from '../../src/register/active.ts'
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
  }
  writeFileSync(source.votersCsv, voters)
  writeFileSync(source.stationsCsv, stations)
  return source
}

export const ignoreProgress = () => {}
export const noClips = async () => {}

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
