import type { z } from 'zod'
import type { uiLanguage } from '../api/sign-in.ts'
import type { StoredMoment } from './tables.ts'

export interface PersonTable {
  id: string
  /** What one signs in with; lower case. */
  name: string
  display_name: string
  /** JSON list. */
  roles: string
  language: z.infer<typeof uiLanguage>
  /** argon2id, as argon2 writes it. */
  password_hash: string
  must_change_password: 0 | 1
  /** Sealed, see totp-secrets.ts. Counts as switched on only with `totp_on`. */
  totp_secret: string | null
  totp_on: 0 | 1
  /** Number of the last period whose code was taken: no code counts twice. */
  totp_period: number | null
  disabled: 0 | 1
  created_at: StoredMoment
  last_sign_in_at: StoredMoment | null
}

export interface SignInTable {
  id: string
  /** SHA-256 of what the cookie holds, hex: who reads this table can't take a sign-in over. */
  token_hash: string
  person_id: string
  created_at: StoredMoment
  seen_at: StoredMoment
}

/** Failed tries by the name typed, whether there is such a person or not: the answers must not tell. */
export interface LockOutTable {
  name: string
  failures: number
  last_at: StoredMoment
  locked_until: StoredMoment | null
}

/** Only ever appended to; the database itself refuses the rest. See audit-log.ts. */
export interface AuditEntryTable {
  number: number
  at: StoredMoment
  by_name: string
  action: string
  subject: string | null
  detail: string | null
  from_address: string | null
  /** In an entry that says so: everything up to this number may be removed. */
  trimmed_to: number | null
  /** SHA-256 over the hash before it and the rest of the entry, hex. */
  hash: string
}

export interface PeopleTables {
  person: PersonTable
  sign_in: SignInTable
  lock_out: LockOutTable
  audit_entry: AuditEntryTable
}
