import { execFile } from 'node:child_process'
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { openHotline } from '../../src/store/database.ts'
import { UserError } from '../../src/user-error.ts'
import { cleanUp, openIn, scratch } from './scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(60_000)

afterEach(cleanUp)

test('is durable: write-ahead log, synced at every commit', async () => {
  const hotline = await openIn(scratch())
  const pragma = async (name: string) => (await sql.raw(`PRAGMA ${name}`).execute(hotline)).rows
  expect(await pragma('journal_mode')).toEqual([{ journal_mode: 'wal' }])
  expect(await pragma('synchronous')).toEqual([{ synchronous: 2 }])
  expect(await pragma('foreign_keys')).toEqual([{ foreign_keys: 1 }])
  expect(await pragma('busy_timeout')).toEqual([{ timeout: 5000 }])
})

test('is for its owner only, with the files SQLite puts beside it, also when it was open to all', async () => {
  const folder = join(scratch(), 'home')
  const hotline = await openIn(folder)
  await sql`CREATE TABLE probe (x)`.execute(hotline)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(readdirSync(folder).sort()).toEqual(['hotline.db', 'hotline.db-shm', 'hotline.db-wal'])
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  chmodSync(join(folder, 'hotline.db'), 0o644)
  await openIn(folder)
  expect(statSync(join(folder, 'hotline.db')).mode & 0o777).toBe(0o600)
})

test('is migrated once and keeps its rows when opened again', async () => {
  const folder = scratch()
  const first = await openHotline(join(folder, 'hotline.db'))
  await sql`INSERT INTO call (id, started_at, ended_at, did, language, phase, disposition)
    VALUES ('1', 'a', 'b', '1255', 'ky', 'window', 'completed')`.execute(first)
  await first.destroy()
  const second = await openIn(folder)
  expect(await second.selectFrom('call').select('id').execute()).toEqual([{ id: '1' }])
})

test('may be opened for the first time by several processes at once, and is closed by each', async () => {
  const file = join(scratch(), 'hotline.db')
  const args = [join(__dirname, '../register/run-ts.cjs'), join(__dirname, 'open-child.ts'), file]
  const runs = await Promise.all([1, 2, 3, 4, 5, 6].map(() => promisify(execFile)(process.execPath, args)))
  for (const { stdout } of runs) expect(stdout).toBe('0 calls\nclosed\n')
})

test('says what is wrong with a file that is none, and with a folder that is none', async () => {
  const folder = scratch()
  const file = join(folder, 'hotline.db')
  writeFileSync(file, 'not a database, and long enough for SQLite to see that it is none'.repeat(20))
  await expect(openHotline(file)).rejects.toThrow(UserError)
  await expect(openHotline(file)).rejects.toThrow(file)
  await expect(openHotline(join(file, 'hotline.db'))).rejects.toThrow(UserError)
})
