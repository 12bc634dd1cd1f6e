import { createCipheriv, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
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

/** Where a token is kept: its first 63 bits, as SQLite's integers have no more that sort as they should. */
export function placeOf(token: Buffer, offset = 0): bigint {
  return token.readBigUInt64BE(offset) >> 1n
}

/** What must be found there besides: 37 further bits. A PIN that isn't listed passes once in 10^23 tries. */
export function checkOf(token: Buffer, offset = 0): number {
  return token.readUInt32BE(offset + 8) * 32 + (token.readUInt8(offset + 12) >>> 3)
}

/** The file of the key that a snapshot was made with, named by what `keyCheck` tells of it. */
export function keyFile(folder: string, check: string): string {
  return join(folder, 'keys', `${check.slice(0, 16)}.key`)
}

/** Makes a key; mode 0600. */
export async function newKey(folder: string): Promise<TokenKey> {
  const key = randomBytes(keyLength) as Buffer as TokenKey
  const file = keyFile(folder, keyCheck(makeTokens(key)))
  await mkdir(join(folder, 'keys'), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${randomUUID()}.part`
  try {
    await writeFile(temporary, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
    await sync(temporary)
    await rename(temporary, file)
    await sync(join(folder, 'keys'))
  } finally {
    await rm(temporary, { force: true })
  }
  return key
}

/**
 * The key of a snapshot, seen to be the one it was made with: under another key nobody would be listed.
 * @param check what `keyCheck` told when the snapshot was made
 * @throws UserError when it is missing or another
 */
export function readKey(folder: string, check: string): TokenKey {
  const file = keyFile(folder, check)
  if (!existsSync(file)) {
    throw new UserError(`${file} is missing. Put it back, or import the voter list again.`)
  }
  const text = readFileSync(file, 'utf8').trim()
  const key = Buffer.from(text, 'hex') as TokenKey
  if (!/^[0-9a-f]{64}$/.test(text) || keyCheck(makeTokens(key)) !== check) {
    throw new UserError(
      `${file} is not the key of this snapshot. Put the right one back, or import the voter list again.`,
    )
  }
  return key
}

/** Removes the keys that none of the snapshots left needs, told by their checks. */
export async function removeKeysExcept(folder: string, checks: readonly string[]): Promise<void> {
  const needed = new Set(checks.map((check) => basename(keyFile(folder, check))))
  const names = await readdir(join(folder, 'keys')).catch(() => [])
  for (const name of names) if (!needed.has(name)) await rm(join(folder, 'keys', name), { force: true })
}

export function makeTokens(key: TokenKey): Tokens {
  // ECB over single, distinct blocks is a keyed permutation, which is all that is wanted; far cheaper than an HMAC a row.
  const cipher = createCipheriv('aes-256-ecb', key, null)
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
