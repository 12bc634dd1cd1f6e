import { createHash, timingSafeEqual } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import type { Log } from '../log.ts'

/** Text that the other side sent and nobody can use; the message is told to it. */
export class UnusableRequest extends Error {
  override readonly name = 'UnusableRequest'
}

/** Largest body of a request, in bytes: a text of 255 parts fits. */
export const bodyLimit = 128 * 1024

export interface InboundOptions {
  /** Of the bind. */
  readonly name: string
  /** The whole `authorization` header that lets in. */
  readonly secret: string
  readonly log: Log
  /** The status that tells the other side to forget what it brought. */
  readonly done: number
}

/**
 * Takes what a gateway brings: 401 without the secret, `done` after `take`, 400 when it can't be used, and 503 when it
 * could not be kept and should be brought again.
 */
export function takeInbound(
  { name, secret, log, done }: InboundOptions,
  take: (request: Request) => Promise<void>,
): RequestHandler {
  const known = digest(secret)
  return async (request: Request, response: Response) => {
    if (!timingSafeEqual(known, digest(request.headers.authorization ?? ''))) {
      log.warn({ bind: name }, 'a request without the right secret was turned away')
      return void response.status(401).type('text').end()
    }
    try {
      await take(request)
      response.status(done).end()
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
