import type { Kysely } from 'kysely'

/** Texts in and out. What came in is not kept, only what it came to; what goes out, until its state is final. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database
  await schema
    .createTable('sms_in')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('bind', 'text', (column) => column.notNull())
    .addColumn('received_at', 'text', (column) => column.notNull())
    .addColumn('sender', 'text', (column) => column.notNull())
    .addColumn('language', 'text')
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('station', 'text')
    .execute()
  await schema.createIndex('sms_in_received_at').on('sms_in').column('received_at').execute()

  await schema
    .createTable('sms_out')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('in_id', 'text', (column) => column.references('sms_in.id').onDelete('set null'))
    // Without a reference: a call is written when it ends, its text before.
    .addColumn('call_id', 'text')
    .addColumn('bind', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('recipient', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('language', 'text')
    .addColumn('text', 'text')
    .addColumn('ids', 'integer', (column) => column.notNull())
    .addColumn('reference', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('next_at', 'text', (column) => column.notNull())
    .addColumn('sent_at', 'text')
    .addColumn('final_at', 'text')
    .addColumn('fault', 'text')
    .execute()
  await schema.createIndex('sms_out_created_at').on('sms_out').column('created_at').execute()
  await schema.createIndex('sms_out_in_id').on('sms_out').column('in_id').execute()
  await schema.createIndex('sms_out_state').on('sms_out').columns(['state', 'bind', 'next_at']).execute()

  // What the other side calls a text, one row for each part.
  await schema
    .createTable('sms_taken')
    .addColumn('out_id', 'text', (column) => column.notNull().references('sms_out.id').onDelete('cascade'))
    .addColumn('message_id', 'text', (column) => column.notNull())
    .addColumn('bind', 'text', (column) => column.notNull())
    .addColumn('state', 'text')
    .addColumn('error', 'text')
    .addPrimaryKeyConstraint('sms_taken_key', ['out_id', 'message_id'])
    .execute()
  await schema.createIndex('sms_taken_message_id').on('sms_taken').columns(['message_id', 'bind']).execute()

  await schema
    .createTable('sms_part')
    .addColumn('bind', 'text', (column) => column.notNull())
    .addColumn('sender', 'text', (column) => column.notNull())
    .addColumn('reference', 'text', (column) => column.notNull())
    .addColumn('of', 'integer', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('sms_part_key', ['bind', 'sender', 'reference', 'of', 'number'])
    .execute()

  // Keyed hashes of what was taken, for as long as it may come again.
  await schema
    .createTable('sms_seen')
    .addColumn('mark', 'text', (column) => column.primaryKey())
    .addColumn('until', 'text', (column) => column.notNull())
    .execute()
  await schema.createIndex('sms_seen_until').on('sms_seen').column('until').execute()

  await schema
    .createTable('sms_number')
    .addColumn('number', 'text', (column) => column.primaryKey())
    .addColumn('language', 'text')
    .addColumn('bind', 'text', (column) => column.notNull())
    .addColumn('day', 'text', (column) => column.notNull())
    .addColumn('answers', 'integer', (column) => column.notNull())
    .execute()

  // Which PINs, as keyed hashes, a number asked for on a day: by call and by text.
  await schema
    .createTable('pin_use')
    .addColumn('day', 'text', (column) => column.notNull())
    .addColumn('number', 'text', (column) => column.notNull())
    .addColumn('mark', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('pin_use_key', ['day', 'number', 'mark'])
    .execute()
}
