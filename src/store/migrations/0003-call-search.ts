import { type Kysely, sql } from 'kysely'
import { backfillCalls } from './0003-backfill-calls.ts'

/**
 * What calls are searched by. A facet is one combination of the things with few values; there are some thousands of
 * them however many calls there are, and each has its calls in order of time, length and station.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database
  await schema
    .createTable('call_facet')
    .addColumn('facet', 'text', (column) => column.primaryKey())
    .addColumn('did', 'text', (column) => column.notNull())
    .addColumn('language', 'text', (column) => column.notNull())
    .addColumn('disposition', 'text', (column) => column.notNull())
    .addColumn('last_step', 'text')
    .addColumn('region', 'text')
    .addColumn('callback', 'integer', (column) => column.notNull())
    .execute()

  const alter = () => schema.alterTable('call')
  await alter().addColumn('region', 'text').execute()
  await alter()
    .addColumn('duration_ms', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await alter().addColumn('last_step', 'text').execute()
  await alter()
    .addColumn('callback', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await alter()
    .addColumn('facet', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await schema.alterTable('call_step').addColumn('digits', 'integer').execute()
  await schema.alterTable('call_step').addColumn('prompts', 'text').execute()
  await backfillCalls(database)

  const index = (name: string) => schema.createIndex(name).on('call')
  // What a page is sorted by comes right after the facet; what else it may be cut by is there, too, to be looked at
  // without going to the row.
  await index('call_facet_started').columns(['facet', 'started_at', 'id', 'duration_ms']).execute()
  await index('call_facet_duration').columns(['facet', 'duration_ms', 'id', 'started_at']).execute()
  await index('call_facet_station')
    .expression(sql`facet, coalesce(station, 'none'), id, started_at, duration_ms`)
    .execute()
  await index('call_duration').columns(['duration_ms', 'id', 'started_at']).execute()
  await index('call_station').expression(sql`coalesce(station, 'none'), id, started_at`).execute()
  await index('call_one_station').columns(['station', 'started_at']).execute()
  await index('call_ani').columns(['ani', 'started_at']).execute()
  // Instead of the first migration's: the day's figures come out of it alone.
  await schema.dropIndex('call_started_at').execute()
  await index('call_started').columns(['started_at', 'id', 'disposition']).execute()

  await schema
    .createTable('saved_filter')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('filter', 'text', (column) => column.notNull())
    .addColumn('sort', 'text', (column) => column.notNull())
    .addUniqueConstraint('saved_filter_name', ['person_id', 'name'])
    .execute()
}
