import { z } from 'zod'
import { HttpProblem } from './problem.ts'

/** The last row of a page: what it is sorted by, and its id. */
const pageEnd = z.strictObject({ value: z.string(), id: z.string() })

export type PageEnd = z.infer<typeof pageEnd>

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
