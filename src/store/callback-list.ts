import { type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { z } from 'zod'
import type { CallbackFilter, callbackDetail, callbackEvent, callbackRow, callbackSort } from '../api/callbacks.ts'
import type { Now } from '../api/now.ts'
import type { CallbackPerson } from '../domain/callback-work.ts'
import type { Clock } from '../domain/clock.ts'
import type { PageEnd } from '../domain/page-end.ts'
import { maskNumber } from '../domain/phone-number.ts'
import type { CallbackRequestTable } from './callback-tables.ts'
import type { Hotline } from './tables.ts'

export type CallbackRow = z.infer<typeof callbackRow>
export type CallbackDetail = z.infer<typeof callbackDetail>
type CallbackEvent = z.infer<typeof callbackEvent>

export interface PageWanted {
  readonly filter: CallbackFilter
  readonly sort: z.infer<typeof callbackSort>
  readonly after?: PageEnd | undefined
  readonly limit: number
}

/** The requests, as people may see them. */
export interface CallbackList {
  page(wanted: PageWanted, viewer: CallbackPerson): Promise<{ rows: CallbackRow[]; end: PageEnd | undefined }>
  find(id: string, viewer: CallbackPerson): Promise<CallbackDetail | 'unknown' | 'not-shown'>
  /** The same to whoever has just done something to it, even if it is somebody else's now. */
  show(id: string, viewer: CallbackPerson): Promise<CallbackDetail | 'unknown'>
  /** The full number, and whether there is one; an operator's only while working on the request. */
  number(id: string, viewer: CallbackPerson): Promise<{ number: string | null } | 'unknown' | 'not-claimed'>
}

/** More of one citizen's requests than people look at. */
const mostOfOneCitizen = 50

const orders = {
  dueAt: { column: 'due_at', direction: 'asc' },
  '-dueAt': { column: 'due_at', direction: 'desc' },
  '-createdAt': { column: 'created_at', direction: 'desc' },
} as const

type Tables = Hotline & { r: CallbackRequestTable }

/** As a constant of the statement: only then do the databases use the index of what waits. */
const waiting = sql<SqlBool>`r.state <> 'closed'`

export function makeCallbackList(hotline: Kysely<Hotline>, now: Clock): CallbackList {
  const selectRows = () =>
    hotline
      .selectFrom('callback_request as r')
      .leftJoin('person as claimer', 'claimer.id', 'r.claimed_by')
      .selectAll('r')
      .select([
        'claimer.display_name as claimer_name',
        sql<number>`(SELECT count(*) FROM callback_request o
          WHERE o.number = r.number AND o.id <> r.id AND o.state <> 'closed')`.as('duplicates'),
      ])

  async function page({ filter, sort, after, limit }: PageWanted, viewer: CallbackPerson) {
    const { column, direction } = orders[sort]
    let query = selectRows()
      .where((row) => row.and(conditionsOf(row, filter, viewer, now().toISOString())))
      .orderBy(`r.${column}`, direction)
      .orderBy('r.id', direction)
      .limit(limit + 1)
    if (after) {
      const beyond = direction === 'asc' ? '>' : '<'
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple(`r.${column}`, 'r.id'), beyond, tuple(after.value, after.id)),
      )
    }
    const found = await query.execute()
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    return {
      rows: shown.map((row) => rowOf(row, now())),
      end: found.length > limit && last ? { value: last[column], id: last.id } : undefined,
    }
  }

  async function history(request: CallbackRequestTable): Promise<CallbackEvent[]> {
    const events = await hotline
      .selectFrom('callback_event as e')
      .leftJoin('person as doer', 'doer.id', 'e.by_id')
      .leftJoin('person as taker', 'taker.id', 'e.to_id')
      .selectAll('e')
      .select(['doer.display_name as by_name', 'taker.display_name as to_name'])
      .where('request_id', '=', request.id)
      .orderBy('position')
      .execute()
    return events.map(({ at, kind, outcome, text, by_id, to_id, by_name, to_name }) => ({
      at,
      by: by_name ?? by_id,
      kind,
      outcome,
      text,
      to: to_name ?? to_id,
    }))
  }

  async function detailOf(row: Found, viewer: CallbackPerson): Promise<CallbackDetail> {
    const at = now()
    const shown = rowOf(row, at)
    const past = await history(row)
    // Written down only when somebody does something to the request next.
    if (row.claimed_by !== null && row.claimed_until !== null && !shown.claimedBy) {
      const by = row.claimer_name ?? row.claimed_by
      past.push({ at: row.claimed_until, by, kind: 'expired', outcome: null, text: null, to: null })
    }
    const same = row.number === null ? [] : await sameCitizen(row.id, row.number)
    const heard = hotline.selectFrom('recording').select('request_id').where('request_id', '=', row.id)
    const holds = shown.claimedBy?.id === viewer.id
    return {
      ...shown,
      callId: row.call_id,
      consentedAt: row.consented_at,
      talkingMs: row.talking_ms,
      commission: row.commission,
      history: past,
      same,
      mayListen: (viewer.seesAll || holds) && (await heard.executeTakeFirst()) !== undefined,
      mayAct: viewer.works && holds,
    }
  }

  async function sameCitizen(id: string, number: string): Promise<CallbackRow[]> {
    const rows = await selectRows()
      .where('r.number', '=', number as never)
      .where('r.id', '<>', id)
      .orderBy('r.created_at', 'desc')
      .orderBy('r.id', 'desc')
      .limit(mostOfOneCitizen)
      .execute()
    return rows.map((row) => rowOf(row, now()))
  }

  const findRow = (id: string): Promise<Found | undefined> => selectRows().where('r.id', '=', id).executeTakeFirst()

  return {
    page,
    async find(id, viewer) {
      const row = await findRow(id)
      if (!row) return 'unknown'
      return maySee(row, viewer, now()) ? detailOf(row, viewer) : 'not-shown'
    },
    async show(id, viewer) {
      const row = await findRow(id)
      return row ? detailOf(row, viewer) : 'unknown'
    },
    async number(id, viewer) {
      const row = await findRow(id)
      if (!row) return 'unknown'
      const holds = rowOf(row, now()).claimedBy?.id === viewer.id
      return viewer.seesAll || holds ? { number: row.number } : 'not-claimed'
    },
  }
}

