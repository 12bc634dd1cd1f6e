import type { Kysely } from 'kysely'

/** What is set in the console, one row a kind; `value` is JSON. What has no row is as the configuration has it. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('setting')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('changed_at', 'text', (column) => column.notNull())
    .addColumn('changed_by', 'text', (column) => column.notNull())
    .execute()
}
