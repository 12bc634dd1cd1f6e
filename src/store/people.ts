import { randomUUID } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { z } from 'zod'
import type { person } from '../api/people.ts'
import { type Role, roles } from '../api/route.ts'
import type { uiLanguage } from '../api/sign-in.ts'
import type { Clock } from '../domain/clock.ts'
import type { Credentials } from '../domain/credentials.ts'
import type { PersonTable } from './people-tables.ts'
import type { Hotline } from './tables.ts'

export type Person = z.infer<typeof person>

export interface People {
  /** By name shown. */
  list(): Promise<readonly Person[]>
  find(by: { readonly id: string } | { readonly name: string }): Promise<Person | undefined>
  /** Whoever can take callback requests over, by name shown. */
  colleagues(): Promise<readonly { id: string; displayName: string }[]>
  /** @returns nothing when the name is taken */
  add(given: {
    readonly name: string
    readonly displayName: string
    readonly roles: readonly Role[]
    readonly passwordHash: string
  }): Promise<Person | undefined>
  /** `last-administrator` and nothing changed where nobody would be left who may sign in as one. */
  change(
    id: string,
    to: { readonly displayName: string; readonly roles: readonly Role[]; readonly disabled: boolean },
  ): Promise<Person | 'unknown' | 'last-administrator'>
  credentials(by: { readonly id: string } | { readonly name: string }): Promise<Credentials | undefined>
  /** A password of one's own, for good. */
  setPassword(id: string, passwordHash: string): Promise<void>
  /** A password somebody else gave: to be changed, the authenticator switched off, the lock taken away. */
  reset(id: string, passwordHash: string): Promise<void>
  setLanguage(id: string, language: z.infer<typeof uiLanguage>): Promise<void>
  noteSignIn(id: string): Promise<void>
  /** A secret, sealed, that doesn't count yet. */
  beginTotp(id: string, secret: string): Promise<void>
  switchTotp(id: string, on: boolean): Promise<void>
  /** Takes the code of a period; false when one of that period or a later one was taken before. */
  takeTotpPeriod(id: string, period: number): Promise<boolean>
}

export function makePeople(hotline: Kysely<Hotline>, now: Clock): People {
  const listed = () =>
    hotline
      .selectFrom('person')
      .leftJoin('lock_out', 'lock_out.name', 'person.name')
      .selectAll('person')
      .select('lock_out.locked_until')

  async function find(by: { id: string } | { name: string }): Promise<Person | undefined> {
    const [column, value] = 'id' in by ? (['person.id', by.id] as const) : (['person.name', by.name] as const)
    const row = await listed().where(column, '=', value).executeTakeFirst()
    return row && personOf(row, now())
  }

  async function update(id: string, to: Partial<PersonTable>): Promise<void> {
    await hotline.updateTable('person').set(to).where('id', '=', id).execute()
  }

  return {
    async list() {
      const rows = await listed().orderBy('person.display_name').orderBy('person.name').execute()
      return rows.map((row) => personOf(row, now()))
    },
    find,

    async colleagues() {
      const rows = await hotline
        .selectFrom('person')
        .select(['id', 'display_name', 'roles'])
        .where('disabled', '=', 0)
        .orderBy('display_name')
        .orderBy('name')
        .execute()
      return rows
        .filter((row) => rolesOf(row).some((role) => role === 'operator' || role === 'supervisor'))
        .map(({ id, display_name }) => ({ id, displayName: display_name }))
    },

    async add({ name, displayName, roles, passwordHash }) {
      const row: PersonTable = {
        id: randomUUID(),
        name,
        display_name: displayName,
        roles: JSON.stringify(roles),
        language: 'ky',
        password_hash: passwordHash,
        must_change_password: 1,
        totp_secret: null,
        totp_on: 0,
        totp_period: null,
        disabled: 0,
        created_at: now().toISOString(),
        last_sign_in_at: null,
      }
      const { numInsertedOrUpdatedRows } = await hotline
        .insertInto('person')
        .values(row)
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n ? find({ id: row.id }) : undefined
    },

    async change(id, { displayName, roles, disabled }) {
      const outcome = await hotline.transaction().execute(async (transaction) => {
        // Locks everybody's row first, so that of two administrators who take each other's role only one succeeds.
        await transaction.updateTable('person').set({ disabled: sql`disabled` }).execute()
        const everybody = await transaction.selectFrom('person').select(['id', 'roles', 'disabled']).execute()
        if (!everybody.some((one) => one.id === id)) return 'unknown'
        const administers = (one: (typeof everybody)[number]) =>
          one.id === id
            ? !disabled && roles.includes('administrator')
            : one.disabled === 0 && rolesOf(one).includes('administrator')
        if (!everybody.some(administers)) return 'last-administrator'
        await transaction
          .updateTable('person')
          .set({ display_name: displayName, roles: JSON.stringify(roles), disabled: disabled ? 1 : 0 })
          .where('id', '=', id)
          .execute()
        if (disabled) await transaction.deleteFrom('sign_in').where('person_id', '=', id).execute()
        return 'changed'
      })
      if (outcome !== 'changed') return outcome
      return (await find({ id })) ?? 'unknown'
    },

    async credentials(by) {
      const [column, value] = 'id' in by ? (['id', by.id] as const) : (['name', by.name] as const)
      const row = await hotline.selectFrom('person').selectAll().where(column, '=', value).executeTakeFirst()
      return (
        row && {
          id: row.id,
          name: row.name,
          passwordHash: row.password_hash,
          disabled: row.disabled === 1,
          totpSecret: row.totp_secret ?? undefined,
          totp: row.totp_on === 1,
        }
      )
    },

    setPassword: (id, passwordHash) => update(id, { password_hash: passwordHash, must_change_password: 0 }),

    async reset(id, passwordHash) {
      await hotline.transaction().execute(async (transaction) => {
        await transaction
          .updateTable('person')
          .set({ password_hash: passwordHash, must_change_password: 1, totp_secret: null, totp_on: 0 })
          .where('id', '=', id)
          .execute()
        await transaction.deleteFrom('sign_in').where('person_id', '=', id).execute()
        await transaction
          .deleteFrom('lock_out')
          .where('name', 'in', (person) => person.selectFrom('person').select('name').where('id', '=', id))
          .execute()
      })
    },

    setLanguage: (id, language) => update(id, { language }),
    noteSignIn: (id) => update(id, { last_sign_in_at: now().toISOString() }),
    beginTotp: (id, secret) => update(id, { totp_secret: secret, totp_on: 0, totp_period: null }),
    switchTotp: (id, on) => update(id, on ? { totp_on: 1 } : { totp_on: 0, totp_secret: null }),

    async takeTotpPeriod(id, period) {
      const { numUpdatedRows } = await hotline
        .updateTable('person')
        .set({ totp_period: period })
        .where('id', '=', id)
        .where(({ eb, or }) => or([eb('totp_period', 'is', null), eb('totp_period', '<', period)]))
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
  }
}

export function rolesOf(row: Pick<PersonTable, 'roles'>): Role[] {
  const stored = JSON.parse(row.roles) as readonly string[]
  return roles.filter((role) => stored.includes(role))
}

function personOf(row: PersonTable & { locked_until: string | null }, at: Date): Person {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    roles: rolesOf(row),
    totp: row.totp_on === 1,
    disabled: row.disabled === 1,
    lockedUntil: row.locked_until !== null && row.locked_until > at.toISOString() ? row.locked_until : null,
    lastSignInAt: row.last_sign_in_at,
    createdAt: row.created_at,
  }
}
