import { randomInt } from 'node:crypto'
import argon2 from 'argon2'

export interface Passwords {
  /** argon2id, with its salt and parameters. */
  hash(password: string): Promise<string>
  /**
   * Takes the same time whether there is a hash to compare with or not.
   * @returns false for a wrong password, and where nobody has that name
   */
  fits(password: string, hash: string | undefined): Promise<boolean>
}

/** OWASP's first choice of 2024: 19 MiB, two passes. About 75 ms of one core. */
const cost = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** One after the other, whoever asks: the threads that hash are those that read the callers' clips. */
export function makePasswords(): Passwords {
  let last: Promise<unknown> = Promise.resolve()
  function inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const done = last.then(task)
    last = done.catch(() => undefined)
    return done
  }

  let nobodys: Promise<string> | undefined
  const hash = (password: string) => inTurn(() => argon2.hash(password, cost))
  return {
    hash,
    async fits(password, known) {
      nobodys ??= hash(generatePassword())
      const compared = known ?? (await nobodys)
      const fits = await inTurn(() => argon2.verify(compared, password))
      return fits && known !== undefined
    },
  }
}

/** Without letters and digits that look alike when read from a slip of paper. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

/** `k7mqp-w3x9a-…`: four groups of five, 99 random bits. */
export function generatePassword(): string {
  const group = () => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('')
  return Array.from({ length: 4 }, group).join('-')
}
