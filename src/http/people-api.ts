import type { z } from 'zod'
import {
  addPerson,
  type auditEntry,
  changePerson,
  checkAudit,
  listAudit,
  listColleagues,
  listPeople,
  type person,
  resetPerson,
} from '../api/people.ts'
import type { Role } from '../api/route.ts'
import type { Audit, AuditSearch } from '../domain/audit.ts'
import { answer, type Mounted } from './mount-routes.ts'
import { HttpProblem } from './problem.ts'

type Person = z.infer<typeof person>

export interface PeoplePorts {
  readonly people: {
    list(): Promise<readonly Person[]>
    find(by: { readonly id: string } | { readonly name: string }): Promise<Person | undefined>
    colleagues(): Promise<readonly { id: string; displayName: string }[]>
    /** Nothing when the name is taken. */
    add(given: {
      readonly name: string
      readonly displayName: string
      readonly roles: readonly Role[]
      readonly passwordHash: string
    }): Promise<Person | undefined>
    change(
      id: string,
      to: { readonly displayName: string; readonly roles: readonly Role[]; readonly disabled: boolean },
    ): Promise<Person | 'unknown' | 'last-administrator'>
    reset(id: string, passwordHash: string): Promise<void>
  }
  readonly auditLog: {
    readonly append: Audit
    list(search: AuditSearch): Promise<readonly z.infer<typeof auditEntry>[]>
    check(): Promise<{ entries: number; brokenAt: number | null; head: string }>
  }
  readonly passwords: { hash(password: string): Promise<string>; generate(): string }
}

export function peopleApi({ people, auditLog, passwords }: PeoplePorts): Mounted[] {
  const audit = auditLog.append

  return [
    answer(listPeople, async () => [...(await people.list())]),

    answer(listColleagues, async () => [...(await people.colleagues())]),

    answer(addPerson, async ({ body, asker, from }) => {
      const taken = new HttpProblem(409, 'name-taken', 'Somebody has this name already: choose another.', {
        name: 'taken',
      })
      if (await people.find({ name: body.name })) throw taken
      const password = passwords.generate()
      const passwordHash = await passwords.hash(password)
      const subject = `person:${body.name}`
      await audit({ by: asker.name, action: 'person.added', subject, detail: body.roles.join(', '), from })
      const added = await people.add({ ...body, passwordHash })
      if (!added) throw taken
      return { person: added, password }
    }),

    answer(changePerson, async ({ params, body, asker, from }) => {
      const before = await personBy(params.id)
      const detail = differences(before, body)
      if (detail !== '') {
        await audit({ by: asker.name, action: 'person.changed', subject: `person:${before.name}`, detail, from })
      }
      const changed = await people.change(params.id, body)
      if (changed === 'unknown') throw nobody()
      if (changed === 'last-administrator') {
        const subject = `person:${before.name}`
        await audit({ by: 'system', action: 'person.change-refused', subject, detail: 'last administrator' })
        throw new HttpProblem(409, 'last-administrator', 'Nobody else is an administrator: name another one first.')
      }
      return changed
    }),

    answer(resetPerson, async ({ params, asker, from }) => {
      const { id, name } = await personBy(params.id)
      const password = passwords.generate()
      const passwordHash = await passwords.hash(password)
      await audit({ by: asker.name, action: 'person.reset', subject: `person:${name}`, from })
      await people.reset(id, passwordHash)
      return { password }
    }),

    answer(listAudit, async ({ query: { cursor, limit, ...filter } }) => {
      const before = cursor === undefined ? undefined : numberOf(cursor)
      const rows = await auditLog.list({ ...filter, before, limit: limit + 1 })
      const page = rows.slice(0, limit)
      return { rows: page, next: rows.length > limit ? String(page.at(-1)?.number) : null }
    }),

    answer(checkAudit, async ({ asker, from }) => {
      const checked = await auditLog.check()
      const detail = checked.brokenAt === null ? 'whole' : `broken at ${checked.brokenAt}`
      await audit({ by: asker.name, action: 'audit.checked', detail, from })
      return checked
    }),
  ]

  async function personBy(id: string): Promise<Person> {
    const found = await people.find({ id })
    if (!found) throw nobody()
    return found
  }
}

const nobody = () => new HttpProblem(404, 'no-such-person', 'There is nobody with this id.')

function numberOf(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new HttpProblem(400, 'invalid', 'Some of what was sent can not be used.', { cursor: 'not from an answer' })
}

/** What changes, in words; the name shown is personal and stays out. */
function differences(before: Person, to: { displayName: string; roles: readonly Role[]; disabled: boolean }): string {
  const roles = [before.roles, to.roles].map((some) => [...some].sort().join(', '))
  return [
    ...(roles[0] === roles[1] ? [] : [`roles: ${roles[0]} → ${roles[1]}`]),
    ...(before.disabled === to.disabled ? [] : [to.disabled ? 'disabled' : 'enabled']),
    ...(before.displayName === to.displayName ? [] : ['name shown']),
  ].join('; ')
}
