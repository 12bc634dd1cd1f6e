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
import type { Clock } from '../domain/clock.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import type { BindHealth } from './health.ts'
import { answer, type Mounted } from './mount-routes.ts'
import { type PageEnd, readPageEnd, writePageEnd } from './page-end.ts'
import { HttpProblem } from './problem.ts'

type MessageRow = z.infer<typeof messageRow>
type BindState = z.infer<typeof bindState>

/** How a way to an operator is. */
export type BindNow = BindHealth & Pick<BindState, 'kind'>

/** Messages of one bind by minute: `2026-11-23T09:41`, in UTC. */
export interface MinuteCounts {
  readonly received: ReadonlyMap<string, number>
  readonly sent: ReadonlyMap<string, number>
}

export interface MessagePorts {
  readonly messages: {
    page(wanted: {
      readonly filter: MessageFilter
      readonly after?: PageEnd | undefined
      readonly limit: number
    }): Promise<{ rows: MessageRow[]; end: PageEnd | undefined }>
    /** The other side's full number, or that it is none; nothing when there is no such message. */
    number(id: string): Promise<{ readonly number: PhoneNumber | null } | undefined>
    perMinute(since: Date): Promise<ReadonlyMap<string, MinuteCounts>>
  }
  readonly binds: () => readonly BindNow[]
  readonly audit: Audit
  readonly now: Clock
}

export const stateOfBind = { bound: 'up', binding: 'connecting', down: 'down' } as const

const minutesShown = 60

/** Texts in and out, and the ways they go by. */
export function messagesApi({ messages, binds, audit, now }: MessagePorts): Mounted[] {
  return [
    answer(listMessages, async ({ query: { cursor, limit, ...filter } }) => {
      const after = cursor === undefined ? undefined : readPageEnd(cursor)
      const { rows, end } = await messages.page({ filter, after, limit })
      return { rows, next: end ? writePageEnd(end) : null }
    }),

    answer(listBinds, async () => {
      const minutes = lastMinutes(now())
      const counts = await messages.perMinute(new Date(`${minutes[0]}:00.000Z`))
      const flow = (of: ReadonlyMap<string, number> | undefined) => minutes.map((minute) => of?.get(minute) ?? 0)
      return binds().map(({ name, kind, status, since, queued, fault }) => ({
        ...{ name, kind, queued, since: since.toISOString(), state: stateOfBind[status] },
        received: flow(counts.get(name)?.received),
        sent: flow(counts.get(name)?.sent),
        lastFault: fault ?? null,
      }))
    }),

    answer(showMessageNumber, async ({ params: { id }, asker, from }) => {
      const found = await messages.number(id)
      if (!found) throw new HttpProblem(404, 'no-such-message', 'There is no such message.')
      await audit({ by: asker.name, action: 'message.number-shown', subject: `message:${id}`, from })
      return { number: found.number }
    }),
  ]
}

/** The last of them is not over yet. */
function lastMinutes(now: Date): string[] {
  return Array.from({ length: minutesShown }, (_, index) =>
    new Date(now.getTime() - (minutesShown - 1 - index) * 60_000).toISOString().slice(0, 16),
  )
}
