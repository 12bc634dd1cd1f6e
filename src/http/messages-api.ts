import type { z } from 'zod'
import {
  type bindState,
  listBinds,
  listMessages,
  type MessageFilter,
  type messageRow,
  showMessageNumber,
} from '../api/messages.ts'
import type { Audit } from '../domain/audit.ts'
import type { Language } from '../domain/language.ts'
import type { ListedMessage } from '../domain/messages.ts'
import type { PageEnd } from '../domain/page-end.ts'
import type { OutgoingState } from '../domain/sms.ts'
import type { BindHealth } from './health.ts'
import { answer, type Mounted } from './mount-routes.ts'
import { readPageEnd, writePageEnd } from './page-end.ts'
import { HttpProblem } from './problem.ts'

type MessageRow = z.infer<typeof messageRow>
type BindState = z.infer<typeof bindState>

/** How a way to an operator is. */
export type BindNow = BindHealth & Pick<BindState, 'kind'>

type Place = Pick<ListedMessage, 'at' | 'direction' | 'id'>

export interface MessagePorts {
  readonly messages: {
    list(wanted: {
      readonly filter: {
        readonly from?: Date
        readonly until?: Date
        readonly direction?: 'in' | 'out'
        readonly binds?: readonly string[]
        readonly outcomes?: readonly string[]
        readonly states?: readonly (OutgoingState | 'received')[]
        readonly languages?: readonly Language[]
      }
      readonly after?: Place
      readonly limit: number
    }): Promise<readonly ListedMessage[]>
    /** The other side's full number; nothing when there is no such message, or it is no person's. */
    number(id: string): Promise<string | undefined>
  }
  readonly binds: {
    state(): readonly BindNow[]
    /** Texts of each of the last 60 minutes, oldest first; nothing of a bind there isn't. */
    lastHour(bind: string): { readonly in: readonly number[]; readonly out: readonly number[] } | undefined
  }
  readonly audit: Audit
}

export const stateOfBind = { bound: 'up', binding: 'connecting', down: 'down' } as const

/** Texts in and out, and the ways they go by. */
export function messagesApi({ messages, binds, audit }: MessagePorts): Mounted[] {
  return [
    answer(listMessages, async ({ query: { cursor, limit, ...filter } }) => {
      const after = cursor === undefined ? undefined : placeOf(readPageEnd(cursor))
      const found = await messages.list({ filter: wantedBy(filter), limit: limit + 1, ...(after && { after }) })
      const rows = found.slice(0, limit)
      const last = rows.at(-1)
      return { rows: rows.map(rowOf), next: found.length > limit && last ? writePageEnd(endOf(last)) : null }
    }),

    answer(listBinds, () =>
      binds.state().map(({ name, kind, status, since, queued, fault }) => {
        const { in: received, out: sent } = binds.lastHour(name) ?? { in: [], out: [] }
        return {
          ...{ name, kind, queued, since: since.toISOString(), state: stateOfBind[status] },
          ...{ received: [...received], sent: [...sent], lastFault: fault ?? null },
        }
      }),
    ),

    answer(showMessageNumber, async ({ params: { id }, asker, from }) => {
      const number = await messages.number(id)
      if (number === undefined) {
        throw new HttpProblem(404, 'no-number', 'There is no such message, or it is not from a person.')
      }
      await audit({ by: asker.name, action: 'message.number-shown', subject: `message:${id}`, from })
      return { number }
    }),
  ]
}

function wantedBy({ from, until, direction, bind, outcome, state, language }: MessageFilter) {
  return {
    ...(from !== undefined && { from: new Date(from) }),
    ...(until !== undefined && { until: new Date(until) }),
    ...(direction && { direction }),
    ...(bind && { binds: bind }),
    ...(outcome && { outcomes: outcome }),
    ...(state && { states: state }),
    ...(language && { languages: language }),
  }
}

function endOf({ at, direction, id }: Place): PageEnd {
  return { value: `${at.toISOString()} ${direction}`, id }
}

function placeOf({ value, id }: PageEnd): Place {
  const [time = '', direction] = value.split(' ')
  const at = new Date(time)
  if (Number.isNaN(at.getTime()) || (direction !== 'in' && direction !== 'out')) {
    throw new HttpProblem(400, 'invalid', 'Some of what was sent can not be used.', { cursor: 'it was not given here' })
  }
  return { at, direction, id }
}

function rowOf({ id, direction, at, bind, number, language, outcome, sending }: ListedMessage): MessageRow {
  return {
    ...{ id, direction, bind, number, outcome, at: at.toISOString(), language: language ?? null },
    state: sending?.state ?? 'received',
    parts: sending?.parts ?? 1,
    attempts: sending?.attempts ?? 0,
    finalAt: sending?.finalAt?.toISOString() ?? null,
    error: sending?.fault ?? null,
    callId: sending?.callId ?? null,
  }
}
