import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { isIPv4 } from 'node:net'
import express, { type Express } from 'express'
import { signIn } from '../api/sign-in.ts'
import type { Log } from '../log.ts'
import { UserError } from '../user-error.ts'
import type { Health } from './health.ts'
import { mountClient } from './mount-client.ts'
import { mountDocs } from './mount-docs.ts'
import { type Mounted, mountRoutes } from './mount-routes.ts'
import { mountStatus } from './mount-status.ts'
import { answerProblems, HttpProblem } from './problem.ts'
import { limitFailedSignIns, limitRequests } from './rate-limits.ts'
import { securityHeaders } from './security-headers.ts'
import { type HoldingSignIns, makeSignInGate } from './sign-in-gate.ts'

/** Where the console listens, and how browsers reach it. */
export interface ConsoleAddress {
  readonly host: string
  readonly port: number
  /** PEM files. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined
  /** Addresses or networks of the proxies before it, whose X-Forwarded-… headers are believed. They do TLS. */
  readonly behindProxy: readonly string[]
  /** Lets it listen beyond loopback without TLS: passwords and numbers go over the network in clear. */
  readonly plainHttp: boolean
}

export interface ConsoleParts {
  readonly at: ConsoleAddress
  readonly health: () => Health
  readonly mounted: readonly Mounted[]
  readonly signIns: HoldingSignIns
  /** Folder that Vite builds the page into. */
  readonly client: string
  readonly log: Log
}

const keepAliveMs = 75_000

/** Whether browsers come over TLS: then cookies say so, and are sent over nothing else. */
export function isSecure({ tls, behindProxy }: Pick<ConsoleAddress, 'tls' | 'behindProxy'>): boolean {
  return tls !== undefined || behindProxy.length > 0
}

/**
 * Serves the console: the page, its API, the API's description, and the line's health.
 * @throws UserError when it would listen beyond this machine without TLS, or can't listen or read its certificate
 */
export async function serveConsole(parts: ConsoleParts): Promise<Server> {
  const { at } = parts
  refuseInTheClear(at)
  const gate = makeSignInGate(parts.signIns, isSecure(at))
  const app = consoleApp(parts, gate)
  const server = at.tls ? tlsServer(at.tls, app) : createServer(app)
  // Longer than proxies keep theirs: a request must not meet a connection that is just being closed.
  server.keepAliveTimeout = keepAliveMs
  server.once('close', gate.close)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      gate.close()
      reject(
        new UserError(
          `The console can't listen on ${at.host}:${at.port} (${error.code}). Change console.port or host.`,
          {
            cause: error,
          },
        ),
      )
    })
    server.listen(at.port, at.host, resolve)
  })
  return server
}

function consoleApp(
  { at, health, mounted, client, log }: ConsoleParts,
  gate: ReturnType<typeof makeSignInGate>,
): Express {
  const app = express().disable('x-powered-by').set('trust proxy', at.behindProxy).set('query parser', 'simple')
  app.use(securityHeaders(isSecure(at)))
  mountStatus(app, health)
  app.use('/api', (_request, reply, next) => {
    reply.set('cache-control', 'no-store')
    next()
  })
  mountDocs(app)
  app.use('/api', gate.guard, limitRequests())
  app.post(signIn.path, limitFailedSignIns())
  mountRoutes(app, mounted, gate.askerOf)
  app.use('/api', (request, reply) => {
    const allowed = mounted.filter(({ route }) => fits(route.path, request.baseUrl + request.path))
    if (allowed.length === 0) throw new HttpProblem(404, 'no-such-route', 'There is nothing at this address.')
    reply.set('allow', allowed.map(({ route }) => route.method.toUpperCase()).join(', '))
    throw new HttpProblem(405, 'wrong-method', 'This address takes other methods.')
  })
  mountClient(app, client)
  app.use(() => {
    throw new HttpProblem(404, 'no-such-page', 'There is nothing at this address.')
  })
  app.use(answerProblems(log))
  return app
}

function fits(routePath: string, path: string): boolean {
  const wanted = routePath.split('/')
  const given = path.split('/')
  return wanted.length === given.length && wanted.every((part, index) => part.startsWith('{') || part === given[index])
}

function refuseInTheClear({ host, tls, behindProxy, plainHttp }: ConsoleAddress): void {
  if (tls || behindProxy.length > 0 || plainHttp || isLoopback(host)) return
  throw new UserError(
    `The console would listen on ${host} without TLS: set console.tls to a key and a certificate, console.behindProxy to the address of the proxy that does TLS, or, where the network itself is safe, console.plainHttp to true.`,
  )
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

function tlsServer({ key, cert }: { key: string; cert: string }, app: Express): Server {
  try {
    return createTlsServer({ key: readFileSync(key), cert: readFileSync(cert), minVersion: 'TLSv1.2' }, app)
  } catch (error) {
    const { path, code } = error as NodeJS.ErrnoException
    throw new UserError(
      `${path ?? `${key} with ${cert}`} can't be used for the console's TLS (${code}). Check console.tls.`,
      { cause: error },
    )
  }
}
