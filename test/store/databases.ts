import type { Kysely } from 'kysely'
import pg from 'pg'
import { openHotline } from '../../src/store/database.ts'
import type { Hotline } from '../../src/store/tables.ts'
import { type PostgresServer, startPostgres } from './postgres-server.ts'
import { openDatabase, scratch } from './scratch.ts'

/** A database that the hotline runs on. */
export interface TestedDatabase {
  readonly name: string
  /** Address of an empty database of its own, for `openHotline`. */
  address(): Promise<string>
  /** An empty hotline, closed by `cleanUp`. */
  empty(): Promise<Kysely<Hotline>>
}

const template = 'hotline_template'

// Both start with the first test that asks: a file of tests has one server.
let server: Promise<PostgresServer> | undefined
let made = 0

const sqliteAddress = async () => `${scratch()}/hotline.db`

async function postgresAddress(): Promise<string> {
  server ??= prepareServer()
  const { url } = await server
  made += 1
  const name = `hotline_${made}`
  await command(url('postgres'), `CREATE DATABASE ${name} TEMPLATE ${template}`)
  return url(name)
}

/** Migrated once; copies of that are made in milliseconds. */
async function prepareServer(): Promise<PostgresServer> {
  const started = await startPostgres()
  try {
    await command(started.url('postgres'), `CREATE DATABASE ${template}`)
    await (await openHotline(started.url(template))).destroy()
    return started
  } catch (error) {
    await started.stop()
    throw error
  }
}

async function command(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(text)
  await client.end()
}

/** `describe.each(databases)('$name', ({ empty }) => …)`: the same tests on both. */
export const databases: readonly TestedDatabase[] = [
  { name: 'SQLite', address: sqliteAddress, empty: async () => openDatabase(await sqliteAddress()) },
  { name: 'PostgreSQL', address: postgresAddress, empty: async () => openDatabase(await postgresAddress()) },
]

afterAll(async () => {
  await (await server?.catch(() => undefined))?.stop()
})
