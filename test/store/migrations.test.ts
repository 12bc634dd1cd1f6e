import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { up as callsAndCallbacks } from '../../src/store/migrations/0001-calls-and-callbacks.ts'
import { up as callbackDrafts } from '../../src/store/migrations/0002-callback-drafts.ts'
import { openPostgres } from '../../src/store/open-postgres.ts'
import { openSqlite } from '../../src/store/open-sqlite.ts'
import { databases } from './databases.ts'
import { cleanUp, openDatabase, scratch } from './scratch.ts'

jest.setTimeout(60_000)

afterEach(cleanUp)

const first = { '0001-calls-and-callbacks': { up: callsAndCallbacks }, '0002-callback-drafts': { up: callbackDrafts } }

/** A database as the first version of the line left it. */
async function oldDatabase({ name, address }: (typeof databases)[number]) {
  if (name === 'SQLite') {
    const file = join(scratch(), 'hotline.db')
    return { at: file, old: await openSqlite(file, first, 'line') }
  }
  const url = await address()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('DROP SCHEMA public CASCADE')
  await client.query('CREATE SCHEMA public')
  await client.end()
  return { at: url, old: await openPostgres(url, first, 'line') }
}

test.each(databases)('on $name, the requests of the first version keep everything they had', async (database) => {
  const { at, old } = await oldDatabase(database)
  const time = (minute: number) => `'2024-10-10T06:${String(minute).padStart(2, '0')}:00.000Z'`
  await sql`INSERT INTO call (id, started_at, ended_at, did, language, phase, station, disposition)
    VALUES ('one', ${sql.raw(time(0))}, ${sql.raw(time(5))}, '1255', 'ky', 'window', '7087', 'completed')`.execute(old)
  for (const [id, call, state] of [
    ['a', 'one', 'open'],
    ['b', 'two', 'incomplete'],
  ]) {
    await sql`INSERT INTO callback_request (id, reference, state, created_at, call_id, consented_at, language, reason,
      number, recording, duration_ms, talking_ms, recording_ended) VALUES (${id}, ${state === 'open' ? '1234560' : null},
      ${state}, ${sql.raw(time(3))}, ${call}, ${sql.raw(time(1))}, 'ky', 'other', '+996555123456', ${`${id}.wav`}, 4000,
      3000, 'key')`.execute(old)
  }
  await old.destroy()

  const hotline = await openDatabase(at)
  const requests = await hotline.selectFrom('callback_request').selectAll().orderBy('id').execute()
  const created = '2024-10-10T06:03:00.000Z'
  expect(requests).toMatchObject([
    { id: 'a', state: 'open', reference: '1234560', wav_file: 'a.wav', region: '7', due_at: created, attempts: 0 },
    {
      id: 'b',
      state: 'incomplete',
      reference: null,
      wav_file: 'b.wav',
      region: null,
      due_at: created,
      claimed_by: null,
    },
  ])
  expect(requests[0]).not.toHaveProperty('recording')
  // One open request for a number and reason, still.
  const again = hotline.updateTable('callback_request').set({ state: 'open' }).where('id', '=', 'b').execute()
  await expect(again).rejects.toThrow(/unique/i)
})
