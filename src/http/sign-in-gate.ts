import type { Request, RequestHandler, Response } from 'express'
import { changePassword, type SignedIn, setLanguage, signIn, signOut, whoAmI } from '../api/sign-in.ts'
import type { Asker } from './mount-routes.ts'
import { HttpProblem } from './problem.ts'
import { isCsrfToken, readCookie } from './sign-in-cookie.ts'

/** What the gate needs to know of sign-ins. */
export interface HoldingSignIns {
  find(token: string): Promise<SignedIn | undefined>
  /** Which of these still hold. */
  holding(signInIds: readonly string[]): Promise<ReadonlySet<string>>
}

export interface SignInGate {
  /** Stands before every route: finds out who asks, and refuses what another site may have made the browser send. */
  readonly guard: RequestHandler
  askerOf(request: Request): Promise<Asker | undefined>
  close(): void
}

/** An answer that goes on for hours must not outlive the right to it by more than this. */
const lookEveryMs = 15_000

const known = new WeakMap<Request, { token: string; signedIn: SignedIn }>()

/** Who asks, and the token of the cookie; only behind the gate. */
export function signedInWith(request: Request): { token: string; signedIn: SignedIn } | undefined {
  return known.get(request)
}

/** All that is possible with a password somebody else gave. */
const withFirstPassword: readonly string[] = [whoAmI, changePassword, setLanguage, signOut].map(({ path }) => path)

export function makeSignInGate(signIns: HoldingSignIns, secure: boolean): SignInGate {
  const open = new Map<Response, string>()

  async function endOpen(): Promise<void> {
    const holding = await signIns.holding([...new Set(open.values())])
    for (const [reply, signInId] of open) if (!holding.has(signInId)) reply.destroy()
  }
  // A database that doesn't answer is seen by whoever asks next; answers that go on are left alone meanwhile.
  const looking = setInterval(() => void endOpen().catch(() => undefined), lookEveryMs)
  looking.unref()

  return {
    async guard(request, reply, next) {
      const changes = request.method !== 'GET' && request.method !== 'HEAD'
      if (changes) refuseOtherSites(request)
      // Mounted below /api, it sees the rest of the path only.
      const path = request.baseUrl + request.path
      const token = readCookie(request, secure)
      const signedIn = token === undefined ? undefined : await signIns.find(token)
      if (token !== undefined && signedIn) {
        if (changes && path !== signIn.path && !isCsrfToken(request.get('x-csrf-token'), token)) {
          throw new HttpProblem(403, 'csrf', 'The header x-csrf-token is missing or wrong: load the page again.')
        }
        if (signedIn.mustChangePassword && path !== signIn.path && !withFirstPassword.includes(path)) {
          throw new HttpProblem(403, 'password-change-needed', 'Choose a password of your own first.')
        }
        known.set(request, { token, signedIn })
        open.set(reply, signedIn.signInId)
        reply.once('close', () => open.delete(reply))
      }
      next()
    },
    async askerOf(request) {
      const signedIn = known.get(request)?.signedIn
      return signedIn && { id: signedIn.id, name: signedIn.name, roles: signedIn.roles, signInId: signedIn.signInId }
    },
    close: () => clearInterval(looking),
  }
}

/** Browsers say where a request comes from; programs that say nothing have no cookie anybody could abuse. */
function refuseOtherSites(request: Request): void {
  const site = request.get('sec-fetch-site')
  const origin = request.get('origin')
  const own = `${request.protocol}://${request.host}`
  if ((site === undefined || site === 'same-origin') && (origin === undefined || origin === own)) return
  throw new HttpProblem(
    403,
    'other-origin',
    'The request comes from another page than this console. Behind a proxy, it must pass Host and X-Forwarded-Proto on.',
  )
}
