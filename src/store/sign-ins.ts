import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { SignedIn } from '../api/sign-in.ts'
import type { Clock } from '../domain/clock.ts'
import { rolesOf } from './people.ts'
import type { Hotline } from './tables.ts'

export interface SignIns {
  /** @returns the token for the cookie: 256 random bits, stored nowhere */
  begin(personId: string): Promise<string>
  /** Nothing when it ended, expired, or its person may not sign in any more. */
  find(token: string): Promise<SignedIn | undefined>
  /** Which of these still hold. */
  holding(signInIds: readonly string[]): Promise<ReadonlySet<string>>
  end(signInId: string): Promise<void>
  /** Every sign-in of a person but one. */
  endOthers(personId: string, keptSignInId: string): Promise<void>
}

/** How long a sign-in holds without a request, and at all. Milliseconds. */
export interface SignInLimits {
  readonly idleMs: number
  readonly longestMs: number
}

/** Written down no more often than this: a write for each request would be too dear. */
const noteSeenEveryMs = 60_000

export function makeSignIns(hotline: Kysely<Hotline>, now: Clock, { idleMs, longestMs }: SignInLimits): SignIns {
  const before = (ms: number) => new Date(now().getTime() - ms).toISOString()

  const holding = () =>
    hotline
      .selectFrom('sign_in')
      .innerJoin('person', 'person.id', 'sign_in.person_id')
      .where('person.disabled', '=', 0)
      .where('sign_in.created_at', '>', before(longestMs))
      .where('sign_in.seen_at', '>', before(idleMs))

  return {
    async begin(personId) {
      const token = randomBytes(32).toString('base64url')
      const at = now().toISOString()
      await hotline
        .deleteFrom('sign_in')
        .where(({ eb, or }) => or([eb('created_at', '<=', before(longestMs)), eb('seen_at', '<=', before(idleMs))]))
        .execute()
      await hotline
        .insertInto('sign_in')
        .values({ id: randomUUID(), token_hash: hashOf(token), person_id: personId, created_at: at, seen_at: at })
        .execute()
      return token
    },

    async find(token) {
      const row = await holding()
        .where('sign_in.token_hash', '=', hashOf(token))
        .select(['sign_in.id as sign_in_id', 'sign_in.seen_at'])
        .selectAll('person')
        .executeTakeFirst()
      if (!row) return undefined
      if (row.seen_at <= before(noteSeenEveryMs)) {
        await hotline
          .updateTable('sign_in')
          .set({ seen_at: now().toISOString() })
          .where('id', '=', row.sign_in_id)
          .execute()
      }
      return {
        signInId: row.sign_in_id,
        id: row.id,
        name: row.name,
        displayName: row.display_name,
        roles: rolesOf(row),
        language: row.language,
        totp: row.totp_on === 1,
        mustChangePassword: row.must_change_password === 1,
      }
    },

    async holding(signInIds) {
      if (signInIds.length === 0) return new Set()
      const rows = await holding().where('sign_in.id', 'in', signInIds).select('sign_in.id').execute()
      return new Set(rows.map(({ id }) => id))
    },

    async end(signInId) {
      await hotline.deleteFrom('sign_in').where('id', '=', signInId).execute()
    },

    async endOthers(personId, keptSignInId) {
      await hotline.deleteFrom('sign_in').where('person_id', '=', personId).where('id', '!=', keptSignInId).execute()
    },
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
