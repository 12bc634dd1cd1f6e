import { z } from 'zod'
import { callbackReasons } from '../domain/callback-request.ts'
import { day, language, oneOrMore, region, station } from './common.ts'
import { route } from './route.ts'

const count = z.int()

export const report = z
  .strictObject({
    from: day,
    until: day,
    totals: z.strictObject({
      calls: count,
      completed: count,
      abandoned: count,
      gaveUp: count,
      failed: count,
      callbacks: count,
      /** Of completed calls; milliseconds. */
      medianDurationMs: z.int().nullable(),
    }),
    byDay: z.array(z.strictObject({ day, calls: count, completed: count, abandoned: count, failed: count })),
    /** Hours 0 to 23 of weekdays 1 (Monday) to 7. */
    byHour: z.array(z.strictObject({ weekday: z.int(), hour: z.int(), calls: count })),
    /** How many calls came to each step of the menu, and how many ended in it. */
    funnel: z.array(z.strictObject({ step: z.string(), reached: count, left: count })),
    languages: z.array(z.strictObject({ language, calls: count })),
    reasons: z.array(z.strictObject({ reason: z.enum(callbackReasons), callbacks: count })),
    stations: z.array(z.strictObject({ station, calls: count, callbacks: count })),
    /** By region of the last station heard; `callbacks` are the corrections asked for. */
    regions: z.array(z.strictObject({ region, calls: count, callbacks: count })),
    /** How long closed requests took. */
    timeToCallback: z.strictObject({
      closed: count,
      withinDue: count,
      medianHours: z.number().nullable(),
      p90Hours: z.number().nullable(),
      /** Requests by hours taken: under 1, 4, 8, 24, 48, 72, more. */
      histogram: z.array(z.strictObject({ underHours: z.number().nullable(), callbacks: count })),
    }),
  })
  .meta({ id: 'Report' })

export type Report = z.infer<typeof report>

export const reportQuery = z.strictObject({ from: day, until: day, language: oneOrMore(language).optional() })

export const getReport = route({
  name: 'getReport',
  area: 'reports',
  method: 'get',
  path: '/api/reports',
  summary: 'What happened between two days, both inclusive, at most a year.',
  who: ['supervisor', 'auditor'],
  query: reportQuery,
  response: report,
})
