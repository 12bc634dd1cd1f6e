import { z } from 'zod'
import { HttpProblem } from './problem.ts'

/** The last row of a page: what it is sorted by, and its id. */
export interface PageEnd<Value> {
  readonly value: Value
  readonly id: string
}

/** A page's end as the client carries it to the next request; to be taken as it is. */
export function cursorOf({ value, id }: PageEnd<string | number>): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url')
}

/** @throws HttpProblem 400 for what is not from an answer, or from one sorted by something else */
export function pageEndOf<Value extends string | number>(cursor: string, value: z.ZodType<Value>): PageEnd<Value> {
  const parsed = z.tuple([value, z.string()]).safeParse(readJson(Buffer.from(cursor, 'base64url').toString()))
  if (parsed.success) return { value: parsed.data[0], id: parsed.data[1] }
  throw new HttpProblem(400, 'invalid', 'Some of what was sent can not be used.', { cursor: 'not from an answer' })
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
