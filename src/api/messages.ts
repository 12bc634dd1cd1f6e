import { z } from 'zod'
import { outgoingStates, smsOutcomes } from '../domain/sms.ts'
import { byId, cursor, fullNumber, language, maskedNumber, moment, oneOrMore, pageSize } from './common.ts'
import { route } from './route.ts'

export const messageState = z.enum(['received', ...outgoingStates])

/** What a text came to, or says; never the text itself. */
export const messageOutcome = z.enum([...smsOutcomes, 'callback-accepted'])

export const messageRow = z
  .strictObject({
    id: z.string(),
    at: moment,
    direction: z.enum(['in', 'out']),
    bind: z.string(),
    number: maskedNumber.nullable(),
    language: language.nullable(),
    outcome: messageOutcome,
    state: messageState,
    parts: z.int(),
    attempts: z.int(),
    finalAt: moment.nullable(),
    error: z.string().nullable(),
    callId: z.string().nullable(),
  })
  .meta({ id: 'MessageRow' })

export const bindState = z
  .strictObject({
    name: z.string(),
    kind: z.enum(['smpp', 'kannel', 'webhook']),
    state: z.enum(['up', 'connecting', 'down']),
    since: moment,
    queued: z.int(),
    /** Messages of each of the last 60 minutes, oldest first. */
    received: z.array(z.int()),
    sent: z.array(z.int()),
    lastFault: z.string().nullable(),
  })
  .meta({ id: 'BindState' })

const area = 'messages'
const seers = ['supervisor', 'auditor'] as const

export const messageFilter = z.strictObject({
  from: moment.optional(),
  until: moment.optional(),
  direction: z.enum(['in', 'out']).optional(),
  bind: oneOrMore(z.string().max(60)).optional(),
  outcome: oneOrMore(messageOutcome).optional(),
  state: oneOrMore(messageState).optional(),
  language: oneOrMore(language).optional(),
})

export type MessageFilter = z.infer<typeof messageFilter>

export const listMessages = route({
  name: 'listMessages',
  area,
  method: 'get',
  path: '/api/messages',
  summary: 'Messages, newest first.',
  who: seers,
  query: messageFilter.extend({ cursor: cursor.optional(), limit: pageSize }),
  response: z.strictObject({ rows: z.array(messageRow), next: cursor.nullable() }).meta({ id: 'MessagePage' }),
})

export const listBinds = route({
  name: 'listBinds',
  area,
  method: 'get',
  path: '/api/messages/binds',
  summary: 'The ways to the operators, and how they are.',
  who: [...seers, 'administrator'],
  response: z.array(bindState),
})

export const showMessageNumber = route({
  name: 'showMessageNumber',
  area,
  method: 'post',
  path: '/api/messages/{id}/number',
  summary: 'The full number; noted in the audit log.',
  who: seers,
  params: byId,
  response: fullNumber,
})
