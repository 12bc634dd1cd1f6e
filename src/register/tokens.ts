import { type Cipher, createCipheriv, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { link, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UserError } from '../user-error.ts'
import { sync } from './durable.ts'

/** Bytes of a token, and of the block of a PIN it is made from. */
export const tokenLength = 16

const keyLength = 32

/**
 * The secret that turns PINs into tokens. A snapshot holds tokens only, so that without the key a stolen one tells
 * nobody's station. With the key all PINs can be tried in hours: keep it out of backups of the snapshots.
 */
export type TokenKey = Buffer & { readonly __tokenKey: unique symbol }

/** Turns blocks of PINs into tokens: a one-to-one function of the block under the key, so two PINs never share one. */
export interface Tokens {
  /** The token of one PIN of 14 ASCII digits. */
  of(pin: string): Buffer
  /** The tokens of many blocks laid end to end. */
  ofBlocks(blocks: Buffer): Buffer
}

export function keyFile(folder: string): string {
  return join(folder, 'pin.key')
}

export function readKey(folder: string): TokenKey | undefined {
  const file = keyFile(folder)
  if (!existsSync(file)) return undefined
  const text = readFileSync(file, 'utf8').trim()
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new UserError(
      `${file} is not a key of the register. Put the right file back, or remove it and import the voter list again.`,
    )
  }
  return Buffer.from(text, 'hex') as TokenKey
}

/** The register's key, made at first use; mode 0600. */
export async function ensureKey(folder: string): Promise<TokenKey> {
  const known = readKey(folder)
  if (known) return known
  const temporary = `${keyFile(folder)}.${randomUUID()}.part`
  try {
    await writeFile(temporary, `${randomBytes(keyLength).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
    await sync(temporary)
    // Unlike a rename, a link never replaces the key another process made just now.
    await link(temporary, keyFile(folder)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    await sync(dirname(keyFile(folder)))
  } finally {
    await rm(temporary, { force: true })
  }
  const made = readKey(folder)
  if (!made) throw new UserError(`${keyFile(folder)} vanished while it was being made. Try again.`)
  return made
}

export function makeTokens(key: TokenKey): Tokens {
  // ECB over single, distinct blocks is a keyed permutation, which is all that is wanted; far cheaper than an HMAC a row.
  const cipher: Cipher = createCipheriv('aes-256-ecb', key, null)
  cipher.setAutoPadding(false)
  const block = Buffer.alloc(tokenLength)
  return {
    of: (pin) => {
      writeBlock(block, 0, pin)
      return cipher.update(block)
    },
    ofBlocks: (blocks) => cipher.update(blocks),
  }
}

/** Lays the block of a PIN (14 ASCII digits, two zero bytes) into a buffer that is zero there. */
export function writeBlock(blocks: Buffer, offset: number, pin: string): void {
  blocks.write(pin, offset, 14, 'latin1')
}

/** Tells keys apart without telling the key; not the token of any PIN. */
export function keyCheck(tokens: Tokens): string {
  return tokens.ofBlocks(Buffer.from('dobush key check', 'latin1')).toString('hex')
}
