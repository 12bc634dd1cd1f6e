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
    /** `cut-off`, `bad-voter-rows`, `region-5`…; names what was counted. */
    check: z.string(),
    level: z.enum(['green', 'yellow', 'red']),
    /** What was counted, in English. */
    text: z.string(),
    count: z.int(),
    /** What the count is a share of; 0 when there is nothing to compare with. */
    of: z.int(),
    /** The largest share that is not red; null where a finding never is. */
    limit: z.number().nullable(),
    /** At most ten; never with personal data. */
    examples: z.array(z.string()),
  })
  .meta({ id: 'CheckResult' })

/** What is being done to the register, or was last: it may take minutes, and the answer does not wait that long. */
export const registerWork = z
  .strictObject({
    what: z.enum(['activate', 'roll-back', 'override', 'edit-station', 'withdraw-edit']),
    /** Id of the snapshot or number of the station; empty when going back. */
    subject: z.string(),
    by: z.string(),
    since: moment,
    running: z.boolean(),
    /** Why it failed; null while it runs or when it went well. */
    fault: z.string().nullable(),
  })
  .meta({ id: 'RegisterWork' })

export type RegisterWork = z.infer<typeof registerWork>

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
    /** Not the active one, and without reds or overridden by two people. */
    mayActivate: z.boolean(),
    /** Somebody asked for an override; another administrator has to agree. */
    override: z.strictObject({ by: z.string(), at: moment, reason: z.string() }).nullable(),
  })
  .meta({ id: 'Snapshot' })

export const registerState = z
  .strictObject({
    /** Newest first. */
    snapshots: z.array(snapshot),
    /** Reports of imports, newest first: also of those no snapshot could be made of. */
    reports: z.array(
      z.strictObject({
        id: z.string(),
        at: moment,
        verdict: z.enum(['fit', 'red', 'refused']),
        /** Why no snapshot could be made. */
        refused: z.string().nullable(),
      }),
    ),
    /** Since the line started; while it runs, ask again. */
    work: registerWork.nullable(),
    refresh: z
      .strictObject({
        running: z.boolean(),
        lastSuccess: moment.nullable(),
        failures: z.int(),
        lastFault: z.string().nullable(),
        nextAt: moment.nullable(),
      })
      .nullable(),
    /** What people changed since the source said otherwise; an address and a closing are two edits. */
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
    /** Newest first. */
    journal: z.array(
      z.strictObject({
        at: moment,
        what: z.string(),
        snapshot: z.string().nullable(),
        station: station.nullable(),
        by: z.string().nullable(),
        reason: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'RegisterState' })

export type RegisterState = z.infer<typeof registerState>

export const getRegister = route({
  name: 'getRegister',
  area,
  method: 'get',
  path: '/api/register',
  summary: 'The active snapshot, those before it, the edits between, who did what, when the next refresh is due.',
  who: readers,
  response: registerState,
})

export const registerReport = z
  .strictObject({
    id: z.string(),
    madeAt: moment,
    asOf: moment,
    /** Whose edition it is; null where there was no manifest. */
    edition: z
      .strictObject({ id: z.string().nullable(), election: z.string(), signedBy: z.string().nullable() })
      .nullable(),
    /** Why no snapshot could be made of the files. */
    refused: z.string().nullable(),
    /** Null once the snapshot is gone, or when none was made. */
    voters: z.int().nullable(),
    stations: z.int().nullable(),
    checks: z.array(checkResult),
    /** What people had changed by hand, a sentence each. */
    edits: z.array(z.string()),
    byRegion: z.array(z.strictObject({ region, voters: z.int(), before: z.int().nullable() })),
  })
  .meta({ id: 'RegisterReport' })

export type RegisterReport = z.infer<typeof registerReport>

export const getRegisterReport = route({
  name: 'getRegisterReport',
  area,
  method: 'get',
  path: '/api/register/snapshots/{id}/report',
  summary: 'What the checks found in a snapshot.',
  who: readers,
  params: snapshotId,
  response: registerReport,
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
  summary: 'Fetches the list now; the answer does not wait for the end.',
  who: doers,
  response: registerState,
})

export const stationNow = z
  .strictObject({
    number: station,
    address: bothLanguages,
    closed: z.boolean(),
    /** Where its voters are sent. */
    instead: station.nullable(),
    /** Whether an edit of people is in force. */
    edited: z.boolean(),
  })
  .meta({ id: 'StationNow' })

export type StationNow = z.infer<typeof stationNow>

export const getStation = route({
  name: 'getStation',
  area,
  method: 'get',
  path: '/api/register/stations/{number}',
  summary: 'A station as callers hear it.',
  who: readers,
  params: z.strictObject({ number: station }),
  response: stationNow,
})

export const editStation = route({
  name: 'editStation',
  area,
  method: 'put',
  path: '/api/register/stations/{number}',
  summary: 'Another address, or a closing with or without a station instead; spoken from the next call on.',
  who: doers,
  params: z.strictObject({ number: station }),
  body: z
    .strictObject({
      address: bothLanguages.optional(),
      closed: z.literal(true).optional(),
      instead: station.optional(),
      reason,
    })
    .refine(({ address, closed }) => address !== undefined || closed, 'give an address, or a closing')
    .refine(({ instead, closed }) => instead === undefined || closed, 'a station instead goes with a closing'),
  response: registerState,
})

export const withdrawStationEdit = route({
  name: 'withdrawStationEdit',
  area,
  method: 'post',
  path: '/api/register/stations/{number}/withdraw',
  summary: 'Takes back the edits of a station: callers hear again what the source says.',
  who: doers,
  params: z.strictObject({ number: station }),
  body: z.strictObject({ reason }),
  response: registerState,
})
