import { type Kysely, PostgresAdapter, sql } from 'kysely'

/** What becomes of a callback request: who works on it, what was tried, what it came to. And its audio, beside it. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database
  const request = schema.alterTable('callback_request')
  await request.addColumn('region', 'text').execute()
  await request.addColumn('due_at', 'text', (column) => column.notNull().defaultTo('')).execute()
  await request.addColumn('claimed_by', 'text').execute()
  await request.addColumn('claimed_until', 'text').execute()
  await request.addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0)).execute()
  await request.addColumn('next_attempt_at', 'text').execute()
  await request.addColumn('outcome', 'text').execute()
  await request.addColumn('commission', 'text').execute()
  await request.addColumn('closed_at', 'text').execute()
  await request.addColumn('closed_by', 'text').execute()
  await request.addColumn('closed_from', 'text').execute()
  await request.addColumn('wav_file', 'text').execute()
  // Counted anew, in working hours, when the line starts.
  await sql`UPDATE callback_request SET wav_file = recording, due_at = created_at,
    region = (SELECT substr(station, 1, 1) FROM call WHERE call.id = callback_request.call_id)`.execute(database)
  await request.dropColumn('recording').execute()

  for (const column of ['due_at', 'created_at']) {
    const index = schema.createIndex(`callback_request_by_${column}`).on('callback_request').columns([column, 'id'])
    await index.execute()
  }
  await schema.dropIndex('callback_request_created_at').execute()
  // What waits is little beside what is done with.
  await schema
    .createIndex('callback_request_waiting')
    .on('callback_request')
    .columns(['due_at', 'id'])
    .where(sql.ref('state'), '<>', 'closed')
    .execute()
  for (const column of ['number', 'claimed_by', 'closed_by']) {
    await schema.createIndex(`callback_request_${column}`).on('callback_request').column(column).execute()
  }

  const requestId = 'callback_request.id'
  await schema
    .createTable('callback_event')
    .addColumn('request_id', 'text', (column) => column.notNull().references(requestId).onDelete('cascade'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('by_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text')
    .addColumn('text', 'text')
    .addColumn('to_id', 'text')
    .addPrimaryKeyConstraint('callback_event_key', ['request_id', 'position'])
    .execute()

  const postgres = database.getExecutor().adapter instanceof PostgresAdapter
  await schema
    .createTable('recording')
    .addColumn('request_id', 'text', (column) => column.primaryKey().references(requestId).onDelete('cascade'))
    .addColumn('key_id', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('sealed', postgres ? 'bytea' : 'blob', (column) => column.notNull())
    .execute()
}
