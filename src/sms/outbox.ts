import type { Clock } from '../domain/clock.ts'
import type { Messages, QueuedText, SendingEvent } from '../domain/messages.ts'
import type { Log } from '../log.ts'
import { SmsError, type SmsGateway } from './port.ts'

export interface Outbox {
  /** These are on disk and due now. */
  add(texts: readonly QueuedText[]): void
  /** Looks whether something can be sent: the bind may be up again. */
  wake(): void
  /** Takes nothing new up, closes the gateway, and sees what was handed over to its end. */
  close(): Promise<void>
}

export interface OutboxOptions {
  readonly gateway: SmsGateway
  readonly messages: Messages
  /** Writes down what happened; resolves once it is on disk. */
  readonly note: (event: SendingEvent) => Promise<void>
  readonly now: Clock
  readonly log: Log
  /** Hours after which a text is of no use any more. */
  readonly validityHours: number
  readonly doubtSeconds: number
}

/** So many wait in memory; the rest, on disk. */
const mostWaiting = 1000
const longestPauseMs = 5 * 60_000

/**
 * Hands a bind's texts over, as many at once as its window holds, and tries again what may succeed. Every text is on disk
 * as `sending` before it is handed over. When the answer is lost with the process or the connection, a receipt tells
 * whether it was taken; where none comes while the bind is up, it is sent again: two answers are better than none.
 */
