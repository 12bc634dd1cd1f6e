import { UserError } from '../user-error.ts'
import type { RecordingKeys } from './recording-keys.ts'
import { seal, unseal } from './sealed.ts'

/** Secrets of authenticators, as they are stored: whoever reads the database alone can make no codes. */
export interface TotpSecrets {
  /** @returns the key's id and the sealed secret, `1a2b…:base64` */
  seal(secret: string, personId: string): string
  /** @throws UserError when the key is not there any more */
  open(sealed: string, personId: string): string
}

/** @param keys those that recordings are encrypted with */
export function makeTotpSecrets(keys: RecordingKeys): TotpSecrets {
  return {
    seal(secret, personId) {
      const { id, key } = keys.current
      return `${id}:${seal(key, Buffer.from(secret), aboutOf(personId)).toString('base64')}`
    },
    open(sealed, personId) {
      const [id = '', bytes = ''] = sealed.split(':')
      const key = keys.byId(id)
      if (!key) {
        throw new UserError(
          `The key ${id} of an authenticator is not in ${keys.file}: put it back from its copy, or reset that person.`,
        )
      }
      return unseal(key, Buffer.from(bytes, 'base64'), aboutOf(personId)).toString()
    },
  }
}

const aboutOf = (personId: string) => `authenticator of ${personId}`
