import type { Kysely } from 'kysely'

/** Whose message is being recorded: the application may die before the request is written. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('callback_draft')
    .addColumn('call_id', 'text', (column) => column.primaryKey())
    .addColumn('consented_at', 'text', (column) => column.notNull())
    .addColumn('language', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('number', 'text')
    .execute()
}
