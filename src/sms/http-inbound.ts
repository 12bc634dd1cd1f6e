import { createHash, timingSafeEqual } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import type { Log } from '../log.ts'

/** Text that the other side sent and nobody can use; the message is told to it. */
export class UnusableRequest extends Error {
  override readonly name = 'UnusableRequest'
}

/** Largest body of a request, in bytes: a text of 255 parts fits. */
export const bodyLimit = 128 * 1024

/**
 * Takes what a gateway brings: 401 without the secret, 204 once `take` is done, 400 when it can't be used, and 503 when
 * it could not be kept and should be brought again.
 * @param secrets each of which, as a whole `authorization` header, lets in
 */
export function takeInbound(
  name: string,
  secrets: readonly string[],
  log: Log,
  take: (request: Request) => Promise<void>,
): RequestHandler {
  const known = secrets.map(digest)
  const mayEnter = (header: string | undefined) => {
    const given = digest(header ?? '')
    return known.some((secret) => timingSafeEqual(secret, given))
  }
  return async (request: Request, response: Response) => {
    if (!mayEnter(request.headers.authorization)) {
      log.warn({ bind: name }, 'a request without the right secret was turned away')
      return void response.status(401).type('text').end()
    }
    try {
      await take(request)
      response.status(204).end()
    } catch (error) {
      if (error instanceof UnusableRequest) {
        log.warn({ bind: name, why: error.message }, 'a request that can not be used')
        return void response.status(400).type('text').send(error.message)
      }
      log.error({ bind: name, err: error }, 'what a gateway brought could not be kept')
      response.status(503).type('text').end()
    }
  }
}

/** Of one length whatever the secret's, as the comparison needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
