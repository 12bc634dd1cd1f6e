import { z } from 'zod'
import { callbackReasons } from '../domain/callback-request.ts'
import {
  byId,
  cursor,
  fullNumber,
  language,
  maskedNumber,
  moment,
  oneOrMore,
  pageSize,
  region,
  station,
  typedNumber,
} from './common.ts'
import { messageOutcome, messageState } from './messages.ts'
import { route } from './route.ts'

export const disposition = z.enum(['completed', 'abandoned', 'gave-up', 'failed'])

export const callRow = z
  .strictObject({
    id: z.string(),
    startedAt: moment,
    durationMs: z.int(),
    did: z.string(),
    caller: maskedNumber.nullable(),
    language,
    disposition,
    /** Name of the last step the caller was in. */
    lastStep: z.string().nullable(),
    station: station.nullable(),
    region: region.nullable(),
    hangupCause: z.int().nullable(),
    /** Whether a callback request was left in it. */
    callback: z.boolean(),
  })
  .meta({ id: 'CallRow' })

export const callStep = z
  .strictObject({
    name: z.string(),
    at: moment,
    durationMs: z.int(),
    outcome: z.string(),
    /** The menu key pressed; never a digit of a PIN or a number. */
    key: z.string().nullable(),
    /** How many digits were typed where they are not shown. */
    digits: z.int().nullable(),
    /** Every prompt that was begun in it, in order. */
    prompts: z.array(z.string()),
  })
  .meta({ id: 'CallStep' })

export const callDetail = callRow
  .extend({
    answeredAt: moment.nullable(),
    endedAt: moment,
    phase: z.string(),
    steps: z.array(callStep),
    callbacks: z.array(
      z.strictObject({
        id: z.string(),
        reference: z.string().nullable(),
        reason: z.enum(callbackReasons),
        state: z.string(),
      }),
    ),
    messages: z.array(z.strictObject({ id: z.string(), outcome: messageOutcome, state: messageState })),
  })
  .meta({ id: 'CallDetail' })

const caseless = { min: z.coerce.number().int().min(0), flag: z.stringbool() }

export const callFilter = z.strictObject({
  from: moment.optional(),
  until: moment.optional(),
  did: oneOrMore(z.string().max(20)).optional(),
  language: oneOrMore(language).optional(),
  disposition: oneOrMore(disposition).optional(),
  lastStep: oneOrMore(z.string().max(60)).optional(),
  station: station.optional(),
  region: oneOrMore(region).optional(),
  minDurationMs: caseless.min.optional(),
  maxDurationMs: caseless.min.optional(),
  callback: caseless.flag.optional(),
})

export type CallFilter = z.infer<typeof callFilter>

export const callSort = z.enum(['startedAt', '-startedAt', 'durationMs', '-durationMs', 'station', '-station'])

/** The full number is sent in a body: it must not stand in a URL. */
export const callSearch = z.strictObject({
  filter: callFilter.prefault({}),
  caller: typedNumber.optional(),
  sort: callSort.default('-startedAt'),
  cursor: cursor.optional(),
  limit: pageSize,
})

const area = 'calls'
const seers = ['supervisor', 'auditor'] as const

export const searchCalls = route({
  name: 'searchCalls',
  area,
  method: 'post',
  path: '/api/calls/search',
  summary: 'A page of calls. A search by full number is in the audit log.',
  who: seers,
  body: callSearch,
  response: z.strictObject({ rows: z.array(callRow), next: cursor.nullable() }).meta({ id: 'CallPage' }),
})

export const countCalls = route({
  name: 'countCalls',
  area,
  method: 'post',
  path: '/api/calls/count',
  summary: 'How many calls a filter finds, counted up to 10,000.',
  who: seers,
  body: callSearch.pick({ filter: true, caller: true }),
  response: z.strictObject({ count: z.int(), more: z.boolean() }).meta({ id: 'CallCount' }),
})

export const callChoices = route({
  name: 'callChoices',
  area,
  method: 'get',
  path: '/api/calls/choices',
  summary: 'The numbers dialled and the steps that occur, to choose from.',
  who: seers,
  response: z.strictObject({ dids: z.array(z.string()), steps: z.array(z.string()) }).meta({ id: 'CallChoices' }),
})

export const getCall = route({
  name: 'getCall',
  area,
  method: 'get',
  path: '/api/calls/{id}',
  summary: 'A call with its steps, and the requests and messages that belong to it.',
  who: seers,
  params: byId,
  response: callDetail,
})

export const showCaller = route({
  name: 'showCaller',
  area,
  method: 'post',
  path: '/api/calls/{id}/number',
  summary: "The caller's full number; noted in the audit log.",
  who: seers,
  params: byId,
  response: fullNumber,
})

export const exportCalls = route({
  name: 'exportCalls',
  area,
  method: 'post',
  path: '/api/calls/export',
  summary: 'What the filter finds, callers masked, as CSV or XLSX; noted in the audit log.',
  who: seers,
  body: callSearch.pick({ filter: true, caller: true, sort: true }).extend({ format: z.enum(['csv', 'xlsx']) }),
  response: 'application/octet-stream',
})

export const savedFilter = z
  .strictObject({ id: z.string(), name: z.string(), filter: callFilter, sort: callSort })
  .meta({ id: 'SavedFilter' })

export const listFilters = route({
  name: 'listFilters',
  area,
  method: 'get',
  path: '/api/filters',
  summary: "One's own saved filters.",
  who: seers,
  response: z.array(savedFilter),
})

export const saveFilter = route({
  name: 'saveFilter',
  area,
  method: 'post',
  path: '/api/filters',
  summary: 'Saves a filter under a name; one of the same name is replaced.',
  who: seers,
  body: savedFilter.omit({ id: true }).extend({ name: z.string().min(1).max(60) }),
  response: savedFilter,
})

export const removeFilter = route({
  name: 'removeFilter',
  area,
  method: 'delete',
  path: '/api/filters/{id}',
  summary: "Removes one of one's own filters.",
  who: seers,
  params: byId,
})
