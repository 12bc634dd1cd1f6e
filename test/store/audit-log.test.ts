import { sql } from 'kysely'
import { makeAuditLog } from '../../src/store/audit-log.ts'
import { databases } from './databases.ts'
import { cleanUp } from './scratch.ts'

afterEach(cleanUp)

describe.each(databases)('the audit log on $name', ({ address, empty }) => {
  const start = Date.parse('2026-11-23T09:00:00Z')
  let ticks = 0
  /** Every entry a minute after the one before. */
  const clock = () => new Date(start + ticks++ * 60_000)

  beforeEach(() => {
    ticks = 0
  })

  async function filled(entries: number) {
    const hotline = await empty()
    const log = makeAuditLog(hotline, clock)
    for (let made = 1; made <= entries; made += 1) {
      await log.append({ by: 'aida', action: 'call.number-shown', subject: `call:${made}`, from: '10.0.0.5' })
    }
    return { hotline, log }
  }

  /** What somebody with the database in their hands could do, past the guards. */
  async function pastTheGuards(hotline: Awaited<ReturnType<typeof empty>>, statement: string): Promise<void> {
    for (const trigger of ['audit_entry_insert', 'audit_entry_update', 'audit_entry_delete']) {
      await sql.raw(`DROP TRIGGER IF EXISTS ${trigger}${isPostgres ? ' ON audit_entry' : ''}`).execute(hotline)
    }
    if (isPostgres) await sql.raw('ALTER TABLE audit_entry DISABLE TRIGGER USER').execute(hotline)
    await sql.raw(statement).execute(hotline)
  }
  let isPostgres = false
  beforeAll(async () => {
    isPostgres = (await address()).startsWith('postgres')
  })

  test('numbers and chains what is done, and lists the newest first', async () => {
    const { log } = await filled(3)
    const listed = await log.list({ limit: 2 })
    expect(listed).toMatchObject([
      { number: 3, by: 'aida', action: 'call.number-shown', subject: 'call:3', detail: null, from: '10.0.0.5' },
      { number: 2, at: '2026-11-23T09:01:00.000Z' },
    ])
    expect(await log.list({ limit: 9, before: 2 })).toMatchObject([{ number: 1 }])
    expect(await log.check()).toEqual({ entries: 3, brokenAt: null, head: listed[0]?.hash })
  })

  test('is whole while it is empty', async () => {
    const { log } = await filled(0)
    expect(await log.check()).toEqual({ entries: 0, brokenAt: null, head: '0'.repeat(64) })
  })

  test('finds by who, what, on what and when', async () => {
    const { log } = await filled(2)
    await log.append({ by: 'system', action: 'call.opened', subject: 'call:1' })
    await log.append({ by: 'bek', action: 'callback.listened', detail: 'all of it' })
    const numbers = async (search: Parameters<typeof log.list>[0]) =>
      (await log.list(search)).map(({ number }) => number)
    expect(await numbers({ limit: 9, by: 'bek' })).toEqual([4])
    expect(await numbers({ limit: 9, subject: 'call:1' })).toEqual([3, 1])
    expect(await numbers({ limit: 9, action: 'call.opened' })).toEqual([3])
    expect(await numbers({ limit: 9, action: 'call' })).toEqual([3, 2, 1])
    expect(await numbers({ limit: 9, action: 'call.' })).toEqual([])
    expect(await numbers({ limit: 9, from: '2026-11-23T09:01:00.000Z', until: '2026-11-23T09:02:00.000Z' })).toEqual([
      2,
    ])
  })

  test('has one chain, whoever appends at once', async () => {
    const database = await address()
    const { openDatabase } = await import('./scratch.ts')
    const logs = await Promise.all([1, 2, 3].map(async () => makeAuditLog(await openDatabase(database), clock)))
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        logs[index % 3]?.append({ by: 'aida', action: 'call.opened', subject: `call:${index}` }),
      ),
    )
    const [log] = logs
    expect(await log?.check()).toMatchObject({ entries: 60, brokenAt: null })
    const subjects = (await log?.list({ limit: 100 }))?.map(({ subject }) => subject)
    expect(new Set(subjects).size).toBe(60)
  })

  test.each([
    ['changing', `UPDATE audit_entry SET by_name = 'bek' WHERE number = 2`],
    ['removing', 'DELETE FROM audit_entry WHERE number = 3'],
    ['removing all', 'DELETE FROM audit_entry'],
    ['a gap', `INSERT INTO audit_entry (number, at, by_name, action, hash) VALUES (7, '', '', '', '')`],
    ['a number twice', `INSERT INTO audit_entry (number, at, by_name, action, hash) VALUES (3, '', '', '', '')`],
    [
      'an entry that permits its own removal',
      `INSERT INTO audit_entry (number, at, by_name, action, hash, trimmed_to) VALUES (4, '', '', '', '', 4)`,
    ],
  ])('the database refuses %s', async (_, statement) => {
    const { hotline, log } = await filled(3)
    await expect(sql.raw(statement).execute(hotline)).rejects.toThrow(/audit/)
    expect(await log.check()).toMatchObject({ entries: 3, brokenAt: null })
  })

  test('the database refuses to replace, the way it has for that', async () => {
    const { hotline, log } = await filled(3)
    const values = `(number, at, by_name, action, hash) VALUES (2, '', '', '', '')`
    const statements = isPostgres
      ? [`INSERT INTO audit_entry ${values} ON CONFLICT (number) DO UPDATE SET by_name = ''`, 'TRUNCATE audit_entry']
      : [`INSERT OR REPLACE INTO audit_entry ${values}`, `REPLACE INTO audit_entry ${values}`]
    for (const statement of statements) {
      await expect(sql.raw(statement).execute(hotline)).rejects.toThrow(/audit log/)
    }
    expect(await log.check()).toMatchObject({ entries: 3, brokenAt: null })
  })

  test.each([
    ['a changed entry', `UPDATE audit_entry SET by_name = 'bek' WHERE number = 2`, 2],
    ['a changed moment', `UPDATE audit_entry SET at = '2026-11-23T09:01:00.001Z' WHERE number = 4`, 4],
    ['a missing entry', 'DELETE FROM audit_entry WHERE number = 3', 3],
    ['a missing beginning', 'DELETE FROM audit_entry WHERE number <= 2', 1],
    ['a beginning said to be trimmed', 'UPDATE audit_entry SET trimmed_to = 2 WHERE number = 5', 3],
    [
      'an entry put in',
      `INSERT INTO audit_entry (number, at, by_name, action, hash) VALUES (6, '2026-11-23T10:00:00.000Z', 'bek', 'x', 'abc')`,
      6,
    ],
  ])('the check finds %s', async (_, statement, brokenAt) => {
    const { hotline, log } = await filled(5)
    await pastTheGuards(hotline, statement)
    expect(await log.check()).toMatchObject({ brokenAt })
  })

  test('removes what is old, says so, and stays one chain', async () => {
    const { hotline, log } = await filled(5)
    expect(await log.trim(new Date(start + 3 * 60_000))).toBe(3)
    const left = await log.list({ limit: 9 })
    expect(left.map(({ number }) => number)).toEqual([6, 5, 4])
    expect(left[0]).toMatchObject({ by: 'system', action: 'audit.trimmed', subject: 'audit:3' })
    expect(await log.check()).toMatchObject({ entries: 3, brokenAt: null })
    await expect(sql.raw('DELETE FROM audit_entry WHERE number = 4').execute(hotline)).rejects.toThrow(/audit log/)

    await log.append({ by: 'aida', action: 'call.opened' })
    expect(await log.trim(new Date(start + 60 * 60_000))).toBe(3)
    expect((await log.list({ limit: 9 })).map(({ number }) => number)).toEqual([8, 7])
    expect(await log.check()).toMatchObject({ entries: 2, brokenAt: null })
  })

  test('has nothing to remove twice', async () => {
    const { log } = await filled(2)
    expect(await log.trim(new Date(start))).toBe(0)
    expect(await log.trim(new Date(start + 60_000))).toBe(1)
    expect(await log.trim(new Date(start + 60_000))).toBe(0)
  })

  test('an announced removal that was not carried out leaves it whole', async () => {
    const { hotline, log } = await filled(3)
    const second = (await log.list({ limit: 9 }))[1]
    // What trim does, cut off before its second half.
    const cutOff = makeAuditLog(
      new Proxy(hotline, {
        get: (target, property) => {
          if (property === 'deleteFrom') throw new Error('the power is off')
          const value = Reflect.get(target, property)
          return typeof value === 'function' ? value.bind(target) : value
        },
      }),
      clock,
    )
    await expect(cutOff.trim(new Date(start + 2 * 60_000))).rejects.toThrow('the power is off')
    expect((await log.list({ limit: 9 }))[0]).toMatchObject({ action: 'audit.trimmed', detail: second?.hash })
    expect(await log.check()).toMatchObject({ brokenAt: null })
    expect(await log.trim(new Date(start + 2 * 60_000))).toBe(2)
    expect(await log.check()).toMatchObject({ entries: 3, brokenAt: null })
  })

  test('gives every hash to the log as well', async () => {
    const { logLines } = await import('../log-lines.ts')
    const { log: lineLog, lines } = logLines()
    const log = makeAuditLog(await empty(), clock, lineLog)
    await log.append({ by: 'aida', action: 'call.opened' })
    expect(lines).toMatchObject([{ audit: 1, hash: (await log.check()).head }])
  })
})
