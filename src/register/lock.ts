import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { UserError } from '../user-error.ts'

/** `wait`: until the others are done. Otherwise `busy` is the sentence for the person who must come back later. */
export type LockOptions = { readonly wait?: true } | { readonly wait: false; readonly busy: string }

const retryMs = 50

/**
 * Runs `work` while nobody else does anything under this name in this folder, in this process or another. However the
 * process that works ends, the kernel lets go of the lock at once.
 * @throws UserError `busy` when it must not wait, or when there can be no lock
 */
export async function withLock<Result>(
  folder: string,
  name: 'import' | 'pointer' | 'edits',
  work: () => Promise<Result>,
  options: LockOptions = {},
): Promise<Result> {
  const database = openLockFile(folder, name)
  try {
    while (!locked(database)) {
      if (options.wait === false) throw new UserError(options.busy)
      await pause(retryMs)
    }
    return await work()
  } finally {
    // Rolls back: nothing is ever written into the file.
    database.close()
  }
}

/**
 * An empty SQLite database. Node has no file locks of its own; SQLite's are fcntl locks, which die with their process,
 * and it keeps two connections of one process apart as well, which bare fcntl locks would not.
 */
function openLockFile(folder: string, name: string): Database.Database {
  const file = join(folder, `.${name}.lock`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    try {
      // Only ever made, never opened but by SQLite: closing any other descriptor of it would drop this process's lock.
      writeFileSync(file, '', { flag: 'wx', mode: 0o600 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    return new Database(file, { timeout: 0, fileMustExist: true })
  } catch (error) {
    throw noLock(file, error)
  }
}

/** @returns whether the lock is ours now */
function locked(database: Database.Database): boolean {
  try {
    // In memory: a process that is killed leaves no journal file behind.
    database.pragma('journal_mode = MEMORY')
    database.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) return false
    throw noLock(database.name, error)
  }
}

function noLock(file: string, cause: unknown): UserError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new UserError(`${file} can't be locked (${why}). Let this user write there, or delete the file.`, { cause })
}
