import type { RequestHandler } from 'express'
import { ipKeyGenerator, rateLimit } from 'express-rate-limit'
import { HttpProblem } from './problem.ts'
import { signedInWith } from './sign-in-gate.ts'

const windowMs = 60_000

/** Requests a minute: of one sign-in, or of one address without. Ten times what a person who clicks all the time needs. */
export const mostRequests = 1200

/** Sign-ins that fail a minute, from one address: a call centre may be behind one. */
export const mostFailedSignIns = 30

export function limitRequests(): RequestHandler {
  return rateLimit({
    ...common,
    limit: mostRequests,
    keyGenerator: (request) => signedInWith(request)?.signedIn.signInId ?? ipKeyGenerator(request.ip ?? ''),
  })
}

export function limitFailedSignIns(): RequestHandler {
  return rateLimit({ ...common, limit: mostFailedSignIns, skipSuccessfulRequests: true })
}

const common = {
  windowMs,
  standardHeaders: 'draft-8',
  legacyHeaders: false,
  // A stranger's X-Forwarded-For is nothing to complain about: it is not believed.
  validate: { xForwardedForHeader: false },
  handler: (_request, _reply, next) => {
    next(new HttpProblem(429, 'too-many', 'Too many requests: wait a minute.'))
  },
} satisfies Parameters<typeof rateLimit>[0]
