import type { z } from 'zod'

/** What a person may be, one or several at once. */
export const roles = ['operator', 'supervisor', 'auditor', 'administrator'] as const

export type Role = (typeof roles)[number]

/** Who may call a route: everybody, whoever is signed in, or people with one of these roles. */
export type Who = 'anyone' | 'signed-in' | readonly Role[]

type Shape = z.ZodObject

/**
 * One request of the console's API. The same schemas validate it, describe it in OpenAPI and give the client its types.
 * `path` has its parameters in braces, `/api/calls/{id}`. `response` is the JSON of a 200 (204 without one), or the
 * media type of a stream.
 */
export interface Route<
  Params extends Shape | undefined = Shape | undefined,
  Query extends Shape | undefined = Shape | undefined,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
  Response extends z.ZodType | string | undefined = z.ZodType | string | undefined,
> {
  /** Name of the operation, of the handler, and of the client's function. */
  readonly name: string
  readonly area: string
  readonly method: 'get' | 'post' | 'put' | 'delete'
  readonly path: `/api/${string}`
  readonly summary: string
  readonly who: Who
  readonly params?: Params
  readonly query?: Query
  /** A schema for JSON, or the media type of a body that is read as a stream. */
  readonly body?: Body
  /** Media type and largest size in bytes of a body that is not JSON. */
  readonly upload?: { readonly type: string; readonly maxBytes: number }
  readonly response?: Response
}

/** Keeps the exact types of a route's schemas. */
export function route<
  const Params extends Shape | undefined = undefined,
  const Query extends Shape | undefined = undefined,
  const Body extends z.ZodType | undefined = undefined,
  const Response extends z.ZodType | string | undefined = undefined,
>(it: Route<Params, Query, Body, Response>): Route<Params, Query, Body, Response> {
  return it
}
