import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { UserError } from '../user-error.ts'
import type { HotlineUser } from './database.ts'
import { type Migrations, migratorOf } from './migrator.ts'
import type { Hotline } from './tables.ts'

/** A statement of the line that takes longer has met a fault; the console's reports may take their time, callers wait in silence. */
const statementMs: Record<HotlineUser, number> = { line: 10_000, console: 60_000, caller: 1_000 }
const connectMs: Record<HotlineUser, number> = { line: 10_000, console: 10_000, caller: 1_000 }
/** A transaction that its owner forgot must not keep rows locked. */
const idleInTransactionMs = 30_000
const connections: Record<HotlineUser, number> = { line: 5, console: 8, caller: 2 }

/** Type numbers of PostgreSQL whose values come as text: counts and sums, none of ours beyond 2⁵³. */
const bigint = 20
const numeric = 1700

/**
 * A database of a PostgreSQL server, 13 or later.
 * @param url `postgres://user:password@host/database`; never part of a message, for its password
 * @throws UserError when the server can't be reached or the database can't be used
 */
export async function openPostgres(url: string, migrations: Migrations, user: HotlineUser): Promise<Kysely<Hotline>> {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections[user],
    connectionTimeoutMillis: connectMs[user],
    statement_timeout: statementMs[user],
    idle_in_transaction_session_timeout: idleInTransactionMs,
    application_name: `dobush ${user}`,
    types: {
      getTypeParser: (id, format) => (id === bigint || id === numeric ? Number : pg.types.getTypeParser(id, format)),
    },
  })
  // A connection that breaks while nobody uses it: the next statement gets a new one.
  pool.on('error', () => undefined)
  const hotline = new Kysely<Hotline>({ dialect: new PostgresDialect({ pool }) })
  try {
    const { error } = await migratorOf(hotline, migrations).migrateToLatest()
    if (error !== undefined) throw error
    return hotline
  } catch (error) {
    await hotline.destroy()
    const { code = 'unknown' } = error as { code?: string }
    throw new UserError(
      `The database of DATABASE_URL (${placeOf(url)}) can't be opened or brought up to date (${code}). Check that PostgreSQL runs there, and that user, password and database are right.`,
      { cause: error },
    )
  }
}

function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  return parsed ? `${parsed.host}${parsed.pathname}` : 'not an address'
}
