import { type Kysely, sql } from 'kysely'

/** Moments are ISO 8601 UTC text of fixed width: sorts by time, and reads alike on SQLite and PostgreSQL. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database
  await schema
    .createTable('call')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('started_at', 'text', (column) => column.notNull())
    .addColumn('answered_at', 'text')
    .addColumn('ended_at', 'text', (column) => column.notNull())
    .addColumn('did', 'text', (column) => column.notNull())
    .addColumn('ani', 'text')
    .addColumn('language', 'text', (column) => column.notNull())
    .addColumn('phase', 'text', (column) => column.notNull())
    .addColumn('station', 'text')
    .addColumn('disposition', 'text', (column) => column.notNull())
    .addColumn('hangup_cause', 'integer')
    .execute()
  await schema.createIndex('call_started_at').on('call').column('started_at').execute()

  await schema
    .createTable('call_step')
    .addColumn('call_id', 'text', (column) => column.notNull().references('call.id').onDelete('cascade'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('duration_ms', 'integer', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('key', 'text')
    .addPrimaryKeyConstraint('call_step_key', ['call_id', 'position'])
    .execute()

  // No reference to `call`: a call is written when it ends, a request before.
  await schema
    .createTable('callback_request')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('reference', 'text', (column) => column.unique())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('call_id', 'text', (column) => column.notNull())
    .addColumn('consented_at', 'text', (column) => column.notNull())
    .addColumn('language', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('number', 'text')
    .addColumn('recording', 'text', (column) => column.notNull())
    .addColumn('duration_ms', 'integer', (column) => column.notNull())
    .addColumn('talking_ms', 'integer', (column) => column.notNull())
    .addColumn('recording_ended', 'text', (column) => column.notNull())
    .execute()
  await schema.createIndex('callback_request_created_at').on('callback_request').column('created_at').execute()
  // One open request for a number and reason, also when two calls send at the same moment.
  await schema
    .createIndex('callback_request_open')
    .on('callback_request')
    .columns(['number', 'reason'])
    .unique()
    .where(sql.ref('state'), '=', 'open')
    .execute()
}
