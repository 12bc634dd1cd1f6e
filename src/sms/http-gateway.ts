import { once } from 'node:events'
import { connect } from 'node:net'
import type { Router } from 'express'
import type { OutgoingText } from '../domain/sms.ts'
import { countLastMinute } from './last-minute.ts'
import { makePace } from './pace.ts'
import { type GatewayState, type Receiver, type Sent, SmsError, type SmsGateway } from './port.ts'

/** What a gateway that is reached by HTTP has of its own. */
export interface HttpProtocol {
  readonly kind: GatewayState['kind']
  /** Where texts are handed over, as a POST. */
  readonly url: URL
  request(text: OutgoingText): { readonly headers: Record<string, string>; readonly body: string }
  /**
   * What an answer means.
   * @throws SmsError where the text was not taken
   */
  accepted(
    answer: { readonly status: number; readonly body: string; readonly retryAfterMs?: number },
    text: OutgoingText,
  ): Sent
  /** Whether the other side takes a text once that it is given twice under one id. */
  readonly onceById: boolean
}

export interface HttpGateway extends SmsGateway {
  /** The other side brought something, so it lives. */
  heard(): void
}

export interface HttpEnds {
  readonly gateway: SmsGateway
  /** What the other side brings, below `/NAME`. */
  readonly router: Router
}

export interface HttpBind {
  readonly name: string
  readonly perSecond: number
  readonly window: number
  readonly answerSeconds: number
}

// No byte of the request can have gone out.
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

const firstPauseMs = 1000
const longestPauseMs = 60_000

/**
 * Sends texts by HTTP. There is no connection that could be up or down: it counts as bound while its address can be
 * connected to, and for a while not after a failure that another try may mend.
 */
export function makeHttpGateway(
  bind: HttpBind,
  protocol: HttpProtocol,
  { receiver, now }: { readonly receiver: Pick<Receiver, 'changed'>; readonly now: () => Date },
): HttpGateway {
  const pace = makePace(bind)
  const lastMinute = countLastMinute()
  const underWay = new Set<Promise<unknown>>()
  let status: GatewayState['status'] = 'binding'
  let since = now()
  let fault: string | undefined

  function become(next: GatewayState['status'], why?: string): void {
    fault = why
    if (next === status) return
    status = next
    since = now()
    receiver.changed()
  }

  let failures = 0
  let timer: NodeJS.Timeout | undefined
  let closed = false

  function works(): void {
    failures = 0
    clearTimeout(timer)
    timer = undefined
    become('bound')
  }

  function failed(why: string, look: () => Promise<boolean>, pauseMs?: number): void {
    become('down', why)
    // One after another: of many texts that fail at once, the first sets the pause.
    if (timer !== undefined || closed) return
    const growing = Math.min(firstPauseMs * 2 ** failures, longestPauseMs) * (0.5 + Math.random() / 2)
    failures += 1
    timer = setTimeout(() => void tryAgain(look), pauseMs ?? growing).unref()
  }

  async function tryAgain(look: () => Promise<boolean>): Promise<void> {
    timer = undefined
    const isThere = await look()
    if (closed || status === 'bound') return
    if (isThere) become('bound')
    else failed(unreachable('no connection'), canConnect)
  }

  async function canConnect(): Promise<boolean> {
    const { hostname, port, protocol: scheme } = protocol.url
    const socket = connect({
      // An IPv6 address stands in brackets in a URL.
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || (scheme === 'https:' ? 443 : 80),
    })
    try {
      await once(socket, 'connect', { signal: AbortSignal.timeout(bind.answerSeconds * 1000) })
      return true
    } catch {
      return false
    } finally {
      socket.destroy()
    }
  }

  const unreachable = (code: string) => `${bind.name} can't be reached by HTTP (${code}).`
  const atOnce = async () => true

  async function exchange(text: OutgoingText): Promise<Sent> {
    const { headers, body } = protocol.request(text)
    // A redirection would carry the password to whoever is named in it.
    const options = { method: 'POST', headers, body, redirect: 'error' } as const
    let answer: Parameters<HttpProtocol['accepted']>[0]
    try {
      const response = await fetch(protocol.url, { ...options, signal: AbortSignal.timeout(bind.answerSeconds * 1000) })
      const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
      answer = {
        status: response.status,
        body: await response.text(),
        ...(Number.isFinite(retryAfter) ? { retryAfterMs: retryAfter * 1000 } : {}),
      }
    } catch (error) {
      const code = codeOf(error)
      const message = unreachable(code)
      failed(message, canConnect)
      throw new SmsError(message, {
        retryable: true,
        inDoubt: !protocol.onceById && !neverConnected.has(code),
        cause: error,
      })
    }
    try {
      const sent = protocol.accepted(answer, text)
      works()
      lastMinute.count('out')
      return sent
    } catch (error) {
      if (error instanceof SmsError && error.retryable) {
        failed(error.message, atOnce, error.retryAfterMs)
      } else {
        works()
      }
      throw error
    }
  }

  void tryAgain(canConnect)
  return {
    name: bind.name,
    idsFor: () => 1,
    async send(text) {
      const leave = await pace.enter()
      const exchanged = exchange(text).finally(leave)
      underWay.add(exchanged)
      try {
        return await exchanged
      } finally {
        underWay.delete(exchanged)
      }
    },
    state() {
      const { used, size, queued } = pace.state()
      return {
        name: bind.name,
        kind: protocol.kind,
        status,
        since,
        window: { used, size },
        queued,
        lastMinute: lastMinute.read(),
        ...(fault === undefined ? {} : { fault }),
      }
    },
    lastHour: lastMinute.hour,
    heard() {
      lastMinute.count('in')
      works()
    },
    async close() {
      closed = true
      clearTimeout(timer)
      pace.close(new SmsError(`${bind.name} is closed.`, { retryable: true }))
      await Promise.allSettled(underWay)
    },
  }
}

/** The system's or TLS's code; fetch keeps it in the cause. */
function codeOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: string; cause?: { code?: unknown } }
  if (name === 'TimeoutError') return 'no answer in time'
  return String(cause?.code ?? code ?? name)
}
