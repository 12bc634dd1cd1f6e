import { z } from 'zod'
import type { PageEnd } from '../domain/page-end.ts'
import { HttpProblem } from './problem.ts'

const pageEnd: z.ZodType<PageEnd> = z.strictObject({ value: z.string(), id: z.string() })

/** As the API hands it out and takes it back: nobody is to read anything into it. */
export function writePageEnd(end: PageEnd): string {
  return Buffer.from(JSON.stringify(end)).toString('base64url')
}

/** @throws HttpProblem 400 when it is none of ours */
export function readPageEnd(cursor: string): PageEnd {
  try {
    return pageEnd.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
  } catch {
    throw new HttpProblem(400, 'invalid', 'Some of what was sent can not be used.', { cursor: 'it was not given here' })
  }
}
