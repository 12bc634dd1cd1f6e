import type { z } from 'zod'
import {
  attemptCallback,
  type CallbackAttempt,
  type CallbackFilter,
  type callbackDetail,
  type callbackRow,
  type callbackSort,
  claimCallback,
  getCallback,
  handOverCallback,
  listCallbacks,
  listenToCallback,
  noteCallback,
  releaseCallback,
  reopenCallback,
  showCallbackNumber,
} from '../api/callbacks.ts'
import type { Audit } from '../domain/audit.ts'
import type { CallbackPerson, CallbackRefusal } from '../domain/callback-work.ts'
import type { PageEnd } from '../domain/page-end.ts'
import { type Asked, type Asker, answer, type Mounted } from './mount-routes.ts'
import { readPageEnd, writePageEnd } from './page-end.ts'
import { HttpProblem } from './problem.ts'

type Detail = z.infer<typeof callbackDetail>

/** What the requests are read from. */
export interface ReadCallbacks {
  page(
    wanted: {
      readonly filter: CallbackFilter
      readonly sort: z.infer<typeof callbackSort>
      readonly after?: PageEnd | undefined
      readonly limit: number
    },
    viewer: CallbackPerson,
  ): Promise<{ rows: z.infer<typeof callbackRow>[]; end: PageEnd | undefined }>
  find(id: string, viewer: CallbackPerson): Promise<Detail | CallbackRefusal>
  /** To whoever has just done something to it. */
  show(id: string, viewer: CallbackPerson): Promise<Detail | CallbackRefusal>
  /** The full number; an operator's only while working on the request. */
  number(id: string, viewer: CallbackPerson): Promise<{ number: string | null } | CallbackRefusal>
}

type Done = Promise<CallbackRefusal | undefined>

/** What people do to requests; nothing where it was done. */
export interface ChangeCallbacks {
  claim(id: string, by: CallbackPerson): Done
  release(id: string, by: CallbackPerson): Done
  handOver(id: string, by: CallbackPerson, to: string, text: string | undefined): Done
  note(id: string, by: CallbackPerson, text: string): Done
  attempt(id: string, by: CallbackPerson, attempt: CallbackAttempt): Done
  reopen(id: string, by: CallbackPerson, text: string): Done
}

export interface CallbackPorts {
  readonly list: ReadCallbacks
  readonly queue: ChangeCallbacks
  /** What the caller said, if it was kept until now. */
  readonly recording: (id: string) => Promise<{ readonly type: string; readonly bytes: Uint8Array } | undefined>
  readonly audit: Audit
}

/** The requests to be called back: who sees which, who does what, and what the audit log is told. */
export function callbacksApi({ list, queue, recording, audit }: CallbackPorts): Mounted[] {
  const act = async (id: string, asker: Asker, deed: (by: CallbackPerson) => Done): Promise<Detail> => {
    const person = personOf(asker)
    const refusal = await deed(person)
    return allowed(refusal ?? (await list.show(id, person)))
  }
  const note = (
    action: string,
    { asker, from, params }: Pick<Asked<typeof getCallback>, 'asker' | 'from' | 'params'>,
  ) => audit({ by: asker.name, action, subject: `callback:${params.id}`, from })

  return [
    answer(listCallbacks, async ({ query: { sort, cursor, limit, ...filter }, asker }) => {
      const after = cursor === undefined ? undefined : readPageEnd(cursor)
      const { rows, end } = await list.page({ filter, sort, after, limit }, personOf(asker))
      return { rows, next: end ? writePageEnd(end) : null }
    }),
    answer(getCallback, async ({ params, asker }) => allowed(await list.find(params.id, personOf(asker)))),
    answer(claimCallback, ({ params: { id }, asker }) => act(id, asker, (by) => queue.claim(id, by))),
    answer(releaseCallback, ({ params: { id }, asker }) => act(id, asker, (by) => queue.release(id, by))),
    answer(handOverCallback, ({ params: { id }, body: { to, text }, asker }) =>
      act(id, asker, (by) => queue.handOver(id, by, to, text)),
    ),
    answer(noteCallback, ({ params: { id }, body: { text }, asker }) =>
      act(id, asker, (by) => queue.note(id, by, text)),
    ),
    answer(attemptCallback, ({ params: { id }, body, asker }) => {
      const passed = body.outcome === 'passed-to-commission'
      if (passed !== (body.commission !== undefined)) {
        const fault = passed ? 'the number of the commission is missing' : 'only a request that is passed on has one'
        throw new HttpProblem(400, 'invalid', 'Some of what was sent can not be used.', { commission: fault })
      }
      return act(id, asker, (by) => queue.attempt(id, by, body))
    }),
    answer(reopenCallback, ({ params: { id }, body: { text }, asker }) =>
      act(id, asker, (by) => queue.reopen(id, by, text)),
    ),
    answer(showCallbackNumber, async (asked) => {
      const number = allowed(await list.number(asked.params.id, personOf(asked.asker)))
      await note('callback.number-shown', asked)
      return number
    }),
    answer(listenToCallback, async (asked) => {
      const { id } = asked.params
      // Who may know the number may listen.
      allowed(await list.number(id, personOf(asked.asker)))
      const audio = await recording(id)
      if (!audio) throw new HttpProblem(404, 'no-recording', 'There is no recording of this request any more.')
      await note('callback.listened', asked)
      asked.reply.set({ 'cache-control': 'no-store', 'content-length': String(audio.bytes.length) })
      asked.reply.type(audio.type).end(audio.bytes)
      return undefined
    }),
  ]
}

function personOf({ id, roles }: Asker): CallbackPerson {
  const leads = roles.includes('supervisor')
  return {
    id,
    leads,
    seesAll: leads || roles.includes('auditor'),
    works: leads || roles.includes('operator'),
  }
}

function allowed<Answer extends object>(given: Answer | CallbackRefusal): Answer {
  if (typeof given === 'string') throw problemOf(given)
  return given
}

const refusals: Readonly<Record<CallbackRefusal, readonly [status: number, detail: string]>> = {
  unknown: [404, 'There is no such request.'],
  'not-shown': [403, 'This request is with somebody else.'],
  taken: [409, 'Somebody else works on this request.'],
  'not-claimed': [403, 'Take this request first.'],
  closed: [409, 'This request is closed.'],
  'not-closed': [409, 'This request is not closed.'],
  'open-elsewhere': [409, 'This citizen has an open request for the same reason: go on with that one.'],
  'no-colleague': [422, 'Nobody of that name takes requests.'],
}

function problemOf(refusal: CallbackRefusal): HttpProblem {
  const [status, detail] = refusals[refusal]
  return new HttpProblem(status, refusal === 'unknown' ? 'not-found' : refusal, detail)
}
