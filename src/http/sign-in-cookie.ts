import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Request, Response } from 'express'

/** `__Host-`: browsers take it over TLS only, and from this very host. */
const cookieName = (secure: boolean) => (secure ? '__Host-dobush' : 'dobush')

export function readCookie(request: Request, secure: boolean): string | undefined {
  const begin = `${cookieName(secure)}=`
  const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim())
  return cookies.find((cookie) => cookie.startsWith(begin))?.slice(begin.length)
}

/** Until the browser closes or the sign-in ends, whichever is first. */
export function setCookie(reply: Response, token: string, secure: boolean): void {
  reply.cookie(cookieName(secure), token, { httpOnly: true, sameSite: 'strict', secure, path: '/' })
}

export function clearCookie(reply: Response, secure: boolean): void {
  reply.clearCookie(cookieName(secure), { httpOnly: true, sameSite: 'strict', secure, path: '/' })
}

/** Belongs to one sign-in; other sites can make a browser send the cookie at most, never read this. */
export function csrfTokenOf(token: string): string {
  return createHmac('sha256', token).update('csrf').digest('base64url')
}

export function isCsrfToken(given: string | undefined, token: string): boolean {
  const wanted = Buffer.from(csrfTokenOf(token))
  const got = Buffer.from(given ?? '')
  return wanted.length === got.length && timingSafeEqual(wanted, got)
}
