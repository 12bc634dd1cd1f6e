import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { link, open, readFile, rm } from 'node:fs/promises'
import { UserError } from '../user-error.ts'

/** What the hotline's key does: tells texts and PINs apart without keeping them, and keeps what must be kept shut. */
export interface HotlineKey {
  /** A keyed hash of 128 bits, of parts that are told apart from other parts; base64url. */
  mark(...parts: readonly string[]): string
  seal(text: string): string
  /** @throws Error when it was sealed under another key or altered */
  unseal(sealed: string): string
}

const keyLength = 32
const ivLength = 12
const tagLength = 16

/**
 * Reads the key of a home folder, or makes it, mode 0600. Without it nothing in the database tells a PIN; when it is
 * lost, the day's counts and the parts of unfinished texts are lost with it and nothing else.
 * @throws UserError when the file holds something else
 */
export async function loadHotlineKey(file: string): Promise<HotlineKey> {
  const text = (await readFile(file, 'utf8').catch(() => undefined)) ?? (await makeKey(file))
  if (!/^[0-9a-f]{64}$/.test(text.trim())) {
    throw new UserError(`${file} is not a key of the hotline. Put the right one back, or remove it.`)
  }
  return makeHotlineKey(Buffer.from(text.trim(), 'hex'))
}

export function makeHotlineKey(secret: Buffer): HotlineKey {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', secret, '', `dobush ${purpose}`, keyLength))
  const markKey = derive('marks')
  const sealKey = derive('seals')
  return {
    mark: (...parts) =>
      createHmac('sha256', markKey).update(JSON.stringify(parts)).digest().subarray(0, 16).toString('base64url'),
    seal(text) {
      const iv = randomBytes(ivLength)
      const cipher = createCipheriv('aes-256-gcm', sealKey, iv)
      // UTF-16: a part may begin or end in the middle of a sign.
      const body = Buffer.concat([cipher.update(Buffer.from(text, 'utf16le')), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
    },
    unseal(sealed) {
      const bytes = Buffer.from(sealed, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', sealKey, bytes.subarray(0, ivLength))
      decipher.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength))
      const body = bytes.subarray(ivLength + tagLength)
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf16le')
    },
  }
}

/** Two processes that start at once end up with one key: the first name in place counts. */
async function makeKey(file: string): Promise<string> {
  const temporary = `${file}.${process.pid}.new`
  const handle = await open(temporary, 'w', 0o600)
  try {
    await handle.writeFile(`${randomBytes(keyLength).toString('hex')}\n`)
    await handle.sync()
    await link(temporary, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await handle.close()
    await rm(temporary, { force: true })
  }
  return readFile(file, 'utf8')
}
