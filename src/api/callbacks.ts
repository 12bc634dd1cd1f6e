import { z } from 'zod'
import { callbackReasons } from '../domain/callback-request.ts'
import { byId, cursor, fullNumber, language, maskedNumber, moment, oneOrMore, pageSize, region } from './common.ts'
import { route } from './route.ts'

export const callbackState = z.enum(['open', 'incomplete', 'duplicate', 'closed'])

/** How an attempt to reach the citizen, or the whole request, ended. */
export const attemptOutcome = z.enum(['reached', 'no-answer', 'wrong-number', 'resolved', 'passed-to-commission'])

const named = z.strictObject({ id: z.string(), displayName: z.string() })

export const callbackRow = z
  .strictObject({
    id: z.string(),
    reference: z.string().nullable(),
    state: callbackState,
    reason: z.enum(callbackReasons),
    language,
    region: region.nullable(),
    number: maskedNumber.nullable(),
    createdAt: moment,
    /** When it should be done: working hours counted from its creation. */
    dueAt: moment,
    overdue: z.boolean(),
    claimedBy: named.nullable(),
    claimedUntil: moment.nullable(),
    attempts: z.int(),
    /** Not to be tried before. */
    nextAttemptAt: moment.nullable(),
    outcome: attemptOutcome.nullable(),
    durationMs: z.int(),
    /** Other requests of the same number that are not closed. */
    duplicates: z.int(),
  })
  .meta({ id: 'CallbackRow' })

export const callbackEvent = z
  .strictObject({
    at: moment,
    by: z.string(),
    kind: z.enum(['claimed', 'released', 'expired', 'handed-over', 'attempt', 'note', 'closed', 'reopened']),
    outcome: attemptOutcome.nullable(),
    text: z.string().nullable(),
    to: z.string().nullable(),
  })
  .meta({ id: 'CallbackEvent' })

export const callbackDetail = callbackRow
  .extend({
    callId: z.string(),
    consentedAt: moment,
    talkingMs: z.int(),
    commission: z.string().nullable(),
    history: z.array(callbackEvent),
    same: z.array(callbackRow),
    mayListen: z.boolean(),
    mayAct: z.boolean(),
  })
  .meta({ id: 'CallbackDetail' })

const area = 'callbacks'
const people = ['operator', 'supervisor', 'auditor'] as const
const doers = ['operator', 'supervisor'] as const

export const callbackFilter = z.strictObject({
  /** Without it, all but what is closed. */
  state: oneOrMore(callbackState).optional(),
  reason: oneOrMore(z.enum(callbackReasons)).optional(),
  language: oneOrMore(language).optional(),
  region: oneOrMore(region).optional(),
  /** `mine`, `free`, or everything one may see: an operator, what is free or one's own. */
  claim: z.enum(['mine', 'free', 'any']).default('any'),
  overdue: z.stringbool().optional(),
  reference: z.string().max(10).optional(),
  outcome: oneOrMore(attemptOutcome).optional(),
})

export type CallbackFilter = z.infer<typeof callbackFilter>

export const callbackSort = z.enum(['dueAt', '-dueAt', '-createdAt'])

export const listCallbacks = route({
  name: 'listCallbacks',
  area,
  method: 'get',
  path: '/api/callbacks',
  summary: 'The queue: what is due first comes first.',
  who: people,
  query: callbackFilter.extend({
    sort: callbackSort.default('dueAt'),
    cursor: cursor.optional(),
    limit: pageSize,
  }),
  response: z.strictObject({ rows: z.array(callbackRow), next: cursor.nullable() }).meta({ id: 'CallbackPage' }),
})

export const getCallback = route({
  name: 'getCallback',
  area,
  method: 'get',
  path: '/api/callbacks/{id}',
  summary: 'A request with its history and the others of the same citizen.',
  who: people,
  params: byId,
  response: callbackDetail,
})

export const claimCallback = route({
  name: 'claimCallback',
  area,
  method: 'post',
  path: '/api/callbacks/{id}/claim',
  summary: "Takes a request, or keeps one's own for longer; 409 when somebody else has it. Frees itself after a while.",
  who: doers,
  params: byId,
  response: callbackDetail,
})

export const releaseCallback = route({
  name: 'releaseCallback',
  area,
  method: 'post',
  path: '/api/callbacks/{id}/release',
  summary: "Gives a request back; a supervisor anybody's.",
  who: doers,
  params: byId,
  response: callbackDetail,
})

export const handOverCallback = route({
  name: 'handOverCallback',
  area,
  method: 'post',
  path: '/api/callbacks/{id}/hand-over',
  summary: 'Gives a request to a colleague.',
  who: doers,
  params: byId,
  body: z.strictObject({ to: z.string().max(100), text: z.string().max(2000).optional() }),
  response: callbackDetail,
})

export const noteCallback = route({
  name: 'noteCallback',
  area,
  method: 'post',
  path: '/api/callbacks/{id}/note',
  summary: 'Writes a note down.',
  who: doers,
  params: byId,
  body: z.strictObject({ text: z.string().trim().min(1).max(2000) }),
  response: callbackDetail,
})

export const callbackAttempt = z.strictObject({
  outcome: attemptOutcome,
  text: z.string().max(2000).optional(),
  /** Number of the commission, with `passed-to-commission` and nothing else. */
  commission: z
    .string()
    .regex(/^\d{1,4}$/)
    .optional(),
})

export type CallbackAttempt = z.infer<typeof callbackAttempt>

export const attemptCallback = route({
  name: 'attemptCallback',
  area,
  method: 'post',
  path: '/api/callbacks/{id}/attempt',
  summary:
    'What an attempt came to. `reached` and `no-answer` leave it open, with the next attempt by rule; the last `no-answer` that is allowed and all others close it.',
  who: doers,
  params: byId,
  body: callbackAttempt,
  response: callbackDetail,
})

export const reopenCallback = route({
  name: 'reopenCallback',
  area,
  method: 'post',
  path: '/api/callbacks/{id}/reopen',
  summary: 'Opens a closed request again.',
  who: ['supervisor'],
  params: byId,
  body: z.strictObject({ text: z.string().trim().min(1).max(2000) }),
  response: callbackDetail,
})

export const showCallbackNumber = route({
  name: 'showCallbackNumber',
  area,
  method: 'post',
  path: '/api/callbacks/{id}/number',
  summary: 'The full number, an operator for a claimed request only; noted in the audit log.',
  who: people,
  params: byId,
  response: fullNumber,
})

export const listenToCallback = route({
  name: 'listenToCallback',
  area,
  method: 'post',
  path: '/api/callbacks/{id}/recording',
  summary: 'The message, Ogg Opus, an operator for a claimed request only; noted in the audit log.',
  who: people,
  params: byId,
  response: 'audio/ogg',
})
