import type { Kysely } from 'kysely'
import { region } from '../api/common.ts'
import { inBatches } from '../batches.ts'
import type { CallLog, CallRecord, Step } from '../domain/call-log.ts'
import { maskNumber } from '../domain/phone-number.ts'
import { facetOf } from './call-facet.ts'
import type { CallFacetTable, CallFacts } from './call-tables.ts'
import { filledUp, inLots } from './lots.ts'
import type { CallStepTable, CallTable, Hotline } from './tables.ts'

/** A call as it may be shown: the caller masked. */
export type ListedCall = Omit<CallRecord, 'ani'> & { readonly caller: string | undefined }

export interface CallArchive extends CallLog {
  /** The newest calls first. */
  listCalls(options: { readonly limit: number }): Promise<readonly ListedCall[]>
  /** Resolves once every call that was to be written is written, or has failed to be. */
  written(): Promise<void>
}

/** An ended call waits so long for others: to wake the database's thread and to commit costs more than a call's rows. */
const gatherMs = 500
const mostTogether = 100
const idsPerQuery = 1000

export function makeCallLog(hotline: Kysely<Hotline>): CallArchive {
  const writeSoon = inBatches<CallRecord>((records) => writeCalls(hotline, records), mostTogether, gatherMs)
  // They are written in their order.
  let latest: Promise<void> = Promise.resolve()

  return {
    write(record) {
      // No call is lost for another one's sake.
      latest = writeSoon(record).catch(() => writeCalls(hotline, [record]))
      return latest
    },

    async written() {
      await latest.catch(() => undefined)
    },

    async listCalls({ limit }) {
      const calls = await hotline
        .selectFrom('call')
        .selectAll()
        .orderBy('started_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      const steps = await stepsOf(
        hotline,
        calls.map(({ id }) => id),
      )
      return calls.map((call) => ({
        id: call.id,
        startedAt: new Date(call.started_at),
        answeredAt: call.answered_at === null ? undefined : new Date(call.answered_at),
        endedAt: new Date(call.ended_at),
        did: call.did,
        caller: call.ani === null ? undefined : maskNumber(call.ani),
        language: call.language,
        phase: call.phase,
        steps: steps.get(call.id) ?? [],
        station: call.station ?? undefined,
        disposition: call.disposition,
        hangupCause: call.hangup_cause ?? undefined,
      }))
    },
  }
}

/** All or none. */
async function writeCalls(hotline: Kysely<Hotline>, records: readonly CallRecord[]): Promise<void> {
  await hotline.transaction().execute(async (transaction) => {
    const requests = await requestsOf(transaction, records.filter(mayHaveRequest))
    const calls = records.map((record) => ({
      record,
      facet: facetOf(factsOf(record, requests.has(record.id))),
    }))
    const facets = [...new Map(calls.map(({ facet }) => [facet.facet, facet])).values()]
    const steps = records.flatMap(({ id, steps }) => steps.map((step, index) => stepRow(id, index, step)))
    const writes: { execute(): Promise<unknown> }[] = [
      ...inLots(facets).map((lot) =>
        transaction
          .insertInto('call_facet')
          .values(lot)
          .onConflict((conflict) => conflict.doNothing()),
      ),
      ...inLots(calls.map(({ record, facet }) => ({ ...facet, ...callRow(record) }))).map((lot) =>
        transaction.insertInto('call').values(lot),
      ),
      ...inLots(steps).map((lot) => transaction.insertInto('call_step').values(lot)),
      ...calls
        .filter(({ record }) => requests.has(record.id))
        .map(({ record, facet: { region } }) =>
          transaction.updateTable('callback_request').set({ region }).where('call_id', '=', record.id),
        ),
    ]
    // Without waiting for one another, which sends them together; all are done before the transaction ends.
    const done = await Promise.allSettled(writes.map((write) => write.execute()))
    for (const each of done) if (each.status === 'rejected') throw each.reason
  })
}

/** Nobody leaves a request without having heard what it means to be recorded. */
function mayHaveRequest({ steps }: CallRecord): boolean {
  return steps.some(({ prompts }) => prompts.includes('cb-consent'))
}

/** Which of these calls left one: a request is kept before its call is written. */
async function requestsOf(hotline: Kysely<Hotline>, calls: readonly CallRecord[]): Promise<ReadonlySet<string>> {
  if (calls.length === 0) return new Set()
  const ids = filledUp(calls.map(({ id }) => id))
  const rows = await hotline.selectFrom('callback_request').select('call_id').where('call_id', 'in', ids).execute()
  return new Set(rows.map(({ call_id }) => call_id))
}

export function factsOf(record: CallRecord, hasRequest: boolean): CallFacts {
  const { did, language, disposition, station, steps } = record
  return {
    did,
    language,
    disposition,
    last_step: steps.at(-1)?.name ?? null,
    region: region.safeParse(station?.[0]).data ?? null,
    callback: hasRequest ? 1 : 0,
  }
}

export function callRow(record: CallRecord): Omit<CallTable, keyof CallFacetTable> {
  return {
    id: record.id,
    started_at: record.startedAt.toISOString(),
    answered_at: record.answeredAt?.toISOString() ?? null,
    ended_at: record.endedAt.toISOString(),
    ani: record.ani ?? null,
    phase: record.phase,
    station: record.station ?? null,
    hangup_cause: record.hangupCause ?? null,
    duration_ms: Math.max(0, record.endedAt.getTime() - record.startedAt.getTime()),
  }
}

export function stepRow(callId: string, position: number, step: Step): CallStepTable {
  return {
    call_id: callId,
    position,
    name: step.name,
    at: step.at.toISOString(),
    duration_ms: Math.round(step.durationMs),
    outcome: step.outcome,
    key: step.key ?? null,
    digits: step.digits ?? null,
    prompts: JSON.stringify(step.prompts),
  }
}

async function stepsOf(hotline: Kysely<Hotline>, ids: readonly string[]): Promise<ReadonlyMap<string, Step[]>> {
  const steps = new Map<string, Step[]>()
  for (let from = 0; from < ids.length; from += idsPerQuery) {
    const rows = await hotline
      .selectFrom('call_step')
      .selectAll()
      .where('call_id', 'in', ids.slice(from, from + idsPerQuery))
      .orderBy('call_id')
      .orderBy('position')
      .execute()
    for (const row of rows) {
      const step = {
        name: row.name,
        at: new Date(row.at),
        durationMs: row.duration_ms,
        outcome: row.outcome,
        key: row.key ?? undefined,
        digits: row.digits ?? undefined,
        prompts: row.prompts === null ? [] : JSON.parse(row.prompts),
      }
      const known = steps.get(row.call_id)
      if (known) known.push(step)
      else steps.set(row.call_id, [step])
    }
  }
  return steps
}
