import { type Kysely, sql } from 'kysely'
import type { z } from 'zod'
import type { MessageFilter, messageRow } from '../api/messages.ts'
import { maskNumber, type PhoneNumber, parseCallerNumber } from '../domain/phone-number.ts'
import type { SmsInTable, SmsOutTable } from './message-tables.ts'
import type { Hotline } from './tables.ts'

export type MessageRow = z.infer<typeof messageRow>

/** The last row of a page: where the next begins. */
export interface MessagePageEnd {
  /** The row's moment. */
  readonly value: string
  readonly id: string
}

interface MessagePageWanted {
  readonly filter: MessageFilter
  readonly after?: MessagePageEnd | undefined
  readonly limit: number
}

/** Messages of one bind by minute: `2026-11-23T09:41`, in UTC. */
interface MinuteCounts {
  readonly received: Map<string, number>
  readonly sent: Map<string, number>
}

/** Texts in and out, numbers masked. */
export interface MessageList {
  /** The newest first. */
  page(wanted: MessagePageWanted): Promise<{ rows: MessageRow[]; end: MessagePageEnd | undefined }>
  /** Those that were sent out of a call. */
  ofCall(callId: string): Promise<Pick<MessageRow, 'id' | 'outcome' | 'state'>[]>
  /** The other side's full number, or that it is none; nothing when there is no such message. */
  number(id: string): Promise<{ readonly number: PhoneNumber | null } | undefined>
  perMinute(since: Date): Promise<Map<string, MinuteCounts>>
}

export function makeMessageList(hotline: Kysely<Hotline>): MessageList {
  async function received({ filter, after, limit }: MessagePageWanted): Promise<MessageRow[]> {
    const outcomes = filter.outcome?.filter((it): it is SmsInTable['outcome'] => it !== answerOnly)
    if (filter.direction === 'out' || outcomes?.length === 0) return []
    if (filter.state && !filter.state.includes('received')) return []
    let query = hotline
      .selectFrom('sms_in')
      .selectAll()
      .orderBy('received_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
    if (filter.from !== undefined) query = query.where('received_at', '>=', filter.from)
    if (filter.until !== undefined) query = query.where('received_at', '<', filter.until)
    if (filter.bind) query = query.where('bind', 'in', filter.bind)
    if (filter.language) query = query.where('language', 'in', filter.language)
    if (outcomes) query = query.where('outcome', 'in', outcomes)
    if (after) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('received_at', 'id'), '<', tuple(after.value, after.id)),
      )
    }
    return (await query.execute()).map(receivedRow)
  }

  async function sent({ filter, after, limit }: MessagePageWanted): Promise<MessageRow[]> {
    const states = filter.state?.filter((it): it is SmsOutTable['state'] => it !== 'received')
    if (filter.direction === 'in' || states?.length === 0) return []
    let query = hotline
      .selectFrom('sms_out')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
    if (filter.from !== undefined) query = query.where('created_at', '>=', filter.from)
    if (filter.until !== undefined) query = query.where('created_at', '<', filter.until)
    if (filter.bind) query = query.where('bind', 'in', filter.bind)
    if (filter.language) query = query.where('language', 'in', filter.language)
    if (filter.outcome) query = query.where('name', 'in', filter.outcome as SmsOutTable['name'][])
    if (states) query = query.where('state', 'in', states)
    if (after) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('created_at', 'id'), '<', tuple(after.value, after.id)),
      )
    }
    return (await query.execute()).map(sentRow)
  }

  return {
    async page(wanted) {
      const more = { ...wanted, limit: wanted.limit + 1 }
      const found = [...(await received(more)), ...(await sent(more))].sort(newestFirst)
      const rows = found.slice(0, wanted.limit)
      const last = rows.at(-1)
      return { rows, end: found.length > wanted.limit && last ? { value: last.at, id: last.id } : undefined }
    },

    async ofCall(callId) {
      const query = hotline.selectFrom('sms_out').select(['id', 'name', 'state']).where('call_id', '=', callId)
      const rows = await query.orderBy('created_at').orderBy('id').execute()
      return rows.map(({ id, name, state }) => ({ id, outcome: name, state }))
    },

    async number(id) {
      const out = await hotline.selectFrom('sms_out').select('recipient').where('id', '=', id).executeTakeFirst()
      if (out) return { number: out.recipient }
      const from = await hotline.selectFrom('sms_in').select('sender').where('id', '=', id).executeTakeFirst()
      return from && { number: numberOf(from.sender) ?? null }
    },

    async perMinute(since) {
      const counts = new Map<string, MinuteCounts>()
      const countsOf = (bind: string): MinuteCounts => {
        const known = counts.get(bind) ?? { received: new Map(), sent: new Map() }
        counts.set(bind, known)
        return known
      }
      const count = sql<number>`count(*)`.as('count')
      const inMinute = sql<string>`substr(received_at, 1, 16)`
      const incoming = hotline.selectFrom('sms_in').select(['bind', inMinute.as('minute'), count])
      const inRows = await incoming
        .where('received_at', '>=', since.toISOString())
        .groupBy(['bind', inMinute])
        .execute()
      for (const { bind, minute, count } of inRows) countsOf(bind).received.set(minute, count)
      const outMinute = sql<string>`substr(sent_at, 1, 16)`
      const outgoing = hotline.selectFrom('sms_out').select(['bind', outMinute.as('minute'), count])
      const outRows = await outgoing.where('sent_at', '>=', since.toISOString()).groupBy(['bind', outMinute]).execute()
      for (const { bind, minute, count } of outRows) countsOf(bind).sent.set(minute, count)
      return counts
    },
  }
}

/** A text that no text asked for. */
const answerOnly = 'callback-accepted'

function newestFirst(one: MessageRow, other: MessageRow): number {
  if (one.at !== other.at) return one.at < other.at ? 1 : -1
  return one.id < other.id ? 1 : -1
}

function receivedRow({ id, bind, received_at, sender, language, outcome }: SmsInTable): MessageRow {
  return {
    ...{ id, bind, language, outcome, at: received_at, number: shownSender(sender) },
    ...{ direction: 'in', state: 'received', parts: 1, attempts: 0, finalAt: null, error: null, callId: null },
  }
}

function sentRow(row: SmsOutTable): MessageRow {
  const { id, bind, language, state, attempts } = row
  return {
    ...{ id, bind, language, state, attempts, at: row.created_at, number: maskNumber(row.recipient) },
    ...{ direction: 'out', outcome: row.name, parts: row.ids, finalAt: row.final_at, error: row.fault },
    callId: row.call_id,
  }
}

/** Short numbers and letters are no person's. */
function numberOf(sender: string): PhoneNumber | undefined {
  return sender.length < 9 ? undefined : parseCallerNumber(sender, '')
}

/** As it may be shown: a person's number masked, and what may be one. */
export function shownSender(sender: string): string {
  const number = numberOf(sender)
  if (number !== undefined) return maskNumber(number)
  return /^[0-9+]{7,}$/.test(sender) ? `${sender.slice(0, 3)}••••` : sender
}
