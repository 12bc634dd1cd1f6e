import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { type Dialect, Kysely, type Migrator, SqliteDialect } from 'kysely'
import { projectFolder } from '../config.ts'
import { UserError } from '../user-error.ts'
import type { HotlineUser } from './database.ts'
import { type Migrations, migratorOf } from './migrator.ts'
import { keptStatements } from './statements.ts'
import type { Hotline } from './tables.ts'
import { type WorkerOptions, workerDialect } from './worker-dialect.ts'

const busyTimeoutMs = 5000

/** Compiled: neither threads nor processes can be started from TypeScript, which tests run from. */
const workerScript = join(projectFolder, 'dist', 'store', 'sqlite-worker.js')

/**
 * A file, made with mode 0600 when it is not there. Everything but the migration runs elsewhere: the line's in one thread, so
 * that its writes come one after the other, the console's in several processes, which let calls go first. A caller's look-ups
 * alone run here: they take less time than to wake a thread.
 * @throws UserError when the file can't be opened or is no such database
 */
export function openSqlite(file: string, migrations: Migrations, user: HotlineUser): Promise<Kysely<Hotline>> {
  // One after the other: the lock that a migration waits for would stop the very thread that has to give it back.
  const opened = lastOpened.then(() => open(file, migrations, user))
  lastOpened = opened.catch(() => undefined)
  return opened
}

let lastOpened: Promise<unknown> = Promise.resolve()

async function open(file: string, migrations: Migrations, user: HotlineUser): Promise<Kysely<Hotline>> {
  const sqlite = openFile(file)
  const hotline = new Kysely<Hotline>({ dialect: new SqliteDialect({ database: sqlite }) })
  try {
    await migrate(sqlite, migratorOf(hotline, migrations, { disableTransactions: true }))
  } catch (error) {
    throw new UserError(`${file} can't be brought up to date. Check the disk, and that this version is not too old.`, {
      cause: error,
    })
  } finally {
    await hotline.destroy()
  }
  const dialect = user === 'caller' ? hereDialect(file) : workerDialect(workerScript, { file, ...workers[user] })
  return new Kysely<Hotline>({ dialect })
}

/** Never waits: with a write-ahead log whoever reads is kept from it by nobody. */
function hereDialect(file: string): Dialect {
  const database = new Database(file, { readonly: true, timeout: 0 })
  return new SqliteDialect({ database: { prepare: keptStatements(database), close: () => void database.close() } })
}

const workers: Record<Exclude<HotlineUser, 'caller'>, Omit<WorkerOptions, 'file'>> = {
  line: { kind: 'thread', count: 1 },
  console: { kind: 'process', count: 2 },
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
async function migrate(sqlite: Database.Database, migrator: Migrator): Promise<void> {
  // Nearly always nothing is missing. To wait for the lock then would stop this thread, which may be the very one that a
  // transaction of this process needs to come to its end.
  const known = await migrator.getMigrations()
  if (known.every(({ executedAt }) => executedAt !== undefined)) return
  // Kysely takes no lock on SQLite: several processes that open a new file at once would all make the tables. This
  // waits for the one that is first, and then finds nothing left to do. The migrator has this one connection only.
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
