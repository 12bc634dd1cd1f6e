import type { Kysely } from 'kysely'
import { region } from '../api/common.ts'
import type { CallLog, CallRecord, Step } from '../domain/call-log.ts'
import { maskNumber } from '../domain/phone-number.ts'
import { facetOf } from './call-facet.ts'
import type { CallFacetTable, CallFacts } from './call-tables.ts'
import type { CallStepTable, CallTable, Hotline } from './tables.ts'

/** A call as it may be shown: the caller masked. */
export type ListedCall = Omit<CallRecord, 'ani'> & { readonly caller: string | undefined }

export interface CallArchive extends CallLog {
  /** The newest calls first. */
  listCalls(options: { readonly limit: number }): Promise<readonly ListedCall[]>
}

// SQLite takes 32,766 values a statement, PostgreSQL 65,535; a step has nine.
const stepsPerInsert = 1000

export function makeCallLog(hotline: Kysely<Hotline>): CallArchive {
  return {
    async write(record) {
      await hotline.transaction().execute(async (transaction) => {
        const requested = mayHaveRequest(record) && (await hasRequest(transaction, record.id))
        const facet = facetOf(factsOf(record, requested))
        const rows = record.steps.map((step, index) => stepRow(record.id, index, step))
        const writes: { execute(): Promise<unknown> }[] = [
          transaction
            .insertInto('call_facet')
            .values(facet)
            .onConflict((conflict) => conflict.doNothing()),
          transaction.insertInto('call').values({ ...facet, ...callRow(record) }),
        ]
        for (let from = 0; from < rows.length; from += stepsPerInsert) {
          writes.push(transaction.insertInto('call_step').values(rows.slice(from, from + stepsPerInsert)))
        }
        if (requested) {
          const { region } = facet
          writes.push(transaction.updateTable('callback_request').set({ region }).where('call_id', '=', record.id))
        }
        // Without waiting for one another, which sends them together; all are done before the transaction ends.
        const done = await Promise.allSettled(writes.map((write) => write.execute()))
        for (const each of done) if (each.status === 'rejected') throw each.reason
      })
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

/** Nobody leaves a request without having heard what it means to be recorded. */
function mayHaveRequest({ steps }: CallRecord): boolean {
  return steps.some(({ prompts }) => prompts.includes('cb-consent'))
}

/** A request is kept before its call is written. */
async function hasRequest(hotline: Kysely<Hotline>, callId: string): Promise<boolean> {
  const request = hotline.selectFrom('callback_request').select('id').where('call_id', '=', callId)
  return (await request.executeTakeFirst()) !== undefined
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
  for (let from = 0; from < ids.length; from += stepsPerInsert) {
    const rows = await hotline
      .selectFrom('call_step')
      .selectAll()
      .where('call_id', 'in', ids.slice(from, from + stepsPerInsert))
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
