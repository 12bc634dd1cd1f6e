import express, { type Express, type Response as Reply, type Request } from 'express'
import type { z } from 'zod'
import type { Role, Route } from '../api/route.ts'
import { HttpProblem } from './problem.ts'

/** Who asks, once signed in. */
export interface Asker {
  readonly id: string
  readonly name: string
  readonly roles: readonly Role[]
  /** The sign-in's own id; not what the cookie holds. */
  readonly signInId: string
}

// An optional property is also `undefined`, which must not make what is there optional.
type Given<Schema> = [Schema] extends [undefined] ? undefined : z.output<Extract<Schema, z.ZodType>>
type Answered<Response> = [Response] extends [undefined]
  ? // biome-ignore lint/suspicious/noConfusingVoidType: a handler without an answer returns nothing
    void
  : // A stream is written by the handler itself.
    Exclude<Response, undefined> extends infer There
    ? There extends z.ZodType
      ? z.input<There>
      : undefined
    : never

/** What a handler gets: everything validated. */
export interface Asked<It extends Route> {
  readonly params: Given<It['params']>
  readonly query: Given<It['query']>
  readonly body: Given<It['body']>
  /** Who asks; nobody on routes that are for anyone. */
  readonly asker: It['who'] extends 'anyone' ? Asker | undefined : Asker
  /** The address the request came from. */
  readonly from: string
  readonly request: Request
  readonly reply: Reply
}

export type Handler<It extends Route> = (
  asked: Asked<It>,
) => Answered<It['response']> | Promise<Answered<It['response']>>

/** A route with what answers it. */
export interface Mounted {
  readonly route: Route
  readonly handle: (asked: never) => unknown
}

export function answer<It extends Route>(route: It, handle: Handler<It>): Mounted {
  return { route, handle }
}

/**
 * Puts routes on an Express application: who may, then the schemas, then the handler. Refusals are `HttpProblem`s, which
 * the application's last piece turns into problem+json.
 * @param askerOf who is signed in with this request, if anybody
 */
export function mountRoutes(
  app: Express,
  mounted: readonly Mounted[],
  askerOf: (request: Request) => Promise<Asker | undefined>,
): void {
  const json = express.json({ limit: '100kb', type: 'application/json' })
  for (const { route, handle } of mounted) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1')
    app[route.method](
      path,
      // Before the body is read: strangers can't make us take megabytes.
      async (request, reply, next) => {
        const asker = await askerOf(request)
        mayAsk(route, asker)
        reply.locals.asker = asker
        next()
      },
      ...(route.body ? [json] : []),
      async (request, reply) => {
        const asked = {
          params: parse(route.params, request.params, 'path'),
          query: parse(route.query, request.query, 'query'),
          body: parse(route.body, request.body, 'body'),
          asker: reply.locals.asker,
          from: request.ip ?? '',
          request,
          reply,
        }
        const result = await (handle as (given: typeof asked) => unknown)(asked)
        if (typeof route.response === 'string') return
        if (route.response === undefined) return reply.status(204).end()
        reply.json(result)
      },
    )
  }
}

function mayAsk({ who }: Route, asker: Asker | undefined): void {
  if (who === 'anyone') return
  if (!asker) throw new HttpProblem(401, 'not-signed-in', 'Sign in first.')
  if (who === 'signed-in' || asker.roles.some((role) => who.includes(role))) return
  throw new HttpProblem(403, 'not-allowed', 'Your roles do not include this.')
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined
  const parsed = schema.safeParse(value ?? {})
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map(({ path, message }) => [path.join('.') || where, message] as const)
  throw new HttpProblem(400, 'invalid', 'Some of what was sent can not be used.', Object.fromEntries(fields))
}
