import { once } from 'node:events'
import type { Server } from 'node:http'
import express, { type ErrorRequestHandler, type Router } from 'express'
import { UserError } from '../user-error.ts'

/**
 * Serves what gateways bring, each below its bind's name.
 * @throws UserError when the port can't be had
 */
export async function serveSmsHttp(
  at: { readonly host: string; readonly port: number },
  ends: readonly { readonly name: string; readonly router: Router }[],
): Promise<Server> {
  const app = express().disable('x-powered-by').disable('etag')
  for (const { name, router } of ends) app.use(`/${name}`, router)
  // Express would print the error, and with it what was sent.
  const refuse: ErrorRequestHandler = (error: { status?: number }, _request, response, _next) => {
    response.status(error.status ?? 500).end()
  }
  app.use(refuse)
  const server = app.listen(at.port, at.host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new UserError(
      `The port ${at.port} of ${at.host} can't be had for sms.http (${(error as NodeJS.ErrnoException).code}): free it, or set another.`,
      { cause: error },
    )
  }
  return server
}
