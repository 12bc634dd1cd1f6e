import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../../domain/clock.ts'
import type { OutgoingText } from '../../domain/sms.ts'
import type { Log } from '../../log.ts'
import type { SmppBind } from '../../sms-config.ts'
import { countLastMinute } from '../last-minute.ts'
import { makePace } from '../pace.ts'
import { type GatewayState, type Receiver, type Sent, SmsError, type SmsGateway } from '../port.ts'
import { openSession, type Session } from './bind-session.ts'
import { LinkError } from './link.ts'
import { type PduNamed, status } from './pdu.ts'
import { isReceipt, readReceipt, receiptForm } from './receipt.ts'
import { readMessage, type Submission, submissionsFor, submissionsOf } from './short-message.ts'
import { isRetryable, isThrottled, statusName } from './statuses.ts'

export interface SmppEnds {
  readonly password: string
  readonly receiver: Receiver
  readonly now: Clock
  readonly log: Log
}

const firstPauseMs = 500
/** A bind that lasted so long was a good one: the next try comes soon. */
const goodBindMs = 5_000
const firstRestMs = 1_000
const longestRestMs = 30_000

/** Binds to an SMSC, again and again until closed, and takes and sends texts through it. */
export function openSmpp(bind: SmppBind, { password, receiver, now, log }: SmppEnds): SmsGateway {
  const pace = makePace(bind)
  const lastMinute = countLastMinute()
  const closing = new AbortController()
  const sending = new Set<Promise<unknown>>()
  let session: Session | undefined
  let state: Pick<GatewayState, 'status' | 'since' | 'fault'> = { status: 'binding', since: now() }
  /** Refusals for being too fast, one after the other. */
  let throttles = 0

  function become(next: GatewayState['status'], fault?: string): void {
    const since = next === state.status ? state.since : now()
    const changed = next !== state.status
    state = { status: next, since, ...(fault === undefined ? {} : { fault }) }
    if (changed) receiver.changed()
  }

  async function take(pdu: PduNamed<'deliver_sm' | 'data_sm'>): Promise<number> {
    try {
      if (isReceipt(pdu)) await takeReceipt(pdu)
      else {
        lastMinute.count('in')
        const { text, part } = readMessage(pdu, bind)
        await receiver.receive({ bind: bind.name, from: pdu.fields.source_addr, text, ...(part ? { part } : {}) })
      }
      return status.ok
    } catch (error) {
      log.error({ err: error, bind: bind.name }, 'a text could not be kept: the SMSC is asked to bring it again')
      return status.tryLater
    }
  }

  async function takeReceipt(pdu: PduNamed<'deliver_sm' | 'data_sm'>): Promise<void> {
    const receipt = readReceipt(pdu, bind)
    if (receipt === undefined) return log.warn({ bind: bind.name }, 'a delivery receipt could not be read')
    if (receipt.state === 'under-way') return
    await receiver.receipt({
      bind: bind.name,
      messageId: receipt.messageId,
      to: pdu.fields.source_addr,
      state: receipt.state,
      ...(receipt.reference === undefined ? {} : { reference: receipt.reference }),
      ...(receipt.error === undefined ? {} : { error: receipt.error }),
    })
  }

  async function keepBound(): Promise<void> {
    for (let tries = 0; !closing.signal.aborted; tries += 1) {
      const startedAt = performance.now()
      const why = await bindOnce()
      if (closing.signal.aborted) return
      if (performance.now() - startedAt > goodBindMs) tries = 0
      log.warn({ bind: bind.name, why }, 'the bind is down')
      const longest = Math.min(firstPauseMs * 2 ** tries, bind.reconnectSeconds * 1000)
      await pause(longest * (0.5 + Math.random() / 2), undefined, { signal: closing.signal }).catch(() => undefined)
    }
  }

  /** @returns why it is over, or did not come about */
  async function bindOnce(): Promise<string> {
    try {
      const opened = await openSession(bind, password, {
        host: bind.host,
        port: bind.port,
        tls: tlsOf(bind),
        answerMs: bind.answerSeconds * 1000,
        enquireMs: bind.enquireSeconds * 1000,
        onMessage: take,
        onOddity: (what) => log.warn({ bind: bind.name, what }, 'the SMSC sent what makes no sense'),
      })
      session = opened
      if (closing.signal.aborted) await opened.close()
      else {
        log.info({ bind: bind.name }, 'bound')
        become('bound')
      }
      const why = await opened.ended
      session = undefined
      become('binding', why)
      return why
    } catch (error) {
      const why = (error as Error).message
      become('down', why)
      return why
    }
  }

  async function submit(submission: Submission): Promise<string> {
    const leave = await pace.enter()
    try {
      if (session === undefined) throw new LinkError('The bind is down.', false)
      const answer = await session.request('submit_sm', submission.fields, submission.tlvs)
      if (answer.status !== status.ok) throw refusal(answer.status)
      throttles = 0
      lastMinute.count('out')
      // One that gives no id is told from the others all the same.
      return receiptForm(answer.messageId, bind) || `none-${randomUUID()}`
    } finally {
      leave()
    }
  }

  function refusal(code: number): SmsError {
    const message = `The SMSC refused it (${statusName(code)}).`
    if (!isThrottled(code)) return new SmsError(message, { retryable: isRetryable(code) })
    const restMs = Math.min(firstRestMs * 2 ** throttles, longestRestMs)
    throttles += 1
    pace.pause(restMs)
    return new SmsError(message, { retryable: true, retryAfterMs: restMs * (1 + Math.random()) })
  }

  /** One after the other: then what was taken of a text is its first parts, however it ends. */
  async function sendParts(text: OutgoingText): Promise<Sent> {
    const messageIds: string[] = []
    for (const submission of submissionsOf(bind, text).slice(text.taken)) {
      try {
        messageIds.push(await submit(submission))
      } catch (error) {
        throw failureOf(error, messageIds)
      }
    }
    return { messageIds }
  }

  function failureOf(error: unknown, messageIds: readonly string[]): unknown {
    if (error instanceof LinkError) {
      return new SmsError(error.message, { retryable: true, inDoubt: error.asked, messageIds, cause: error })
    }
    if (!(error instanceof SmsError)) return error
    const { message, retryable, retryAfterMs } = error
    return new SmsError(message, { retryable, messageIds, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
  }

  const kept = keepBound()

  return {
    name: bind.name,
    idsFor: (text) => submissionsFor(bind, text),

    async send(text) {
      if (session === undefined) throw new SmsError('The bind is down.', { retryable: true })
      const sent = sendParts(text)
      sending.add(sent)
      try {
        return await sent
      } finally {
        sending.delete(sent)
      }
    },

    state() {
      const { used, size, queued } = pace.state()
      return { name: bind.name, kind: 'smpp', ...state, window: { used, size }, queued, lastMinute: lastMinute.read() }
    },

    lastHour: lastMinute.hour,

    async close() {
      closing.abort()
      pace.close(new SmsError('The line is closing.', { retryable: true }))
      await Promise.allSettled(sending)
      await session?.close()
      await kept
    },
  }
}

function tlsOf({ tls }: SmppBind): false | { ca?: string; serverName?: string } {
  if (tls === false || tls === true) return tls && {}
  const { ca, serverName } = tls
  return { ...(ca === undefined ? {} : { ca }), ...(serverName === undefined ? {} : { serverName }) }
}
