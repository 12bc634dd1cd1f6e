import { execFile } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Kysely, sql } from 'kysely'
import { statField } from '../../src/setup/process-stat.ts'
import { openHotline } from '../../src/store/database.ts'
import type { Hotline } from '../../src/store/tables.ts'
import { UserError } from '../../src/user-error.ts'
import { childrenOf, commandLine } from '../child-processes.ts'
import { cleanUp, openDatabase, openIn, scratch } from './scratch.ts'

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

describe("the console's", () => {
  /** Where it runs its statements. */
  const workers = () => childrenOf(process.pid).filter((pid) => commandLine(pid).includes('sqlite-worker'))
  const count = (hotline: Kysely<Hotline>) =>
    hotline
      .selectFrom('call')
      .select(({ fn }) => fn.countAll<number>().as('calls'))
      .executeTakeFirstOrThrow()

  it('statements run where calls go first, beyond this session, too', async () => {
    const hotline = await openDatabase(join(scratch(), 'hotline.db'), 'console')
    expect(workers()).toEqual([])
    expect(await count(hotline)).toEqual({ calls: 0 })
    const [pid = 0, ...others] = workers()
    expect(others).toEqual([])
    expect(statField(readFileSync(`/proc/${pid}/stat`, 'utf8'), 19)).toBe('10')
    if (existsSync(`/proc/${pid}/autogroup`)) {
      expect(readFileSync(`/proc/${pid}/autogroup`, 'utf8')).toMatch(/ nice 10$/m)
    }
    await hotline.destroy()
    expect(workers()).toEqual([])
  })

  it('statement fails with its process, and the next one finds another', async () => {
    const hotline = await openDatabase(join(scratch(), 'hotline.db'), 'console')
    await count(hotline)
    const [pid = 0] = workers()
    const statement = sql`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n`.execute(
      hotline,
    )
    process.kill(pid, 'SIGKILL')
    await expect(statement).rejects.toThrow('The process of the hotline database has ended')
    expect(await count(hotline)).toEqual({ calls: 0 })
    expect(workers()).not.toContain(pid)
  })
})
