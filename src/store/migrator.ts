import { type Kysely, type Migration, Migrator } from 'kysely'
import type { Hotline } from './tables.ts'

/** By their names, whose order is the order they run in. */
export type Migrations = Readonly<Record<string, Migration>>

/** What brings a database up to date. */
export function migratorOf(
  db: Kysely<Hotline>,
  migrations: Migrations,
  options: { readonly disableTransactions?: boolean } = {},
): Migrator {
  return new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    // Two branches number theirs independently: an earlier number may come later. None builds on one it doesn't know.
    allowUnorderedMigrations: true,
    ...options,
  })
}
