import type { Kysely } from 'kysely'
import { up as callsAndCallbacks } from './migrations/0001-calls-and-callbacks.ts'
import { up as callbackDrafts } from './migrations/0002-callback-drafts.ts'
import { up as callSearch } from './migrations/0003-call-search.ts'
import { up as callbackQueue } from './migrations/0004-callback-queue.ts'
import { up as people } from './migrations/0005-people.ts'
import { up as settings } from './migrations/0006-settings.ts'
import { up as callDays } from './migrations/0007-call-days.ts'
import { up as messages } from './migrations/0010-messages.ts'
import type { Migrations } from './migrator.ts'
import { openPostgres } from './open-postgres.ts'
import { openSqlite } from './open-sqlite.ts'
import type { Hotline } from './tables.ts'

/** Forward only: a migration that has left this house is never changed, only followed. */
const migrations: Migrations = {
  '0001-calls-and-callbacks': { up: callsAndCallbacks },
  '0002-callback-drafts': { up: callbackDrafts },
  '0003-call-search': { up: callSearch },
  '0004-callback-queue': { up: callbackQueue },
  '0005-people': { up: people },
  '0006-settings': { up: settings },
  '0007-call-days': { up: callDays },
  '0010-messages': { up: messages },
}

/** Who works with it: the console, which never delays the line, and a caller, who waits for what is looked up. */
export type HotlineUser = 'line' | 'console' | 'caller'

/**
 * Opens the hotline database and brings it up to date.
 * @param database a file, or the address of a PostgreSQL database (`postgres://…`)
 * @throws UserError when it can't be opened or is no such database
 */
export async function openHotline(database: string, user: HotlineUser = 'line'): Promise<Kysely<Hotline>> {
  const open = /^postgres(ql)?:\/\//.test(database) ? openPostgres : openSqlite
  return open(database, migrations, user)
}
