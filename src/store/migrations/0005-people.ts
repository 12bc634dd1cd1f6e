import { type Kysely, PostgresAdapter, sql } from 'kysely'

/** Who may sign in, who is signed in, and the audit log. */
export async function up(database: Kysely<unknown>): Promise<void> {
  const { schema } = database
  await schema
    .createTable('person')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('display_name', 'text', (column) => column.notNull())
    .addColumn('roles', 'text', (column) => column.notNull())
    .addColumn('language', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('must_change_password', 'integer', (column) => column.notNull())
    .addColumn('totp_secret', 'text')
    .addColumn('totp_on', 'integer', (column) => column.notNull())
    .addColumn('totp_period', 'integer')
    .addColumn('disabled', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('last_sign_in_at', 'text')
    .execute()

  await schema
    .createTable('sign_in')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id').onDelete('cascade'))
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('seen_at', 'text', (column) => column.notNull())
    .execute()
  await schema.createIndex('sign_in_person').on('sign_in').column('person_id').execute()

  await schema
    .createTable('lock_out')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('last_at', 'text', (column) => column.notNull())
    .addColumn('locked_until', 'text')
    .execute()

  await schema
    .createTable('audit_entry')
    .addColumn('number', 'integer', (column) => column.primaryKey())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('by_name', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('subject', 'text')
    .addColumn('detail', 'text')
    .addColumn('from_address', 'text')
    .addColumn('trimmed_to', 'integer')
    .addColumn('hash', 'text', (column) => column.notNull())
    // An entry can't permit its own removal: something of the chain always stays.
    .addCheckConstraint('audit_entry_trims_older', sql`trimmed_to < number`)
    .execute()
  for (const column of ['by_name', 'action', 'subject', 'trimmed_to']) {
    await schema.createIndex(`audit_entry_${column}`).on('audit_entry').columns([column, 'number']).execute()
  }
  await schema.createIndex('audit_entry_at').on('audit_entry').column('at').execute()

  const guards = database.getExecutor().adapter instanceof PostgresAdapter ? postgresGuards : sqliteGuards
  for (const guard of guards) await sql.raw(guard).execute(database)
}

// Numbers without a gap, no change, and no removal but of what an entry of the log itself says is removed. The number is
// looked at before SQLite's INSERT OR REPLACE could remove a row without asking the other guard.
const sqliteGuards = [
  `CREATE TRIGGER audit_entry_insert BEFORE INSERT ON audit_entry
   WHEN NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM audit_entry)
   BEGIN SELECT RAISE(ABORT, 'the audit log is numbered without a gap'); END`,
  `CREATE TRIGGER audit_entry_update BEFORE UPDATE ON audit_entry
   BEGIN SELECT RAISE(ABORT, 'the audit log is only appended to'); END`,
  `CREATE TRIGGER audit_entry_delete BEFORE DELETE ON audit_entry
   WHEN OLD.number > (SELECT COALESCE(MAX(trimmed_to), 0) FROM audit_entry)
   BEGIN SELECT RAISE(ABORT, 'the audit log is only appended to'); END`,
]

const postgresGuards = [
  `CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF TG_OP = 'INSERT' THEN
       IF NEW.number = (SELECT COALESCE(MAX(number), 0) + 1 FROM audit_entry) THEN RETURN NEW; END IF;
       RAISE EXCEPTION 'the audit log is numbered without a gap';
     END IF;
     IF TG_OP = 'DELETE' THEN
       IF OLD.number <= (SELECT COALESCE(MAX(trimmed_to), 0) FROM audit_entry) THEN RETURN OLD; END IF;
     END IF;
     RAISE EXCEPTION 'the audit log is only appended to';
   END $$`,
  `CREATE TRIGGER audit_entry_rows BEFORE INSERT OR UPDATE OR DELETE ON audit_entry
   FOR EACH ROW EXECUTE FUNCTION audit_entry_guard()`,
  `CREATE TRIGGER audit_entry_whole BEFORE TRUNCATE ON audit_entry
   FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_guard()`,
]
