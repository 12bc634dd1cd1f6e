import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { UserError } from '../../user-error.ts'
import { type Manifest, signedText } from './manifest.ts'

const publicKeySchema = z.strictObject({
  /** The first 16 hexadecimal digits of the SHA-256 of the raw key. */
  id: z.string().regex(/^[0-9a-f]{16}$/, 'must be 16 hexadecimal digits'),
  /** Who signs with it. */
  name: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must hold no control characters'),
  /** The last day it may sign, in UTC. */
  expires: z.iso.date(),
  /** The raw 32 bytes, base64. */
  publicKey: z.string().regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 bytes in base64'),
})

/** A file of a key that may sign editions. Not secret. */
export type PublicKey = z.infer<typeof publicKeySchema>

const dayMs = 86_400_000
// An Ed25519 key in SPKI form (RFC 8410) is these bytes and the raw key.
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')

/**
 * Makes an Ed25519 key.
 * @param expires the last day it may sign, ISO
 * @throws UserError when name or day can't be used
 */
export function generateKey({ name, expires }: { name: string; expires: string }): {
  privatePem: string
  publicKey: PublicKey
} {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = rawOf(publicKey)
  return {
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: parsePublicKey({ id: idOf(raw), name, expires, publicKey: raw.toString('base64') }, 'The key'),
  }
}

/**
 * Reads files of public keys.
 * @throws UserError naming the file that can't be used
 */
export async function readPublicKeys(files: readonly string[]): Promise<PublicKey[]> {
  return Promise.all(files.map(readPublicKey))
}

async function readPublicKey(file: string): Promise<PublicKey> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UserError(`The public key ${file} can't be read (${code}). Put it there or correct the configuration.`, {
      cause: error,
    })
  }
  if (text.includes('PRIVATE KEY')) {
    throw new UserError(`${file} holds a private key, which only the signer may have. Name the public key's file.`)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new UserError(`The public key ${file} is not JSON. Copy the file that "npx dobush register keygen" made.`)
  }
  return parsePublicKey(json, `The public key ${file}`)
}

/** @throws UserError beginning with `what` */
function parsePublicKey(json: unknown, what: string): PublicKey {
  const parsed = publicKeySchema.safeParse(json)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`)
    throw new UserError(`${what} can't be used. ${faults.join('; ')}.`)
  }
  const key = parsed.data
  if (idOf(Buffer.from(key.publicKey, 'base64')) !== key.id) {
    throw new UserError(`${what} is damaged: its id is not that of the key in it. Copy it again.`)
  }
  return key
}

/**
 * Signs a manifest, in place of a signature it may have.
 * @throws UserError when this is no private Ed25519 key
 */
export function signManifest(manifest: Manifest, privatePem: string): Manifest {
  const key = readPrivateKey(privatePem)
  const { signature: _, ...unsigned } = manifest
  const value = sign(null, Buffer.from(signedText(unsigned)), key).toString('base64')
  return { ...unsigned, signature: { key: idOf(rawOf(createPublicKey(key))), value } }
}

function readPrivateKey(pem: string): KeyObject {
  let key: KeyObject | undefined
  try {
    key = createPrivateKey(pem)
  } catch {
    // OpenSSL's words may not quote the key, but they help nobody either.
  }
  if (key?.asymmetricKeyType !== 'ed25519') {
    throw new UserError('The signing key is not a private Ed25519 key. Give the one "npx dobush register keygen" made.')
  }
  return key
}

/**
 * Checks who signed a manifest.
 * @returns the signer's name
 * @throws UserError when it is not signed, by a key that is not among these or has expired, or was changed afterwards
 */
export function verifyManifest(manifest: Manifest, keys: readonly PublicKey[], now: Date): string {
  const { id, signature } = manifest
  if (!signature) {
    throw new UserError(
      `The manifest of edition "${id}" is not signed. Have it signed with "npx dobush register sign", or add its source to register.trusted.`,
    )
  }
  const key = keys.find((one) => one.id === signature.key)
  if (!key) {
    const known = keys.length > 0 ? keys.map((one) => `${one.id} (${one.name})`).join(', ') : 'none'
    throw new UserError(
      `The manifest of edition "${id}" is signed with the key ${signature.key}, which is not among register.keys: ${known}. Add it if you know whose it is.`,
    )
  }
  if (now.getTime() >= Date.parse(`${key.expires}T00:00:00Z`) + dayMs) {
    throw new UserError(
      `The key ${key.id} (${key.name}) that signed edition "${id}" expired after ${key.expires}. Have it signed with a new key.`,
    )
  }
  const publicKey = createPublicKey({
    key: Buffer.concat([spkiHead, Buffer.from(key.publicKey, 'base64')]),
    format: 'der',
    type: 'spki',
  })
  if (!verify(null, Buffer.from(signedText(manifest)), publicKey, Buffer.from(signature.value, 'base64'))) {
    throw new UserError(
      `The signature of edition "${id}" is wrong: its manifest was changed after ${key.name} signed it. Get it again from the source.`,
    )
  }
  return key.name
}

function idOf(raw: Buffer): string {
  return createHash('sha256').update(raw).digest('hex').slice(0, 16)
}

function rawOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' }).subarray(spkiHead.length)
}
