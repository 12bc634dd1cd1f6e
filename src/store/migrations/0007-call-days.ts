import type { Kysely } from 'kysely'

/** What reports count, a day at a time: counted once when the day is over, and kept when its calls are gone. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('call_day')
    .addColumn('time_zone', 'text', (column) => column.notNull())
    .addColumn('day', 'text', (column) => column.notNull())
    .addColumn('figures', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('call_day_key', ['time_zone', 'day'])
    .execute()
}
