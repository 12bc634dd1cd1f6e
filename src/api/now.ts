import { z } from 'zod'
import { language, maskedNumber, moment } from './common.ts'
import { route } from './route.ts'

export const liveCall = z
  .strictObject({
    id: z.string(),
    did: z.string(),
    caller: maskedNumber.nullable(),
    startedAt: moment,
    language,
    /** Name of the prompt the caller is at. */
    step: z.string().nullable(),
  })
  .meta({ id: 'LiveCall' })

const tally = { answered: z.int(), completed: z.int(), abandoned: z.int(), gaveUp: z.int(), failed: z.int() }

export const now = z
  .strictObject({
    at: moment,
    ok: z.boolean(),
    calls: z.array(liveCall),
    lines: z.strictObject({ inUse: z.int(), capacity: z.int() }),
    /** Calls by the hour of the election's time zone, 0 to 23. */
    today: z.strictObject({ byHour: z.array(z.int()), ...tally }),
    yesterday: z.strictObject({ byHour: z.array(z.int()), ...tally }),
    callbacks: z.strictObject({ waiting: z.int(), overdue: z.int(), oldestAt: moment.nullable() }),
    switch: z.strictObject({ ari: z.boolean(), ami: z.boolean() }),
    register: z
      .strictObject({ id: z.string(), asOf: moment, ageHours: z.number(), voters: z.int(), stale: z.boolean() })
      .nullable(),
    sms: z.array(z.strictObject({ name: z.string(), state: z.enum(['up', 'connecting', 'down']), queued: z.int() })),
    disk: z.strictObject({ freeBytes: z.number(), totalBytes: z.number() }),
    alerts: z.array(z.strictObject({ key: z.string(), text: z.string(), since: moment })),
  })
  .meta({ id: 'Now' })

export type Now = z.infer<typeof now>

const area = 'now'
const seers = ['supervisor', 'auditor', 'administrator'] as const

export const getNow = route({
  name: 'getNow',
  area,
  method: 'get',
  path: '/api/now',
  summary: 'How the line is at this moment.',
  who: seers,
  response: now,
})

export const watchNow = route({
  name: 'watchNow',
  area,
  method: 'get',
  path: '/api/now/events',
  summary:
    'The same as server-sent events named `now`, whole each time: at once, then at every change, at most once a second.',
  who: seers,
  response: 'text/event-stream',
})
