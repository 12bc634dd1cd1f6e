import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { callDetail } from '../api/calls.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import { rowOf } from './call-search.ts'
import type { Hotline } from './tables.ts'

export type CallDetail = z.infer<typeof callDetail>

/** Single calls. */
export interface CallDetails {
  /** With its steps and the requests left in it, caller masked; nothing when there is no such call. */
  find(id: string): Promise<Omit<CallDetail, 'messages'> | undefined>
  /** The caller's full number, or that it was withheld or is no longer kept; nothing when there is no such call. */
  caller(id: string): Promise<{ readonly number: PhoneNumber | null } | undefined>
}

export function makeCallDetails(hotline: Kysely<Hotline>): CallDetails {
  return {
    async find(id) {
      const call = await hotline.selectFrom('call').selectAll().where('id', '=', id).executeTakeFirst()
      if (!call) return undefined
      const steps = await hotline
        .selectFrom('call_step')
        .select(['name', 'at', 'duration_ms', 'outcome', 'key', 'digits', 'prompts'])
        .where('call_id', '=', id)
        .orderBy('position')
        .execute()
      const callbacks = await hotline
        .selectFrom('callback_request')
        .select(['id', 'reference', 'reason', 'state'])
        .where('call_id', '=', id)
        .orderBy('created_at')
        .execute()
      return {
        ...rowOf(call),
        answeredAt: call.answered_at,
        endedAt: call.ended_at,
        phase: call.phase,
        steps: steps.map(({ duration_ms, prompts, ...step }) => ({
          ...step,
          durationMs: duration_ms,
          prompts: prompts === null ? [] : JSON.parse(prompts),
        })),
        callbacks,
      }
    },
    async caller(id) {
      const call = await hotline.selectFrom('call').select('ani').where('id', '=', id).executeTakeFirst()
      return call && { number: call.ani }
    },
  }
}
