import { randomInt, randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { Kysely, Transaction } from 'kysely'
import type {
  CallbackReason,
  CallbackRequests,
  IncompleteCallbackRequest,
  NewCallbackRequest,
  Recording,
} from '../domain/callback-request.ts'
import type { Clock } from '../domain/clock.ts'
import type { Language } from '../domain/language.ts'
import { maskNumber, type PhoneNumber } from '../domain/phone-number.ts'
import { makeReference, type Reference } from '../domain/reference.ts'
import type { Log } from '../log.ts'
import type { CallbackRequestTable, CallbackState } from './callback-tables.ts'
import type { SealRecordings } from './recordings.ts'
import type { Hotline } from './tables.ts'

/** A callback request as it may be shown: the number masked. */
export interface ListedCallback {
  readonly id: string
  readonly reference: Reference | undefined
  readonly state: CallbackState
  readonly createdAt: Date
  readonly callId: string
  readonly consentedAt: Date
  readonly language: Language
  readonly reason: CallbackReason
  readonly number: string | undefined
  readonly durationMs: number
  readonly talkingMs: number
}

export interface CallbackArchive extends CallbackRequests {
  /** Calls that began a request of which nothing was kept or forgotten yet; at a start, those of the run before. */
  drafts(): Promise<readonly string[]>
  /** Keeps, as incomplete, the message of a call whose application died; forgets the call where there is none. */
  keepStranded(callId: string, message: Recording | undefined): Promise<void>
  /** Whether a message of this call may still be waiting to be kept. */
  hasDraft(callId: string): Promise<boolean>
}

export interface CallbackOptions {
  readonly hotline: Kysely<Hotline>
  readonly recordings: SealRecordings
  /** When a request made then should be done. */
  readonly dueAt: (createdAt: Date) => Promise<Date>
  readonly now: Clock
  readonly log: Log
  /** 0 ≤ random < 1, the source of references; from the system's generator unless a test hands in another. */
  readonly random?: () => number
}

// Of 900,000 references: even with half of them given out, 20 tries fail once in a million.
const maxReferenceTries = 20

type NewRow = Omit<CallbackRequestTable, 'state' | 'reference'>

export function makeCallbackRequests(options: CallbackOptions): CallbackArchive {
  const { hotline, recordings, dueAt, now, log, random = secureRandom } = options

  /** Writes the request and its audio, both or none; only when they are on disk does the original go. */
  async function keep<T>(
    request: IncompleteCallbackRequest,
    insert: (row: NewRow, transaction: Transaction<Hotline>) => Promise<T>,
  ): Promise<T> {
    const id = randomUUID()
    const recording = await recordings.seal(request.recording.file, id)
    const createdAt = now()
    const row = rowOf(request, id, createdAt, await dueOrNow(createdAt))
    const result = await hotline.transaction().execute(async (transaction) => {
      const inserted = await insert(row, transaction)
      await transaction.insertInto('recording').values(recording).execute()
      await transaction.deleteFrom('callback_draft').where('call_id', '=', request.callId).execute()
      return inserted
    })
    await rm(request.recording.file, { force: true }).catch((error: unknown) => {
      // The request stands: a file left over must not make the caller hear that it failed.
      log.warn({ err: error }, 'a recording that was taken over could not be removed from the spool')
    })
    return result
  }

  /** A request is worth more than its due time: that is counted anew at the next start. */
  function dueOrNow(createdAt: Date): Promise<Date> {
    return dueAt(createdAt).catch((error: unknown) => {
      log.error({ err: error }, 'the due time of a request could not be counted')
      return createdAt
    })
  }

  async function openFor(
    number: PhoneNumber,
    reason: CallbackReason,
    database: Kysely<Hotline> = hotline,
  ): Promise<Reference | undefined> {
    const row = await database
      .selectFrom('callback_request')
      .select('reference')
      .where('number', '=', number)
      .where('reason', '=', reason)
      .where('state', '=', 'open')
      .executeTakeFirst()
    return row?.reference ?? undefined
  }

  async function insertOpen(
    request: NewCallbackRequest,
    row: NewRow,
    transaction: Transaction<Hotline>,
  ): Promise<Reference> {
    for (let attempt = 0; attempt < maxReferenceTries; attempt += 1) {
      const reference = makeReference(random())
      const { numInsertedOrUpdatedRows } = await transaction
        .insertInto('callback_request')
        .values({ ...row, state: 'open', reference })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows === 1n) return reference
      // Either this number has an open request by now, or the reference is taken and another is drawn.
      const earlier = await openFor(request.number, request.reason, transaction)
      if (earlier !== undefined) {
        await insertAside(row, 'duplicate', transaction)
        return earlier
      }
    }
    throw new Error(`No free reference number was found in ${maxReferenceTries} tries.`)
  }

  async function insertAside(
    row: NewRow,
    state: 'incomplete' | 'duplicate',
    transaction: Transaction<Hotline>,
  ): Promise<void> {
    await transaction
      .insertInto('callback_request')
      .values({ ...row, state, reference: null })
      .execute()
  }

  async function forget(callId: string): Promise<void> {
    await hotline.deleteFrom('callback_draft').where('call_id', '=', callId).execute()
  }

  const keepIncomplete = (request: IncompleteCallbackRequest) =>
    keep(request, (row, transaction) => insertAside(row, 'incomplete', transaction))

  return {
    openFor: (number, reason) => openFor(number, reason),
    forget,
    keepIncomplete,
    async begin({ callId, language, number, reason, consentedAt }) {
      await hotline
        .insertInto('callback_draft')
        .values({
          call_id: callId,
          consented_at: consentedAt.toISOString(),
          language,
          reason,
          number: number ?? null,
        })
        .onConflict((conflict) => conflict.column('call_id').doNothing())
        .execute()
    },
    async hasDraft(callId) {
      const draft = hotline.selectFrom('callback_draft').select('call_id').where('call_id', '=', callId)
      return (await draft.executeTakeFirst()) !== undefined
    },
    accept: (request) => keep(request, (row, transaction) => insertOpen(request, row, transaction)),
    async drafts() {
      const rows = await hotline.selectFrom('callback_draft').select('call_id').execute()
      return rows.map(({ call_id }) => call_id)
    },
    async keepStranded(callId, recording) {
      const begun = hotline.selectFrom('callback_draft').selectAll().where('call_id', '=', callId)
      const draft = await begun.executeTakeFirst()
      if (!draft || !recording) return forget(callId)
      const { consented_at, language, reason, number } = draft
      await keepIncomplete({
        callId,
        language,
        reason,
        number: number ?? undefined,
        consentedAt: new Date(consented_at),
        recording,
      })
    },
  }
}

