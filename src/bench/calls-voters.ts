import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Station } from '../domain/station.ts'
import { readStations, snapshotPath, withSnapshot } from '../register/snapshot-file.ts'
import { runChild } from './children.ts'
import { drawVoters, type ListedVoter, writeEdition } from './edition.ts'
import type { Ground } from './ground.ts'
import { importOurs } from './imports.ts'

const stationCount = 12
const callers = 2000

/** The voters every variant looks up: in the line's register, and in a plain table for the peers. */
export interface Voters {
  readonly table: string
  readonly stations: readonly Station[]
  /** Listed voters, in random order. */
  readonly drawn: readonly ListedVoter[]
}

export async function makeVoters(ground: Ground, voters: number): Promise<Voters> {
  const { folder, config, sqlite, progress } = ground
  const task = 'voters'
  progress.update(task, `${voters} voters, written and signed`)
  const edition = await writeEdition(join(folder, 'edition'), { voters, stations: stationCount })
  const table = join(folder, 'voters.sqlite')
  progress.update(task, 'the register and the plain table')
  const [imported] = await Promise.all([
    importOurs(ground, edition, config.paths.register),
    runChild(
      sqlite.file,
      [
        ...sqlite.args,
        '-bail',
        table,
        'CREATE TABLE voter (pin INTEGER PRIMARY KEY, station INTEGER)',
        // The same rows as in the register, of which most are listed.
        '.import --csv "|tail -n +2 voters.csv | cut -d, -f1,2" voter',
      ],
      { cwd: edition.folder, env: { ...process.env, ...sqlite.env }, withinSeconds: 300 },
    ),
  ])
  const stations = withSnapshot(snapshotPath(config.paths.register, imported.id), readStations)
  const drawn = await drawVoters(edition, callers)
  await rm(edition.folder, { recursive: true, force: true })
  progress.done(task, `${imported.voters} in the register and in a plain table`)
  return { table, stations, drawn }
}
