import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { Kysely, type Migration, Migrator, SqliteDialect } from 'kysely'
import { projectFolder } from '../config.ts'
import { UserError } from '../user-error.ts'
import { up as callsAndCallbacks } from './migrations/0001-calls-and-callbacks.ts'
import { up as callbackDrafts } from './migrations/0002-callback-drafts.ts'
import { up as messages } from './migrations/0010-messages.ts'
import type { Hotline } from './tables.ts'
import { workerDialect } from './worker-dialect.ts'

/** Forward only: a migration that has left this house is never changed, only followed. */
const migrations: Record<string, Migration> = {
  '0001-calls-and-callbacks': { up: callsAndCallbacks },
  '0002-callback-drafts': { up: callbackDrafts },
  '0010-messages': { up: messages },
}

const busyTimeoutMs = 5000

/** Compiled: a thread can't be started from TypeScript, which tests run from. */
const workerScript = join(projectFolder, 'dist', 'store', 'sqlite-worker.js')

/**
 * Opens the hotline database and brings it up to date; makes it, mode 0600, when it is not there. Everything but that
 * runs in a thread of its own.
 * @throws UserError when the file can't be opened or is no such database
 */
export async function openHotline(file: string): Promise<Kysely<Hotline>> {
  const sqlite = openFile(file)
  const hotline = new Kysely<Hotline>({ dialect: new SqliteDialect({ database: sqlite }) })
  try {
    await migrate(sqlite, hotline)
  } catch (error) {
    throw new UserError(`${file} can't be brought up to date. Check the disk, and that this version is not too old.`, {
      cause: error,
    })
  } finally {
    await hotline.destroy()
  }
  return new Kysely<Hotline>({ dialect: workerDialect(workerScript, file) })
}

function openFile(file: string): Database.Database {
  let sqlite: Database.Database | undefined
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    // Made before SQLite does, which would leave it readable to all; the files it puts beside take the same mode.
    closeSync(openSync(file, 'a', 0o600))
    chmodSync(file, 0o600)
    sqlite = new Database(file, { timeout: busyTimeoutMs })
    sqlite.pragma('journal_mode = WAL')
    return sqlite
  } catch (error) {
    sqlite?.close()
    const { code } = error as NodeJS.ErrnoException
    throw new UserError(`${file} can't be opened as the hotline's database (${code}). Check the file and its folder.`, {
      cause: error,
    })
  }
}

/** Runs what is missing, in one transaction: all of it is there afterwards or none. */
async function migrate(sqlite: Database.Database, hotline: Kysely<Hotline>): Promise<void> {
  const provider = { getMigrations: async () => migrations }
  const migrator = new Migrator({ db: hotline, provider, disableTransactions: true })
  // Kysely takes no lock on SQLite: several processes that open a new file at once would all make the tables. This
  // waits for the one that is first, and then finds nothing left to do. `hotline` has this one connection only.
  sqlite.exec('BEGIN IMMEDIATE')
  try {
    const { error } = await migrator.migrateToLatest()
    if (error !== undefined) throw error
    sqlite.exec('COMMIT')
  } catch (error) {
    if (sqlite.inTransaction) sqlite.exec('ROLLBACK')
    throw error
  }
}
