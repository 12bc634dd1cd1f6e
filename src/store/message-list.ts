import type { Kysely } from 'kysely'
import type { Language } from '../domain/language.ts'
import type { ListedMessage } from '../domain/messages.ts'
import { maskNumber, parseCallerNumber } from '../domain/phone-number.ts'
import type { OutgoingState, SmsOutcome, SmsTextName } from '../domain/sms.ts'
import type { SmsInTable, SmsOutTable } from './message-tables.ts'
import type { Hotline, StoredMoment } from './tables.ts'

/** Which texts; of several values of one kind, any. */
export interface MessageFilter {
  readonly from?: Date
  /** The first moment that is not wanted any more. */
  readonly until?: Date
  readonly direction?: 'in' | 'out'
  readonly binds?: readonly string[]
  readonly outcomes?: readonly string[]
  /** Texts in have none but `received`. */
  readonly states?: readonly (OutgoingState | 'received')[]
  readonly languages?: readonly Language[]
}

export interface MessagePage {
  readonly limit: number
  readonly filter?: MessageFilter
  /** Only what comes after this one. */
  readonly after?: Pick<ListedMessage, 'at' | 'direction' | 'id'>
}

/** The newest texts first; of one moment, those out, which answer those in. */
export async function listMessages(
  hotline: Kysely<Hotline>,
  { limit, filter = {}, after }: MessagePage,
): Promise<readonly ListedMessage[]> {
  const { states, direction } = filter
  const wantsIn = direction !== 'out' && (states === undefined || states.includes('received'))
  const outStates = states?.filter((state) => state !== 'received')
  const wantsOut = direction !== 'in' && (outStates === undefined || outStates.length > 0)
  const [incoming, outgoing] = await Promise.all([
    wantsIn ? listIn(hotline, filter, limit, after) : [],
    wantsOut ? listOut(hotline, filter, limit, after, outStates) : [],
  ])
  return [...outgoing.map(listedOut), ...incoming.map(listedIn)]
    .sort((one, other) => other.at.getTime() - one.at.getTime())
    .slice(0, limit)
}

/** The whole number of a text, for whoever may see it; nothing when there is no such text, or none of a person. */
export async function numberOfMessage(hotline: Kysely<Hotline>, id: string): Promise<string | undefined> {
  const outgoing = await hotline.selectFrom('sms_out').select('recipient').where('id', '=', id).executeTakeFirst()
  if (outgoing) return outgoing.recipient
  const incoming = await hotline.selectFrom('sms_in').select('sender').where('id', '=', id).executeTakeFirst()
  return incoming && personOf(incoming.sender)
}

/** The texts that were sent out of a call, in their order. */
export async function textsOfCall(
  hotline: Kysely<Hotline>,
  callId: string,
): Promise<{ id: string; outcome: SmsTextName; state: OutgoingState }[]> {
  const query = hotline.selectFrom('sms_out').select(['id', 'name', 'state']).where('call_id', '=', callId)
  const rows = await query.orderBy('created_at').orderBy('id').execute()
  return rows.map(({ id, name, state }) => ({ id, outcome: name, state }))
}

function listIn(
  hotline: Kysely<Hotline>,
  { from, until, binds, outcomes, languages }: MessageFilter,
  limit: number,
  after: MessagePage['after'],
): Promise<SmsInTable[]> {
  let query = hotline.selectFrom('sms_in').selectAll().orderBy('received_at', 'desc').orderBy('id', 'desc').limit(limit)
  if (from) query = query.where('received_at', '>=', from.toISOString())
  if (until) query = query.where('received_at', '<', until.toISOString())
  if (binds) query = query.where('bind', 'in', binds)
  if (outcomes) query = query.where('outcome', 'in', outcomes as SmsOutcome[])
  if (languages) query = query.where('language', 'in', languages)
  const place = after && placeAfter(after, 'in')
  if (place) {
    query = query.where((where) =>
      where.or([
        where('received_at', '<', place.at),
        ...(place.id === undefined
          ? []
          : [where.and([where('received_at', '=', place.at), where('id', '<', place.id)])]),
      ]),
    )
  }
  return query.execute()
}

function listOut(
  hotline: Kysely<Hotline>,
  { from, until, binds, outcomes, languages }: MessageFilter,
  limit: number,
  after: MessagePage['after'],
  states: readonly OutgoingState[] | undefined,
): Promise<SmsOutTable[]> {
  let query = hotline.selectFrom('sms_out').selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit)
  if (from) query = query.where('created_at', '>=', from.toISOString())
  if (until) query = query.where('created_at', '<', until.toISOString())
  if (binds) query = query.where('bind', 'in', binds)
  if (outcomes) query = query.where('name', 'in', outcomes as SmsTextName[])
  if (languages) query = query.where('language', 'in', languages)
  if (states) query = query.where('state', 'in', states)
  const place = after && placeAfter(after, 'out')
  if (place) {
    query = query.where((where) =>
      where.or([
        where('created_at', '<', place.at),
        ...(place.id === undefined
          ? []
          : [where.and([where('created_at', '=', place.at), where('id', '<', place.id)])]),
      ]),
    )
  }
  return query.execute()
}

/**
 * Where texts of a direction go on: those older than `at`, and of that very moment those with a smaller id. Of the
 * moment of a text in, all those out were listed; of that of a text out, none in.
 */
function placeAfter(
  { at, direction, id }: NonNullable<MessagePage['after']>,
  wanted: ListedMessage['direction'],
): { at: StoredMoment; id: string | undefined } {
  if (direction === wanted) return { at: at.toISOString(), id }
  const isWholeMomentLeft = wanted === 'in'
  return { at: new Date(at.getTime() + (isWholeMomentLeft ? 1 : 0)).toISOString(), id: undefined }
}

const dateOf = (text: StoredMoment | null) => (text === null ? undefined : new Date(text))

function listedIn(row: SmsInTable): ListedMessage {
  const person = personOf(row.sender)
  return {
    id: row.id,
    direction: 'in',
    at: new Date(row.received_at),
    bind: row.bind,
    number: person === undefined ? hideDigits(row.sender) : maskNumber(person),
    language: row.language ?? undefined,
    outcome: row.outcome,
    station: row.station ?? undefined,
  }
}

function listedOut(row: SmsOutTable): ListedMessage {
  return {
    id: row.id,
    direction: 'out',
    at: new Date(row.created_at),
    bind: row.bind,
    number: maskNumber(row.recipient),
    language: row.language ?? undefined,
    outcome: row.name,
    station: undefined,
    sending: {
      state: row.state,
      attempts: row.attempts,
      parts: row.ids,
      sentAt: dateOf(row.sent_at),
      finalAt: dateOf(row.final_at),
      fault: row.fault ?? undefined,
      callId: row.call_id ?? undefined,
    },
  }
}

/** Short numbers and letters are no person's. */
function personOf(sender: string) {
  return sender.length < 9 ? undefined : parseCallerNumber(sender, '')
}

/** A long number that is none may still be somebody's, mistyped on the way. */
function hideDigits(sender: string): string {
  return /[0-9]{7,}/.test(sender) ? `${sender.slice(0, 3)}••••` : sender
}
