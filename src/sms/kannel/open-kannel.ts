import express, { type Request } from 'express'
import type { FinalState } from '../../domain/sms.ts'
import type { Log } from '../../log.ts'
import type { KannelBind } from '../../sms-config.ts'
import { UserError } from '../../user-error.ts'
import { type HttpEnds, makeHttpGateway } from '../http-gateway.ts'
import { bodyLimit, takeInbound, UnusableRequest } from '../http-inbound.ts'
import { type Receiver, SmsError } from '../port.ts'

const validityMinutes = 24 * 60

/** Kannel's bits for what is final; one that expired comes as undeliverable, too, so the first that fits counts. */
const finalBits: readonly (readonly [number, FinalState])[] = [
  [1, 'delivered'],
  [16, 'rejected'],
  [32, 'expired'],
  [2, 'undeliverable'],
]
const receiptMask = 1 + 2 + 16

const wrongPasswordPauseMs = 60_000

/**
 * A gateway over Kannel's smsbox: texts go out by sendsms, as a POST so that neither text nor password stands in a URL,
 * and come in by the `post-url` of an sms-service. The password is one for both directions.
 * @throws UserError where the settings can't be used
 */
export function openKannel(
  bind: KannelBind,
  {
    password,
    receiver,
    now,
    log,
  }: { readonly password: string; readonly receiver: Receiver; readonly now: () => Date; readonly log: Log },
): HttpEnds {
  const { name, username } = bind
  // Kannel takes what stands before the @ of a URL as it is, whatever is escaped in it.
  if (!/^[A-Za-z0-9._~-]+$/.test(password) || !/^[A-Za-z0-9._~-]+$/.test(username)) {
    throw new UserError(
      `Kannel can't carry the user name or password of sms.binds ${name} in an address: make both of letters, digits, dots and dashes only.`,
    )
  }
  const url = new URL(bind.url)
  const receiptUrl = new URL(bind.callback)
  if (url.username || receiptUrl.username) {
    throw new UserError(
      `An address of sms.binds ${name} holds a user name: leave it out, username and passwordFile are put in where they belong.`,
    )
  }
  receiptUrl.username = username
  receiptUrl.password = password
  const receiptBase = `${receiptUrl.href.replace(/\/$/, '')}/${name}/receipt`

  const gateway = makeHttpGateway(
    bind,
    {
      kind: 'kannel',
      onceById: false,
      url,
      request: (text) => ({
        headers: {
          'content-type': 'text/plain; charset=UTF-8',
          'x-kannel-username': username,
          'x-kannel-password': password,
          'x-kannel-from': bind.from,
          'x-kannel-to': text.to,
          // UCS-2: no Kyrgyz or Russian text fits GSM-7.
          'x-kannel-coding': '2',
          'x-kannel-validity': String(validityMinutes),
          'x-kannel-dlr-mask': String(receiptMask),
          'x-kannel-dlr-url': `${receiptBase}?id=${text.id}&reference=${text.reference}&state=%d&reply=%A`,
          ...(bind.smscId === undefined ? {} : { 'x-kannel-smsc': bind.smscId }),
        },
        body: text.text,
      }),
      accepted: (answer, text) => {
        whatKannelSays(name, answer.status)
        return { messageIds: [text.id] }
      },
    },
    { receiver, now },
  )

  const router = express.Router()
  const secret = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  // It brings again whatever is not answered with 200 or 202.
  const inbound = { name, secret, log, done: 200 }
  const text = takeInbound(inbound, async (request) => {
    const from = request.get('x-kannel-from')
    if (!from) throw new UnusableRequest('X-Kannel-From is missing: set send-sender to true.')
    const { id } = request.query
    await receiver.receive({
      bind: name,
      from,
      text: bodyText(request),
      ...(typeof id === 'string' && id !== '' ? { messageId: id } : {}),
    })
    gateway.heard()
  })
  router.post('/text', express.raw({ type: () => true, limit: bodyLimit }), text)
  const receipt = takeInbound(inbound, async ({ query }) => {
    const { id, state, reference, reply } = query as Record<string, string | undefined>
    const final = finalBits.find(([bit]) => Number(state) & bit)?.[1]
    if (!id || !final) throw new UnusableRequest('A receipt has an id and a state that is final.')
    const said = typeof reply === 'string' ? reply : ''
    const error = /\berr:(\w+)/.exec(said)?.[1] ?? /^NACK\/(\w+)/.exec(said)?.[1]
    await receiver.receipt({
      bind: name,
      messageId: id,
      state: final,
      ...(Number(reference) > 0 ? { reference: Number(reference) } : {}),
      ...(error === undefined ? {} : { error }),
    })
    gateway.heard()
  })
  router.get('/receipt', receipt)
  return { gateway, router }
}

/** @throws SmsError unless Kannel took the text; its answers are in chapter "Using HTTP" of its user's guide */
function whatKannelSays(name: string, status: number): void {
  if (status === 202 || status === 200) return
  if (status === 401 || status === 403) {
    throw new SmsError(`Kannel refuses the user name or password of ${name}.`, {
      retryable: true,
      retryAfterMs: wrongPasswordPauseMs,
    })
  }
  throw new SmsError(`Kannel does not take texts of ${name} (HTTP ${status}).`, {
    retryable: status >= 500 || status === 408 || status === 429,
  })
}

/** @throws UnusableRequest for a charset that Kannel does not send */
function bodyText(request: Request): string {
  const body: unknown = request.body
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  // 8-bit data, which no person typed.
  if (request.is('application/octet-stream')) return ''
  const charset = /charset="?([^";]+)/i.exec(request.get('content-type') ?? '')?.[1] ?? 'UTF-8'
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    throw new UnusableRequest(`The charset ${charset} is not known.`)
  }
}
