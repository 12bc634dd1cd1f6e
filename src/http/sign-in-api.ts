import type { Request } from 'express'
import type { z } from 'zod'
import {
  beginTotp,
  changePassword,
  confirmTotp,
  removeTotp,
  type SignedIn,
  setLanguage,
  signIn,
  signOut,
  type uiLanguage,
  whoAmI,
} from '../api/sign-in.ts'
import type { Audit } from '../domain/audit.ts'
import type { Clock } from '../domain/clock.ts'
import type { Credentials } from '../domain/credentials.ts'
import { answer, type Mounted } from './mount-routes.ts'
import { HttpProblem } from './problem.ts'
import { clearCookie, csrfTokenOf, setCookie } from './sign-in-cookie.ts'
import { type HoldingSignIns, signedInWith } from './sign-in-gate.ts'
import { newTotpSecret, totpPeriod, totpUri } from './totp.ts'

export interface SigningIn {
  readonly people: {
    credentials(by: { readonly id: string } | { readonly name: string }): Promise<Credentials | undefined>
    setPassword(id: string, passwordHash: string): Promise<void>
    setLanguage(id: string, language: z.infer<typeof uiLanguage>): Promise<void>
    noteSignIn(id: string): Promise<void>
    beginTotp(id: string, secret: string): Promise<void>
    switchTotp(id: string, on: boolean): Promise<void>
    takeTotpPeriod(id: string, period: number): Promise<boolean>
  }
  readonly signIns: HoldingSignIns & {
    begin(personId: string): Promise<string>
    end(signInId: string): Promise<void>
    endOthers(personId: string, keptSignInId: string): Promise<void>
  }
  readonly lockOuts: {
    lockedUntil(name: string): Promise<Date | undefined>
    noteFailure(name: string): Promise<Date | undefined>
    clear(name: string): Promise<void>
  }
  readonly passwords: {
    hash(password: string): Promise<string>
    fits(password: string, hash: string | undefined): Promise<boolean>
  }
  /** Secrets of authenticators are stored sealed. */
  readonly totpSecrets: {
    seal(secret: string, personId: string): string
    open(sealed: string, personId: string): string
  }
  readonly audit: Audit
  readonly now: Clock
  /** Whether browsers reach the console over TLS. */
  readonly secure: boolean
}

/** Tries under one name wait for each other; more than these are refused at once. */
const mostWaiting = 20

