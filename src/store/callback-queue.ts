import { type Kysely, sql, type Transaction } from 'kysely'
import type { CallbackAttempt } from '../api/callbacks.ts'
import type { CallbackPerson, CallbackRefusal } from '../domain/callback-work.ts'
import type { Clock } from '../domain/clock.ts'
import { workingTime } from '../domain/working-hours.ts'
import { isClaimed } from './callback-list.ts'
import type { CallbackRules } from './callback-rules.ts'
import type { CallbackEventTable, CallbackRequestTable } from './callback-tables.ts'
import { rolesOf } from './people.ts'
import type { Hotline } from './tables.ts'

/** Nothing where it was done. */
type Done = Promise<CallbackRefusal | undefined>

/** What people do to requests. Whoever comes second is refused, whatever the database and however close. */
export interface CallbackQueue {
  /** Takes a request, or keeps it for longer. */
  claim(id: string, by: CallbackPerson): Done
  release(id: string, by: CallbackPerson): Done
  /** @param to id of a person who takes requests */
  handOver(id: string, by: CallbackPerson, to: string, text: string | undefined): Done
  note(id: string, by: CallbackPerson, text: string): Done
  attempt(id: string, by: CallbackPerson, attempt: CallbackAttempt): Done
  reopen(id: string, by: CallbackPerson, text: string): Done
  /**
   * Counts the due times of all that is not closed anew, by the rules of now.
   * @returns how many changed
   */
  recountDueTimes(): Promise<number>
}

/** A request nobody else can change until the transaction ends. */
interface Locked {
  readonly row: CallbackRequestTable
  readonly transaction: Transaction<Hotline>
  readonly at: Date
  readonly rules: CallbackRules
}

const recountedAtOnce = 500

/** @param rules read at each step: they are set in the console */
export function makeCallbackQueue(
  hotline: Kysely<Hotline>,
  rules: () => Promise<CallbackRules>,
  now: Clock,
): CallbackQueue {
  /** Everything happens under the row's lock: what is decided by it is still so when it is written. */
  async function locked(id: string, act: (it: Locked) => Done): Done {
    const byRules = await rules()
    return hotline.transaction().execute(async (transaction) => {
      const row = await locking(transaction).where('id', '=', id).executeTakeFirst()
      return row ? act({ row, transaction, at: now(), rules: byRules }) : 'unknown'
    })
  }

  return {
    claim: (id, by) =>
      locked(id, async (it) => {
        const { row, at, rules } = it
        if (row.state === 'closed') return 'closed'
        const claimed = isClaimed(row, at)
        if (claimed && row.claimed_by !== by.id) return 'taken'
        if (!claimed) {
          await noteExpiry(it)
          await write(it, by.id, 'claimed')
        }
        return change(it, claimOf(by.id, at, rules))
      }),

    release: (id, by) =>
      locked(id, async (it) => {
        if (!isClaimed(it.row, it.at) || !(holds(it, by) || by.leads)) return 'not-claimed'
        await write(it, by.id, 'released')
        return change(it, unclaimed)
      }),

    handOver: (id, by, to, text) =>
      locked(id, async (it) => {
        if (it.row.state === 'closed') return 'closed'
        if (!(holds(it, by) || by.leads)) return 'not-claimed'
        if (!(await takesRequests(it.transaction, to))) return 'no-colleague'
        await noteExpiry(it)
        await write(it, by.id, 'handed-over', { to_id: to, text: text ?? null })
        return change(it, claimOf(to, it.at, it.rules))
      }),

    note: (id, by, text) =>
      locked(id, async (it) => {
        if (!(holds(it, by) || by.leads)) return 'not-claimed'
        await write(it, by.id, 'note', { text })
        return undefined
      }),

    attempt: (id, by, { outcome, text, commission }) =>
      locked(id, async (it) => {
        const { row, at, rules } = it
        if (row.state === 'closed') return 'closed'
        if (!holds(it, by)) return 'not-claimed'
        await write(it, by.id, 'attempt', { outcome, text: text ?? null })
        const attempts = row.attempts + 1
        const tried = { attempts, outcome, commission: commission ?? null }
        const goesOn = outcome === 'reached' || (outcome === 'no-answer' && attempts < rules.maxAttempts)
        if (!goesOn) return close(it, by, tried)
        return change(it, {
          ...tried,
          next_attempt_at: nextAttempt(at, rules),
          // Who talks with the citizen goes on; nobody need wait for the next try of one who doesn't answer.
          ...(outcome === 'reached' ? claimOf(by.id, at, rules) : unclaimed),
        })
      }),

    reopen: (id, by, text) =>
      locked(id, async (it) => {
        const { row, transaction } = it
        if (row.state !== 'closed' || row.closed_from === null) return 'not-closed'
        if (row.closed_from === 'open' && (await openElsewhere(transaction, row))) return 'open-elsewhere'
        await write(it, by.id, 'reopened', { text })
        return change(it, {
          state: row.closed_from,
          attempts: 0,
          commission: null,
          closed_at: null,
          closed_by: null,
          closed_from: null,
        })
      }),

    async recountDueTimes() {
      const { hours, dueHours } = await rules()
      const time = workingTime(hours)
      let changed = 0
      for (let after = ''; ; ) {
        const rows = await hotline
          .selectFrom('callback_request')
          .select(['id', 'created_at', 'due_at'])
          .where('state', '<>', 'closed')
          .where('id', '>', after)
          .orderBy('id')
          .limit(recountedAtOnce)
          .execute()
        const last = rows.at(-1)
        if (!last) return changed
        after = last.id
        const due = rows.map(
          ({ id, created_at }) => [id, time.after(new Date(created_at), dueHours).toISOString()] as const,
        )
        const other = due.filter(([, due_at], n) => due_at !== rows[n]?.due_at)
        changed += other.length
        if (other.length === 0) continue
        // Both databases name the columns of VALUES so.
        const values = sql.join(other.map(([id, due_at]) => sql`(${id}, ${due_at})`))
        await sql`UPDATE callback_request SET due_at = fresh.column2 FROM (VALUES ${values}) AS fresh
          WHERE callback_request.id = fresh.column1`.execute(hotline)
      }
    },
  }
}