export function openOutbox(options: OutboxOptions): Outbox {
  const { gateway, messages, note, now, log, validityHours, doubtSeconds } = options
  const { name } = gateway
  const waiting: QueuedText[] = []
  /** Whether there may be texts on disk that are due and not in `waiting`. */
  let moreOnDisk = true
  /** When the first of those that are tried again later is due. */
  let nextAt = Infinity
  /** When the last of those in doubt is so no longer. */
  let doubtUntil: number | undefined
  const inHand = new Set<string>()
  const handing = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let isFirst = true
  let again = false
  let closed = false

  function wake(): void {
    if (closed) return
    again = true
    running ??= run().finally(() => {
      running = undefined
      if (again) wake()
    })
  }

  async function run(): Promise<void> {
    try {
      if (isFirst) await doubtLeftOver()
      while (again && !closed) {
        again = false
        await step()
      }
    } catch (error) {
      log.error({ err: error, bind: name }, 'texts could not be taken up for sending')
      again = false
      // What was not read or not settled is so next time.
      moreOnDisk = true
      doubtUntil ??= now().getTime()
      sleepUntil(now().getTime() + 5_000)
    }
  }

  /** What the process before was handing over when it ended. */
  async function doubtLeftOver(): Promise<void> {
    doubtUntil = now().getTime() + doubtSeconds * 1000
    await messages.doubtAll(name, new Date(doubtUntil))
    isFirst = false
  }

  async function step(): Promise<void> {
    const { status, since, window } = gateway.state()
    if (status !== 'bound') return
    await settleDoubts(since)
    // Twice the window: while some wait for the disk, the window is full all the same.
    const room = 2 * window.size - inHand.size
    if (room <= 0) return
    if (nextAt <= now().getTime()) moreOnDisk = true
    if (waiting.length === 0 && moreOnDisk) await refill()
    const batch = waiting.splice(0, room)
    if (batch.length === 0) return sleepUntil(Math.min(nextAt, doubtUntil ?? Infinity))
    const begun = new Set(await beginAll(batch))
    for (const text of batch) {
      if (!begun.has(text.id)) continue
      const handed = handOver(text).finally(() => handing.delete(handed))
      handing.add(handed)
    }
    again = true
  }

  async function refill(): Promise<void> {
    const at = now()
    // Before it is read: what becomes due during it may not be in what is read.
    moreOnDisk = false
    nextAt = Infinity
    const due = await messages.due(name, at, mostWaiting)
    if (due.length === mostWaiting) moreOnDisk = true
    const next = await messages.nextDue(name, at)
    if (next) nextAt = Math.min(nextAt, next.getTime())
    const known = new Set(waiting.map(({ id }) => id))
    waiting.unshift(...due.filter(({ id }) => !inHand.has(id) && !known.has(id)))
  }

  async function beginAll(batch: readonly QueuedText[]): Promise<readonly string[]> {
    for (const { id } of batch) inHand.add(id)
    try {
      const begun = await messages.begin(batch.map(({ id }) => id))
      for (const { id } of batch) if (!begun.includes(id)) inHand.delete(id)
      return begun
    } catch (error) {
      for (const { id } of batch) inHand.delete(id)
      throw error
    }
  }

  /** A receipt can only come while the bind is up: only that time counts. */
  async function settleDoubts(boundSince: Date): Promise<void> {
    const at = now()
    if (doubtUntil === undefined || doubtUntil > at.getTime()) return
    const heardOut = boundSince.getTime() + doubtSeconds * 1000
    if (heardOut > at.getTime()) {
      doubtUntil = heardOut
      return
    }
    doubtUntil = undefined
    const queued = await messages.requeueDoubtful(name, at)
    if (queued === 0) return
    log.warn({ bind: name, texts: queued }, 'no receipt told whether texts were taken: they are sent again')
    moreOnDisk = true
  }

  async function handOver(text: QueuedText): Promise<void> {
    try {
      const outcome = await outcomeOf(text)
      await note(outcome)
      // Not before: what is looked for on disk must be there.
      if (outcome.kind === 'again') nextAt = Math.min(nextAt, outcome.at.getTime())
      if (outcome.kind === 'doubt') doubtUntil = Math.max(doubtUntil ?? 0, outcome.at.getTime())
    } catch (error) {
      // It stays `sending`, and is in doubt at the next start.
      log.error({ err: error, bind: name }, 'what became of a text could not be written down')
    } finally {
      inHand.delete(text.id)
      wake()
    }
  }

  async function outcomeOf(text: QueuedText): Promise<SendingEvent> {
    const { id } = text
    const expiresAt = text.createdAt.getTime() + validityHours * 3_600_000
    if (now().getTime() > expiresAt)
      return { kind: 'gave-up', id, state: 'expired', fault: 'It could not be sent in time.' }
    try {
      const { messageIds } = await gateway.send(text)
      return { kind: 'sent', id, bind: name, messageIds }
    } catch (error) {
      const fault =
        error instanceof SmsError ? error : new SmsError('The gateway failed.', { retryable: true, cause: error })
      if (!(error instanceof SmsError)) log.error({ err: error, bind: name }, 'a gateway failed')
      if (fault.inDoubt) {
        const at = new Date(now().getTime() + doubtSeconds * 1000)
        return { kind: 'doubt', id, bind: name, at, messageIds: fault.messageIds, fault: fault.message }
      }
      if (!fault.retryable) return { kind: 'gave-up', id, state: 'rejected', fault: fault.message }
      const at = new Date(now().getTime() + (fault.retryAfterMs ?? pauseAfter(text.attempts)))
      return { kind: 'again', id, bind: name, at, messageIds: fault.messageIds, fault: fault.message }
    }
  }

  function sleepUntil(at: number): void {
    clearTimeout(timer)
    if (at === Infinity) return
    timer = setTimeout(wake, Math.min(Math.max(at - now().getTime(), 10), longestPauseMs)).unref()
  }

  return {
    add(texts) {
      // Behind those that wait on disk, if there are such.
      if (moreOnDisk || waiting.length + texts.length > mostWaiting) moreOnDisk = true
      else waiting.push(...texts)
      wake()
    },
    wake,
    async close() {
      closed = true
      clearTimeout(timer)
      await running
      await gateway.close()
      await Promise.all(handing)
    },
  }
}

/** One second, then twice as long each time, and not all at once. */
function pauseAfter(attempts: number): number {
  return Math.min(1000 * 2 ** attempts, longestPauseMs) * (0.5 + Math.random() / 2)
}
