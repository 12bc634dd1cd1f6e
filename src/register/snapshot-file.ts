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
  readonly voters: number
  readonly stations: number
  /** Voters known but not listed for want of biometric registration; counted in `voters`. */
  readonly noBiometry: number
  /** Rows that repeated another. */
  readonly duplicates: number
  /** PINs dropped because rows contradicted each other. */
  readonly conflicts: number
  /** Absolute path. */
  readonly file: string
}

/** What a row of `meta` may be called. */
export const metaKeys = ['id', 'made-at', 'voters', 'stations', 'no-biometry', 'duplicates', 'conflicts', 'key-check']

/** Marks the file as ours ("DBSH") and tells its layout. */
export const applicationId = 0x44425348
export const layoutVersion = 1

export const schema = `
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${layoutVersion};
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE station (
    number INTEGER PRIMARY KEY, region INTEGER NOT NULL, address_ky TEXT NOT NULL, address_ru TEXT NOT NULL
  );
  CREATE TABLE voter (token BLOB PRIMARY KEY, station INTEGER, status INTEGER NOT NULL) WITHOUT ROWID;
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
    voters: Number(meta('voters')),
    stations: Number(meta('stations')),
    noBiometry: Number(meta('no-biometry')),
    duplicates: Number(meta('duplicates')),
    conflicts: Number(meta('conflicts')),
    file: database.name,
  }
}

export function readStations(database: Database.Database): Station[] {
  return database
    .prepare<[], { number: number; ky: string; ru: string }>(
      'SELECT number, address_ky AS ky, address_ru AS ru FROM station ORDER BY number',
    )
    .all()
    .map(({ number, ky, ru }) => ({ number: String(number), address: { ky, ru } }))
}