/** The newest requests first. */
export async function listCallbacks(hotline: Kysely<Hotline>, limit: number): Promise<readonly ListedCallback[]> {
  const rows = await hotline
    .selectFrom('callback_request')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    reference: row.reference ?? undefined,
    state: row.state,
    createdAt: new Date(row.created_at),
    callId: row.call_id,
    consentedAt: new Date(row.consented_at),
    language: row.language,
    reason: row.reason,
    number: row.number === null ? undefined : maskNumber(row.number),
    durationMs: row.duration_ms,
    talkingMs: row.talking_ms,
  }))
}

function rowOf(request: IncompleteCallbackRequest, id: string, createdAt: Date, dueAt: Date): NewRow {
  return {
    id,
    created_at: createdAt.toISOString(),
    call_id: request.callId,
    consented_at: request.consentedAt.toISOString(),
    language: request.language,
    reason: request.reason,
    number: request.number ?? null,
    duration_ms: Math.round(request.recording.durationMs),
    talking_ms: Math.round(request.recording.talkingMs),
    recording_ended: request.recording.ended,
    wav_file: null,
    region: null,
    due_at: dueAt.toISOString(),
    claimed_by: null,
    claimed_until: null,
    attempts: 0,
    next_attempt_at: null,
    outcome: null,
    commission: null,
    closed_at: null,
    closed_by: null,
    closed_from: null,
  }
}

/** References are said aloud to strangers: the next must not follow from the last. */
function secureRandom(): number {
  return randomInt(2 ** 47) / 2 ** 47
}
