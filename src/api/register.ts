import { z } from 'zod'
import { bothLanguages, moment, region, station } from './common.ts'
import { route } from './route.ts'

const area = 'register'
const readers = ['supervisor', 'auditor', 'administrator'] as const
const doers = ['administrator'] as const
const snapshotId = z.strictObject({ id: z.string().regex(/^[\w.:-]{1,80}$/) })
const reason = z.string().trim().min(3).max(500)

export const checkResult = z
  .strictObject({
    check: z.string(),
    level: z.enum(['green', 'yellow', 'red']),
    text: z.string(),
    examples: z.array(z.string()),
  })
  .meta({ id: 'CheckResult' })

export const snapshot = z
  .strictObject({
    id: z.string(),
    madeAt: moment,
    asOf: moment,
    voters: z.int(),
    stations: z.int(),
    active: z.boolean(),
    /** Some check was red: only two people together may activate it. */
    red: z.boolean(),
    /** Somebody asked for an override; another administrator has to agree. */
    override: z.strictObject({ by: z.string(), at: moment, reason: z.string() }).nullable(),
  })
  .meta({ id: 'Snapshot' })

export const registerState = z
  .strictObject({
    snapshots: z.array(snapshot),
    refresh: z
      .strictObject({
        running: z.boolean(),
        lastSuccess: moment.nullable(),
        failures: z.int(),
        lastFault: z.string().nullable(),
        nextAt: moment.nullable(),
      })
      .nullable(),
    edits: z.array(
      z.strictObject({
        station,
        closed: z.boolean(),
        instead: station.nullable(),
        address: bothLanguages.nullable(),
        by: z.string(),
        reason: z.string(),
        at: moment,
      }),
    ),
    journal: z.array(
      z.strictObject({
        at: moment,
        what: z.string(),
        snapshot: z.string().nullable(),
        by: z.string().nullable(),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'RegisterState' })

export const getRegister = route({
  name: 'getRegister',
  area,
  method: 'get',
  path: '/api/register',
  summary: 'The active snapshot, those before it, the edits between, who did what, when the next refresh is due.',
  who: readers,
  response: registerState,
})

export const getRegisterReport = route({
  name: 'getRegisterReport',
  area,
  method: 'get',
  path: '/api/register/snapshots/{id}/report',
  summary: 'What the checks found in a snapshot.',
  who: readers,
  params: snapshotId,
  response: z
    .strictObject({
      id: z.string(),
      madeAt: moment,
      voters: z.int().nullable(),
      stations: z.int().nullable(),
      checks: z.array(checkResult),
      byRegion: z.array(z.strictObject({ region, voters: z.int(), before: z.int().nullable() })),
    })
    .meta({ id: 'RegisterReport' }),
})

export const activateSnapshot = route({
  name: 'activateSnapshot',
  area,
  method: 'post',
  path: '/api/register/snapshots/{id}/activate',
  summary: 'Makes a snapshot without reds the active one, from the next call on.',
  who: doers,
  params: snapshotId,
  body: z.strictObject({ reason }),
  response: registerState,
})

export const rollBackRegister = route({
  name: 'rollBackRegister',
  area,
  method: 'post',
  path: '/api/register/rollback',
  summary: 'Goes back to the snapshot that was active before.',
  who: doers,
  body: z.strictObject({ reason }),
  response: registerState,
})

export const overrideSnapshot = route({
  name: 'overrideSnapshot',
  area,
  method: 'post',
  path: '/api/register/snapshots/{id}/override',
  summary: 'Asks for the activation of a snapshot with reds, or, as another administrator, agrees to it.',
  who: doers,
  params: snapshotId,
  body: z.strictObject({ reason }),
  response: registerState,
})

export const refreshRegister = route({
  name: 'refreshRegister',
  area,
  method: 'post',
  path: '/api/register/refresh',
  summary: 'Fetches the list now.',
  who: doers,
  response: registerState,
})

export const getStation = route({
  name: 'getStation',
  area,
  method: 'get',
  path: '/api/register/stations/{number}',
  summary: 'A station as callers hear it.',
  who: readers,
  params: z.strictObject({ number: station }),
  response: z
    .strictObject({ number: station, address: bothLanguages, closed: z.boolean(), instead: station.nullable() })
    .meta({ id: 'StationNow' }),
})

export const editStation = route({
  name: 'editStation',
  area,
  method: 'put',
  path: '/api/register/stations/{number}',
  summary: 'Another address, or a closing with or without a station instead; spoken from the next call on.',
  who: doers,
  params: z.strictObject({ number: station }),
  body: z.strictObject({
    address: bothLanguages.optional(),
    closed: z.boolean().optional(),
    instead: station.optional(),
    reason,
  }),
  response: registerState,
})
