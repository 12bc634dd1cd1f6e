import { sql } from 'kysely'
import { openHotline } from '../../src/store/database.ts'
import { databases } from './databases.ts'
import { cleanUp, openDatabase } from './scratch.ts'

afterEach(cleanUp)

describe.each(databases)('$name', ({ address, empty }) => {
  test('is empty, and another one each time', async () => {
    const first = await empty()
    await sql`CREATE TABLE probe (x integer)`.execute(first)
    const second = await empty()
    expect(await second.selectFrom('call').selectAll().execute()).toEqual([])
    await expect(sql`SELECT * FROM probe`.execute(second)).rejects.toThrow(/probe/)
  })

  test('may be opened for the first time by several at once, and again', async () => {
    const database = await address()
    const opened = await Promise.all([1, 2, 3].map(() => openDatabase(database)))
    for (const each of opened) expect(await each.selectFrom('call').selectAll().execute()).toEqual([])
  })

  test('may be opened while the same process is in a transaction', async () => {
    const database = await address()
    const line = await openDatabase(database)
    await line.transaction().execute(async (transaction) => {
      await sql`UPDATE call SET did = did`.execute(transaction)
      const second = await openDatabase(database)
      expect(await second.selectFrom('call').selectAll().execute()).toEqual([])
    })
  })

  test('of what a transaction asks together, nothing is kept when one fails, and the next transaction knows nothing of it', async () => {
    const hotline = await empty()
    await sql`CREATE TABLE probe (x integer PRIMARY KEY)`.execute(hotline)
    const insert = (x: number) => sql`INSERT INTO probe VALUES (${x})`
    const asked = hotline.transaction().execute(async (transaction) => {
      const done = await Promise.allSettled([1, 1, 2].map((x) => insert(x).execute(transaction)))
      expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    })
    // SQLite refuses the commit, PostgreSQL makes a rollback of it.
    await asked.catch((error: unknown) => expect(String(error)).toMatch(/UNIQUE/))
    await hotline.transaction().execute((transaction) => insert(3).execute(transaction))
    expect((await sql`SELECT x FROM probe`.execute(hotline)).rows).toEqual([{ x: 3 }])
  })

  test('what the line writes, the console reads, also while the line is in a transaction', async () => {
    const database = await address()
    const [line, console] = [await openDatabase(database), await openHotline(database, 'console')]
    const calls = () =>
      console
        .selectFrom('call')
        .select((the) => the.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
    await line.transaction().execute(async (transaction) => {
      await sql`INSERT INTO call (id, started_at, ended_at, did, language, phase, disposition)
        VALUES ('1', 'a', 'b', '1255', 'ky', 'window', 'completed')`.execute(transaction)
      expect(await calls()).toEqual({ count: 0 })
    })
    expect(await calls()).toEqual({ count: 1 })
    await console.destroy()
  })
})
