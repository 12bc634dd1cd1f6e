import { z } from 'zod'
import { byId, cursor, moment, pageSize } from './common.ts'
import { roles, route } from './route.ts'

export const person = z
  .strictObject({
    id: z.string(),
    /** What one signs in with. */
    name: z.string(),
    displayName: z.string(),
    roles: z.array(z.enum(roles)),
    totp: z.boolean(),
    disabled: z.boolean(),
    /** Until then, signing in is refused after wrong passwords. */
    lockedUntil: moment.nullable(),
    lastSignInAt: moment.nullable(),
    createdAt: moment,
  })
  .meta({ id: 'Person' })

const area = 'people'

/** A new person; `system` is who the audit log names for the line itself. */
export const newPerson = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9._-]{1,39}$/, 'a name has lower-case Latin letters, digits, . _ -')
    .refine((name) => name !== 'system', 'this name is taken'),
  displayName: z.string().trim().min(1).max(100),
  roles: z.array(z.enum(roles)).min(1),
})

export const listPeople = route({
  name: 'listPeople',
  area,
  method: 'get',
  path: '/api/people',
  summary: 'Everybody who may sign in.',
  who: ['administrator', 'auditor'],
  response: z.array(person),
})

/** Names only, to hand a request over. */
export const listColleagues = route({
  name: 'listColleagues',
  area,
  method: 'get',
  path: '/api/colleagues',
  summary: 'Who can take callback requests over.',
  who: ['operator', 'supervisor', 'auditor'],
  response: z.array(z.strictObject({ id: z.string(), displayName: z.string() }).meta({ id: 'Colleague' })),
})

export const addPerson = route({
  name: 'addPerson',
  area,
  method: 'post',
  path: '/api/people',
  summary: 'Adds a person; the answer holds a password for the first sign-in, shown once.',
  who: ['administrator'],
  body: newPerson,
  response: z.strictObject({ person, password: z.string() }).meta({ id: 'NewPerson' }),
})

export const changePerson = route({
  name: 'changePerson',
  area,
  method: 'put',
  path: '/api/people/{id}',
  summary: 'Changes name shown, roles, or whether one may sign in. The last administrator stays.',
  who: ['administrator'],
  params: byId,
  body: newPerson.omit({ name: true }).extend({ disabled: z.boolean() }),
  response: person,
})

export const resetPerson = route({
  name: 'resetPerson',
  area,
  method: 'post',
  path: '/api/people/{id}/reset',
  summary: 'A new password for the next sign-in, shown once; unlocks, and switches the authenticator off.',
  who: ['administrator'],
  params: byId,
  response: z.strictObject({ password: z.string() }).meta({ id: 'NewPassword' }),
})

export const auditEntry = z
  .strictObject({
    /** 1, 2, 3 … without a gap. */
    number: z.int(),
    at: moment,
    /** Name of the person, `system`, or what was typed as a name when signing in failed. */
    by: z.string(),
    /** `call.number-shown`, `callback.listened`, `calls.exported`, `person.added`, … */
    action: z.string(),
    /** What it was done to: `call:ID`, `callback:ID`, `person:NAME`, … */
    subject: z.string().nullable(),
    /** More of it in words; never a full number or a PIN. */
    detail: z.string().nullable(),
    /** Address the request came from. */
    from: z.string().nullable(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' })

export const auditFilter = z.strictObject({
  from: moment.optional(),
  until: moment.optional(),
  by: z.string().max(60).optional(),
  action: z.string().max(60).optional(),
  subject: z.string().max(120).optional(),
})

export const listAudit = route({
  name: 'listAudit',
  area: 'audit',
  method: 'get',
  path: '/api/audit',
  summary: 'The audit log, newest first.',
  who: ['auditor', 'administrator'],
  query: auditFilter.extend({ cursor: cursor.optional(), limit: pageSize }),
  response: z.strictObject({ rows: z.array(auditEntry), next: cursor.nullable() }).meta({ id: 'AuditPage' }),
})

export const checkAudit = route({
  name: 'checkAudit',
  area: 'audit',
  method: 'post',
  path: '/api/audit/check',
  summary: 'Computes the hash chain anew. `brokenAt` is the first entry that is changed, missing or put in.',
  who: ['auditor', 'administrator'],
  response: z
    .strictObject({ entries: z.int(), brokenAt: z.int().nullable(), head: z.string() })
    .meta({ id: 'AuditCheck' }),
})
