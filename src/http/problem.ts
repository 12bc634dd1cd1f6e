import type { ErrorRequestHandler } from 'express'
import type { Problem } from '../api/common.ts'
import type { Log } from '../log.ts'

/** A refusal that the person in front of the page can read. */
export class HttpProblem extends Error {
  readonly status: number
  readonly code: string
  readonly fields: Readonly<Record<string, string>> | undefined

  constructor(status: number, code: string, detail: string, fields?: Readonly<Record<string, string>>) {
    super(detail)
    this.name = 'HttpProblem'
    this.status = status
    this.code = code
    this.fields = fields
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  415: 'Wrong kind of content',
  422: 'Can not be used',
  429: 'Too many requests',
  503: 'Not available',
}

/** The one place where a failure becomes an answer: RFC 9457, without a word of what is inside. */
export function answerProblems(log: Log): ErrorRequestHandler {
  return (error, _request, reply, next) => {
    if (reply.headersSent) return next(error)
    const { status, code, detail, fields } = describe(error)
    // Not the request: its address or body may hold what must not be in a log.
    if (status >= 500) log.error({ err: error }, 'a request of the console failed')
    const title = titles[status] ?? 'Failed'
    const problem: Problem = { type: 'about:blank', title, status, code, detail, ...(fields && { fields }) }
    reply.status(status).type('application/problem+json').send(JSON.stringify(problem))
  }
}

function describe(error: unknown): Pick<Problem, 'status' | 'code' | 'detail' | 'fields'> {
  if (error instanceof HttpProblem) {
    const { status, code, message, fields } = error
    return { status, code, detail: message, ...(fields && { fields }) }
  }
  // Express and body-parser say what is wrong with the request itself.
  const { status, type } = error as { status?: number; type?: string }
  if (status === 413) return { status, code: 'too-large', detail: 'The body is larger than allowed here.' }
  if (status === 415)
    return { status, code: 'wrong-type', detail: 'The content has another type or encoding than expected.' }
  if (status !== undefined && status >= 400 && status < 500) {
    return { status: 400, code: type ?? 'bad-request', detail: 'The request can not be read.' }
  }
  return { status: 500, code: 'failed', detail: 'Something failed on our side; it is in the log.' }
}
