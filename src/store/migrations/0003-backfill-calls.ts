import type { Kysely } from 'kysely'

interface OldCall {
  id: string
  started_at: string
  ended_at: string
  did: string
  language: string
  disposition: string
  station: string | null
}

interface Tables {
  call: OldCall & {
    region: string | null
    duration_ms: number
    last_step: string | null
    callback: number
    facet: string
  }
  call_step: { call_id: string; position: number; name: string }
  callback_request: { call_id: string }
  call_facet: { facet: string } & Record<'did' | 'language' | 'disposition', string> & {
      last_step: string | null
      region: string | null
      callback: number
    }
}

const batch = 500

/** Gives calls from before what they would have been written with. The facet's form is call-facet.ts's of this day. */
export async function backfillCalls(database: Kysely<unknown>): Promise<void> {
  const hotline = database as Kysely<Tables>
  let after = ''
  for (;;) {
    const calls = await hotline
      .selectFrom('call')
      .select(['id', 'started_at', 'ended_at', 'did', 'language', 'disposition', 'station'])
      .select((the) => [
        the
          .selectFrom('call_step')
          .whereRef('call_id', '=', 'call.id')
          .orderBy('position', 'desc')
          .limit(1)
          .select('name')
          .as('last_step'),
        the
          .selectFrom('callback_request')
          .whereRef('call_id', '=', 'call.id')
          .select((each) => each.fn.countAll<number>().as('count'))
          .as('requests'),
      ])
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute()
    for (const { id, started_at, ended_at, station, requests, ...call } of calls) {
      const facts = {
        did: call.did,
        language: call.language,
        disposition: call.disposition,
        last_step: call.last_step,
        region: /^[1-9]/.exec(station ?? '')?.[0] ?? null,
        callback: Number(requests) > 0 ? 1 : 0,
      }
      const facet = Object.values(facts)
        .map((fact) => fact ?? '')
        .join('|')
      const { last_step, region, callback } = facts
      await hotline
        .insertInto('call_facet')
        .values({ facet, ...facts })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      await hotline
        .updateTable('call')
        .set({
          region,
          last_step,
          callback,
          facet,
          duration_ms: Math.max(0, Date.parse(ended_at) - Date.parse(started_at)),
        })
        .where('id', '=', id)
        .execute()
    }
    const last = calls.at(-1)
    if (!last || calls.length < batch) return
    after = last.id
  }
}
