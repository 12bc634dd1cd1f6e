import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Request } from 'express'
import { HttpProblem } from './problem.ts'

/**
 * Writes the body of a request into a new file, mode 0600, whose folder is there.
 * @param types media types it may have
 * @throws HttpProblem 415 for another type, 413 when it is larger; nothing is left of it then
 */
export async function receiveUpload(
  request: Request,
  { types, maxBytes }: { types: readonly string[]; maxBytes: number },
  file: string,
): Promise<void> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  if (!types.includes(type.trim().toLowerCase())) {
    throw new HttpProblem(415, 'wrong-type', `The content must be ${types[0]}.`)
  }
  const tooLarge = () => {
    // Nobody reads the rest.
    request.res?.set('connection', 'close')
    return new HttpProblem(413, 'too-large', `The content may have ${Math.floor(maxBytes / 1_000_000)} MB at most.`)
  }
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  let bytes = 0
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > maxBytes) done(tooLarge())
      else done(null, chunk)
    },
  })
  try {
    // The request itself must outlive a refusal: its connection carries the answer.
    request.pipe(limited)
    await pipeline(limited, createWriteStream(file, { mode: 0o600, flags: 'wx' }))
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}
