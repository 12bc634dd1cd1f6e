import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const cipher = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/**
 * Encrypts with AES-256-GCM.
 * @param key 32 bytes
 * @param about what it belongs to; without the same words it does not open, so that nothing can be put in another's place
 * @returns nonce, ciphertext and tag
 */
export function seal(key: Uint8Array, bytes: Uint8Array, about: string): Buffer {
  // Drawn at random: a key lasts for 2³² of them by far.
  const nonce = randomBytes(nonceBytes)
  const sealing = createCipheriv(cipher, key, nonce).setAAD(Buffer.from(about))
  return Buffer.concat([nonce, sealing.update(bytes), sealing.final(), sealing.getAuthTag()])
}

/** @throws Error when it was changed, or sealed with another key or about something else */
export function unseal(key: Uint8Array, sealed: Uint8Array, about: string): Buffer {
  const end = sealed.length - tagBytes
  const opening = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(about))
    .setAuthTag(sealed.subarray(Math.max(end, 0)))
  return Buffer.concat([opening.update(sealed.subarray(nonceBytes, end)), opening.final()])
}