export function signInApi({
  people,
  signIns,
  lockOuts,
  passwords,
  totpSecrets,
  audit,
  now,
  secure,
}: SigningIn): Mounted[] {
  const inTurn = oneAtATime()

  return [
    answer(signIn, ({ body, from, request, reply }) =>
      // Guesses in parallel would all be looked at before the first failure counts.
      inTurn(async () => {
        const name = body.name.trim().toLowerCase()
        await refuseLocked(name)
        const known = await people.credentials({ name })
        const fits = await passwords.fits(body.password, known?.passwordHash)
        if (!known || !fits || known.disabled) throw await failed(name, from, 'wrong-credentials')
        if (known.totp) {
          // Only whoever has the password learns that there is an authenticator.
          if (body.code === undefined) throw new HttpProblem(401, 'code-needed', 'Type the code of your authenticator.')
          if (!(await takeCode(known, body.code))) throw await failed(name, from, 'wrong-code')
        }
        await lockOuts.clear(name)
        await audit({ by: known.name, action: 'person.signed-in', subject: `person:${known.name}`, from })
        await people.noteSignIn(known.id)
        const before = signedInWith(request)
        if (before) await signIns.end(before.signedIn.signInId)
        const token = await signIns.begin(known.id)
        const signedIn = await signIns.find(token)
        if (!signedIn) throw new HttpProblem(401, 'wrong-credentials', sentences['wrong-credentials'])
        setCookie(reply, token, secure)
        return selfOf({ token, signedIn })
      }),
    ),

    answer(signOut, async ({ asker, from, reply }) => {
      await audit({ by: asker.name, action: 'person.signed-out', subject: `person:${asker.name}`, from })
      await signIns.end(asker.signInId)
      clearCookie(reply, secure)
    }),

    answer(whoAmI, ({ request }) => selfOf(here(request))),

    answer(changePassword, async ({ body, asker, from }) => {
      await provePassword(asker, body.current, from)
      if (body.next === body.current || body.next.toLowerCase().includes(asker.name)) {
        throw new HttpProblem(
          422,
          'weak-password',
          'The new password must differ from the old one, and not hold your name.',
        )
      }
      const hash = await passwords.hash(body.next)
      await audit({ by: asker.name, action: 'person.password-changed', subject: `person:${asker.name}`, from })
      await people.setPassword(asker.id, hash)
      await signIns.endOthers(asker.id, asker.signInId)
    }),

    answer(setLanguage, ({ body, asker }) => people.setLanguage(asker.id, body.language)),

    answer(beginTotp, async ({ asker }) => {
      const known = await people.credentials({ id: asker.id })
      // Otherwise whoever finds an open page could put an authenticator of his own in its place.
      if (known?.totp) {
        throw new HttpProblem(409, 'totp-on', 'An authenticator is switched on already: switch it off first.')
      }
      const secret = newTotpSecret()
      await people.beginTotp(asker.id, totpSecrets.seal(secret, asker.id))
      return { secret, uri: totpUri(secret, asker.name) }
    }),

    answer(confirmTotp, async ({ body, asker, from }) => {
      const known = await people.credentials({ id: asker.id })
      if (known?.totpSecret === undefined) throw new HttpProblem(409, 'no-totp', 'Begin with a new secret.')
      if (known.totp) throw new HttpProblem(409, 'totp-on', 'The authenticator is switched on already.')
      if (!(await takeCode(known, body.code))) throw new HttpProblem(422, 'wrong-code', sentences['wrong-code'])
      await audit({ by: asker.name, action: 'person.totp-on', subject: `person:${asker.name}`, from })
      await people.switchTotp(asker.id, true)
    }),

    answer(removeTotp, async ({ body, asker, from }) => {
      await provePassword(asker, body.password, from)
      await audit({ by: asker.name, action: 'person.totp-off', subject: `person:${asker.name}`, from })
      await people.switchTotp(asker.id, false)
    }),
  ]

  async function refuseLocked(name: string): Promise<void> {
    const until = await lockOuts.lockedUntil(name)
    if (until) throw locked(until)
  }

  async function failed(name: string, from: string, code: keyof typeof sentences): Promise<HttpProblem> {
    const until = await lockOuts.noteFailure(name)
    const by = shown(name)
    await audit({ by, action: 'person.sign-in-failed', subject: `person:${by}`, detail: code, from })
    if (until) {
      const detail = `until ${until.toISOString()}`
      await audit({ by: 'system', action: 'person.locked', subject: `person:${by}`, detail, from })
    }
    return until ? locked(until) : new HttpProblem(401, code, sentences[code])
  }

  function locked(until: Date): HttpProblem {
    const seconds = Math.ceil((until.getTime() - now().getTime()) / 1000)
    return new HttpProblem(429, 'locked', `Too many wrong tries under this name: wait ${seconds} s.`)
  }

  /** Somebody at a page that was left open must not get further by guessing. */
  function provePassword(asker: { id: string; name: string }, password: string, from: string): Promise<void> {
    return inTurn(async () => {
      await refuseLocked(asker.name)
      const known = await people.credentials({ id: asker.id })
      if (await passwords.fits(password, known?.passwordHash)) return
      const problem = await failed(asker.name, from, 'wrong-credentials')
      // 401 would say that the sign-in has ended.
      if (problem.status === 429) throw problem
      throw new HttpProblem(422, 'wrong-password', 'That is not your password.')
    })
  }

  async function takeCode({ id, totpSecret }: Credentials, code: string): Promise<boolean> {
    if (totpSecret === undefined) return false
    const period = totpPeriod(totpSecrets.open(totpSecret, id), code, now())
    return period !== undefined && people.takeTotpPeriod(id, period)
  }
}

const sentences = {
  'wrong-credentials': 'Name or password is wrong.',
  'wrong-code': 'The code is wrong, or was used already: wait for the next one.',
} as const

/** What is typed as a name may be a password by mistake: only what can be a name is written down. */
function shown(name: string): string {
  return /^[a-z][a-z0-9._-]{1,39}$/.test(name) ? name : '?'
}

function here(request: Request) {
  const found = signedInWith(request)
  if (!found) throw new HttpProblem(401, 'not-signed-in', 'Sign in first.')
  return found
}

function selfOf({ token, signedIn }: { token: string; signedIn: SignedIn }) {
  const { id, name, displayName, roles, language, totp, mustChangePassword } = signedIn
  return {
    id,
    name,
    displayName,
    roles: [...roles],
    language,
    totp,
    mustChangePassword,
    csrfToken: csrfTokenOf(token),
  }
}

function oneAtATime() {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  return function inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    if (waiting >= mostWaiting) throw new HttpProblem(503, 'busy', 'Too many sign in at once: try again in a moment.')
    waiting += 1
    const done = last.then(task).finally(() => {
      waiting -= 1
    })
    last = done.catch(() => undefined)
    return done
  }
}