/** How many requests wait, and since when. */
export async function waitingCallbacks(hotline: Kysely<Hotline>, now: Date): Promise<Now['callbacks']> {
  const counted = await hotline
    .selectFrom('callback_request as r')
    .select(({ fn }) => [fn.countAll<number>().as('waiting'), fn.min('r.created_at').as('oldestAt')])
    .select(sql<number | null>`sum(CASE WHEN r.due_at < ${now.toISOString()} THEN 1 ELSE 0 END)`.as('overdue'))
    .where(waiting)
    .executeTakeFirstOrThrow()
  return { ...counted, overdue: counted.overdue ?? 0 }
}

type Found = CallbackRequestTable & { claimer_name: string | null; duplicates: number }

function maySee(row: CallbackRequestTable, viewer: CallbackPerson, at: Date): boolean {
  if (viewer.seesAll) return true
  if (row.state === 'closed') return row.closed_by === viewer.id
  return !isClaimed(row, at) || row.claimed_by === viewer.id
}

/** Whether somebody works on it: a claim frees itself. */
export function isClaimed(
  row: Pick<CallbackRequestTable, 'claimed_by' | 'claimed_until'>,
  at: Date,
): row is { claimed_by: string; claimed_until: string } {
  return row.claimed_by !== null && row.claimed_until !== null && row.claimed_until > at.toISOString()
}

function rowOf(row: Found, at: Date): CallbackRow {
  const claimed = isClaimed(row, at)
  return {
    id: row.id,
    reference: row.reference,
    state: row.state,
    reason: row.reason,
    language: row.language,
    region: row.region,
    number: row.number === null ? null : maskNumber(row.number),
    createdAt: row.created_at,
    dueAt: row.due_at,
    overdue: row.state !== 'closed' && row.due_at < at.toISOString(),
    claimedBy: claimed ? { id: row.claimed_by, displayName: row.claimer_name ?? row.claimed_by } : null,
    claimedUntil: claimed ? row.claimed_until : null,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    outcome: row.outcome,
    durationMs: row.duration_ms,
    duplicates: row.duplicates,
  }
}

function conditionsOf(row: ExpressionBuilder<Tables, 'r'>, filter: CallbackFilter, viewer: CallbackPerson, at: string) {
  const { state, reason, language, region, claim, overdue, reference, outcome } = filter
  const free = row.or([row('r.claimed_by', 'is', null), row('r.claimed_until', '<=', at)])
  const mine = row.and([row('r.claimed_by', '=', viewer.id), row('r.claimed_until', '>', at)])
  const late = row.and([waiting, row('r.due_at', '<', at)])
  const closed = !state?.includes('closed') ? 'none' : state.length === 1 ? 'only' : 'too'
  const freeOrMine = row.or([free, mine])
  const closedByMe = row('r.closed_by', '=', viewer.id)
  // Each has an index, both together have none.
  const own = {
    none: freeOrMine,
    only: closedByMe,
    too: row.or([row.and([waiting, freeOrMine]), closedByMe]),
  }
  return [
    ...(state ? [row('r.state', 'in', state)] : []),
    ...(closed === 'none' ? [waiting] : []),
    ...(reason ? [row('r.reason', 'in', reason)] : []),
    ...(language ? [row('r.language', 'in', language)] : []),
    ...(region ? [row('r.region', 'in', region)] : []),
    ...(outcome ? [row('r.outcome', 'in', outcome)] : []),
    ...(reference === undefined ? [] : [row('r.reference', '=', reference.replaceAll(/\D/g, '') as never)]),
    ...(overdue === undefined ? [] : [overdue ? late : row.not(late)]),
    ...(claim === 'mine' ? [mine] : []),
    ...(claim === 'free' ? [waiting, free] : []),
    ...(viewer.seesAll ? [] : [own[closed]]),
  ]
}