/** A write that changes nothing, because that is what locks a row on both databases. */
function locking(transaction: Transaction<Hotline>) {
  return transaction
    .updateTable('callback_request')
    .set(({ ref }) => ({ attempts: ref('attempts') }))
    .returningAll()
}

const unclaimed = { claimed_by: null, claimed_until: null }

/** A claim that has run out and that nobody else has taken still holds: a long talk must not be lost. */
function holds({ row }: Locked, by: CallbackPerson): boolean {
  return row.claimed_by === by.id
}

function claimOf(personId: string, at: Date, { claimMinutes }: CallbackRules) {
  return { claimed_by: personId, claimed_until: new Date(at.getTime() + claimMinutes * 60_000).toISOString() }
}

function nextAttempt(at: Date, { attemptGapMinutes, hours }: CallbackRules): string {
  return workingTime(hours)
    .atWork(new Date(at.getTime() + attemptGapMinutes * 60_000))
    .toISOString()
}

async function change({ row, transaction }: Locked, to: Partial<CallbackRequestTable>): Promise<undefined> {
  await transaction.updateTable('callback_request').set(to).where('id', '=', row.id).execute()
}

async function write(
  { transaction, row, at }: Locked,
  by: string,
  kind: CallbackEventTable['kind'],
  more: Partial<Pick<CallbackEventTable, 'at' | 'outcome' | 'text' | 'to_id'>> = {},
): Promise<void> {
  await transaction
    .insertInto('callback_event')
    .values({
      request_id: row.id,
      position: ({ fn, lit, selectFrom }) =>
        selectFrom('callback_event')
          .select(({ eb }) => eb(fn.coalesce(fn.max('position'), lit(0)), '+', lit(1)).as('next'))
          .where('request_id', '=', row.id),
      at: at.toISOString(),
      by_id: by,
      kind,
      outcome: null,
      text: null,
      to_id: null,
      ...more,
    })
    .execute()
}

/** That a claim has run out happens without anybody; it is written down when somebody comes next. */
async function noteExpiry(it: Locked): Promise<void> {
  const { claimed_by, claimed_until } = it.row
  if (claimed_by === null || claimed_until === null || isClaimed(it.row, it.at)) return
  await write(it, claimed_by, 'expired', { at: claimed_until })
}

async function close(it: Locked, by: CallbackPerson, tried: Partial<CallbackRequestTable>): Promise<undefined> {
  const { row, transaction, at } = it
  const closed = (from: CallbackRequestTable) => ({
    ...tried,
    ...unclaimed,
    state: 'closed' as const,
    closed_from: from.state === 'closed' ? null : from.state,
    closed_at: at.toISOString(),
    closed_by: by.id,
    next_attempt_at: null,
  })
  await change(it, closed(row))
  await write(it, by.id, 'closed', { outcome: tried.outcome ?? null })
  if (row.state !== 'open' || row.number === null) return
  // Sent at the same moment, for the same reason, by the same citizen: done with together.
  const twins = await locking(transaction)
    .where('number', '=', row.number)
    .where('reason', '=', row.reason)
    .where('state', '=', 'duplicate')
    .execute()
  for (const twin of twins) {
    if (isClaimed(twin, at) && twin.claimed_by !== by.id) continue
    const other = { ...it, row: twin }
    await change(other, { ...closed(twin), attempts: twin.attempts })
    await write(other, by.id, 'closed', { outcome: tried.outcome ?? null, text: row.reference })
  }
}

async function takesRequests(transaction: Transaction<Hotline>, personId: string): Promise<boolean> {
  const person = await transaction
    .selectFrom('person')
    .select('roles')
    .where('id', '=', personId)
    .where('disabled', '=', 0)
    .executeTakeFirst()
  return person !== undefined && rolesOf(person).some((role) => role === 'operator' || role === 'supervisor')
}

async function openElsewhere(transaction: Transaction<Hotline>, row: CallbackRequestTable): Promise<boolean> {
  const other = await transaction
    .selectFrom('callback_request')
    .select('id')
    .where('number', '=', row.number)
    .where('reason', '=', row.reason)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return other !== undefined
}
