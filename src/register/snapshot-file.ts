import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Station } from '../domain/station.ts'
import { UserError } from '../user-error.ts'

/** What a snapshot says of itself. */
export interface SnapshotInfo {
  /** Time of the import and four random digits; sorts by age. */
  readonly id: string
  readonly madeAt: Date
  /** The moment the list describes. */
  readonly asOf: Date
  readonly voters: number
  readonly stations: number
  /** Voters known but not listed for want of biometric registration; counted in `voters`. */
  readonly noBiometry: number
  /** Rows that repeated another. */
  readonly duplicates: number
  /** PINs dropped because rows contradicted each other. */
  readonly conflicts: number
  /** Voters by the region of their station; 0 is none. */
  readonly regions: Readonly<Record<string, number>>
  /** Absolute path. */
  readonly file: string
}

/** What a row of `meta` may be called. */
export const metaKeys = [
  ...['id', 'made-at', 'as-of', 'voters', 'stations', 'no-biometry', 'duplicates', 'conflicts', 'regions'],
  'key-check',
]

/** Marks the file as ours ("DBSH") and tells its layout. */
export const applicationId = 0x44425348
export const layoutVersion = 2

// A voter's row is two integers (see tokens.ts and voter-rows.ts): SQLite finds integers fastest.
export const schema = `
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${layoutVersion};
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE station (
    number INTEGER PRIMARY KEY, region INTEGER NOT NULL, address_ky TEXT NOT NULL, address_ru TEXT NOT NULL
  );
  CREATE TABLE voter (place INTEGER PRIMARY KEY, fact INTEGER NOT NULL);
`

export function snapshotPath(folder: string, id: string): string {
  return join(folder, `snapshot-${id}.sqlite`)
}

/** The id in a file's name, or nothing for any other file. */
export function snapshotIdOf(name: string): string | undefined {
  return /^snapshot-([0-9]{8}-[0-9]{6}-[0-9a-f]{4})\.sqlite$/.exec(name)?.[1]
}

/**
 * Opens a snapshot to read. It is in rollback-journal mode, so reading makes no files beside it.
 * @throws UserError when it is missing or not a whole snapshot
 */
export function openSnapshot(file: string): Database.Database {
  if (!existsSync(file)) throw new UserError(`${file} is missing. Activate another snapshot or import again.`)
  let database: Database.Database | undefined
  try {
    database = new Database(file, { readonly: true, fileMustExist: true })
    const layout = database.pragma('user_version', { simple: true })
    if (database.pragma('application_id', { simple: true }) !== applicationId || layout !== layoutVersion) {
      throw new UserError(`${file} is not a snapshot this version can read. Import the voter list again.`)
    }
    // Mapped as far as SQLite was built to: a lookup then copies no pages.
    database.pragma('mmap_size = 2147418112')
    // Nobody ever writes to a snapshot, so the lock that reading needs is taken once and kept: taking it anew for
    // every lookup costs four times the lookup. (better-sqlite3 has no `immutable=1`, which would mean the same.)
    database.pragma('locking_mode = EXCLUSIVE')
    return database
  } catch (error) {
    database?.close()
    if (error instanceof UserError) throw error
    throw new UserError(`${file} is damaged. Activate another snapshot or import again.`, { cause: error })
  }
}

/** @throws UserError when a value is missing, which a whole snapshot never lacks */
export function readMeta(database: Database.Database): (key: string) => string {
  const rows = database.prepare<[], { key: string; value: string }>('SELECT key, value FROM meta').all()
  const values = new Map(rows.map(({ key, value }) => [key, value]))
  return (key) => {
    const value = values.get(key)
    if (value === undefined) throw new UserError(`${database.name} lacks "${key}". Import the voter list again.`)
    return value
  }
}

export function readInfo(database: Database.Database): SnapshotInfo {
  const meta = readMeta(database)
  return {
    id: meta('id'),
    madeAt: new Date(meta('made-at')),
    asOf: new Date(meta('as-of')),
    voters: Number(meta('voters')),
    stations: Number(meta('stations')),
    noBiometry: Number(meta('no-biometry')),
    duplicates: Number(meta('duplicates')),
    conflicts: Number(meta('conflicts')),
    regions: JSON.parse(meta('regions')) as Record<string, number>,
    file: database.name,
  }
}

/** `readInfo` of a file that isn't open. */
export function readInfoOf(file: string): SnapshotInfo {
  return withSnapshot(file, readInfo)
}

/** One value of a file that isn't open. */
export function readMetaOf(file: string, key: string): string {
  return withSnapshot(file, (database) => readMeta(database)(key))
}

/** Opens a snapshot for as long as `read` takes. */
export function withSnapshot<T>(file: string, read: (database: Database.Database) => T): T {
  const database = openSnapshot(file)
  try {
    return read(database)
  } finally {
    database.close()
  }
}

export function readStations(database: Database.Database): Station[] {
  return [...stationSlices(database)].flat()
}

const stationsPerSlice = 200

/** All stations by number, a millisecond's worth at a time. */
export function* stationSlices(database: Database.Database): Generator<Station[]> {
  const select = database.prepare<[number], { number: number; ky: string; ru: string }>(
    `SELECT number, address_ky AS ky, address_ru AS ru FROM station WHERE number > ? ORDER BY number
     LIMIT ${stationsPerSlice}`,
  )
  for (let rows = select.all(0); rows.length > 0; rows = select.all(rows.at(-1)?.number ?? Number.MAX_VALUE)) {
    yield rows.map(({ number, ky, ru }) => ({ number: String(number), address: { ky, ru } }))
  }
}
