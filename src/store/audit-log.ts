import { createHash } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { auditEntry } from '../api/people.ts'
import type { Audit, AuditSearch, Deed } from '../domain/audit.ts'
import type { Clock } from '../domain/clock.ts'
import type { Log } from '../log.ts'
import type { AuditEntryTable } from './people-tables.ts'
import type { Hotline } from './tables.ts'

export type AuditEntry = z.infer<typeof auditEntry>

export interface AuditCheck {
  readonly entries: number
  /** Number of the first entry that is changed, missing or put in. */
  readonly brokenAt: number | null
  /** Hash of the newest entry: noted elsewhere, it proves later that nothing before it was changed or cut off. */
  readonly head: string
}

export interface AuditLog {
  readonly append: Audit
  /** Newest first. */
  list(search: AuditSearch): Promise<readonly AuditEntry[]>
  /** Computes the chain anew. */
  check(): Promise<AuditCheck>
  /**
   * Removes entries older than a moment. The log says so first, with the hash the chain goes on from: the database
   * removes nothing that no entry names.
   * @returns how many went
   */
  trim(olderThan: Date): Promise<number>
}

/** What the first entry of all is chained to. */
const genesis = '0'.repeat(64)

/** Others, in another process, may be first this many times in a row before something else must be wrong. */
const mostRaces = 100

/** Looked at in one go by the check: more would keep calls waiting for the processor. */
const checkedAtOnce = 500

/**
 * The audit log: numbered, chained by hashes, only appended to.
 * @param log gets each entry's number and hash, a second place for whoever doubts the first
 */
export function makeAuditLog(hotline: Kysely<Hotline>, now: Clock, log?: Log): AuditLog {
  // One after the other, so that entries of this process never race each other.
  let last: Promise<unknown> = Promise.resolve()

  function append(deed: Deed, trimmedTo: number | null = null): Promise<void> {
    const done = last.then(() => appendNext(deed, trimmedTo))
    last = done.catch(() => undefined)
    return done
  }

  async function appendNext(deed: Deed, trimmedTo: number | null): Promise<void> {
    for (let races = 0; ; races += 1) {
      const head = await newest()
      const content = {
        number: (head?.number ?? 0) + 1,
        at: now().toISOString(),
        by_name: deed.by,
        action: deed.action,
        subject: deed.subject ?? null,
        detail: deed.detail ?? null,
        from_address: deed.from ?? null,
        trimmed_to: trimmedTo,
      }
      const entry = { ...content, hash: hashOf(head?.hash ?? genesis, content) }
      try {
        await hotline.insertInto('audit_entry').values(entry).execute()
        log?.info({ audit: entry.number, hash: entry.hash }, 'an entry of the audit log')
        return
      } catch (error) {
        // Somebody else took the number: chained to what they wrote, it goes on.
        if (races === mostRaces || (await newest())?.number === head?.number) throw error
      }
    }
  }

  const newest = () =>
    hotline.selectFrom('audit_entry').select(['number', 'hash']).orderBy('number', 'desc').limit(1).executeTakeFirst()

  return {
    append: (deed) => append(deed),

    async list({ from, until, by, action, subject, before, limit }) {
      let query = hotline.selectFrom('audit_entry').selectAll().orderBy('number', 'desc').limit(limit)
      if (from !== undefined) query = query.where('at', '>=', from)
      if (until !== undefined) query = query.where('at', '<', until)
      if (by !== undefined) query = query.where('by_name', '=', by)
      if (subject !== undefined) query = query.where('subject', '=', subject)
      if (before !== undefined) query = query.where('number', '<', before)
      if (action !== undefined) {
        // `/` is what comes after `.`: all that begins with the kind and a dot.
        query = query.where(({ eb, or, and }) =>
          or([eb('action', '=', action), and([eb('action', '>=', `${action}.`), eb('action', '<', `${action}/`)])]),
        )
      }
      return (await query.execute()).map(entryOf)
    },

    async check() {
      let { number, hash } = await chainStart(hotline)
      let entries = 0
      for (;;) {
        const rows = await hotline
          .selectFrom('audit_entry')
          .selectAll()
          .where('number', '>', number)
          .orderBy('number')
          .limit(checkedAtOnce)
          .execute()
        if (rows.length === 0) return { entries, brokenAt: null, head: hash }
        for (const row of rows) {
          number += 1
          if (row.number !== number || row.hash !== hashOf(hash, row)) {
            return { entries, brokenAt: number, head: (await newest())?.hash ?? genesis }
          }
          hash = row.hash
          entries += 1
        }
      }
    },

    async trim(olderThan) {
      const firstKept = await hotline
        .selectFrom('audit_entry')
        .select(({ fn }) => fn.min('number').as('number'))
        .where('at', '>=', olderThan.toISOString())
        .executeTakeFirst()
      const to = (firstKept?.number ?? (await newest())?.number ?? 1) - 1
      const lastGone = await hotline
        .selectFrom('audit_entry')
        .select('hash')
        .where('number', '=', to)
        .executeTakeFirst()
      if (!lastGone) return 0
      await append({ by: 'system', action: 'audit.trimmed', subject: `audit:${to}`, detail: lastGone.hash }, to)
      const { numDeletedRows } = await hotline
        .deleteFrom('audit_entry')
        .where('number', '<=', to)
        .executeTakeFirstOrThrow()
      return Number(numDeletedRows)
    },
  }
}

/**
 * Where the chain begins: before entry 1, or where the newest entry about a removal says. A removal that was announced
 * and not carried out leaves its entries there, chained like all others, and the check begins after them.
 */
async function chainStart(hotline: Kysely<Hotline>): Promise<{ number: number; hash: string }> {
  const trimmed = await hotline
    .selectFrom('audit_entry')
    .select(['trimmed_to', 'detail'])
    .where('trimmed_to', 'is not', null)
    .orderBy('trimmed_to', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { number: trimmed?.trimmed_to ?? 0, hash: trimmed?.detail ?? genesis }
}

function hashOf(before: string, entry: Omit<AuditEntryTable, 'hash'>): string {
  const { number, at, by_name, action, subject, detail, from_address, trimmed_to } = entry
  const content = [before, number, at, by_name, action, subject, detail, from_address, trimmed_to]
  return createHash('sha256').update(JSON.stringify(content)).digest('hex')
}

function entryOf({ number, at, by_name, action, subject, detail, from_address, hash }: AuditEntryTable): AuditEntry {
  return { number, at, by: by_name, action, subject, detail, from: from_address, hash }
}
