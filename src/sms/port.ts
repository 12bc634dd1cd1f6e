import type { DeliveryReport, IncomingText, OutgoingText } from '../domain/sms.ts'
import type { LastHour } from './last-minute.ts'

/** What came of handing a text over. */
export interface Sent {
  /** The other side's ids, as many as `idsFor` says; empty where it gives none. */
  readonly messageIds: readonly string[]
}

/** One connection to one operator, by whatever protocol. Texts go through it in both directions. */
export interface SmsGateway {
  readonly name: string
  /** How many ids `send` will tell for a text: the parts it is split into here, or 1 where the other side splits it. */
  idsFor(text: string): number
  /**
   * Hands a text over and waits until the other side has taken it.
   * @throws SmsError
   */
  send(text: OutgoingText): Promise<Sent>
  state(): GatewayState
  lastHour(): LastHour
  /** Ends in order: what was received is acknowledged, nothing new is taken. */
  close(): Promise<void>
}

/** How a bind is, for health, metrics and the console. */
export interface GatewayState {
  readonly name: string
  readonly kind: 'smpp' | 'kannel' | 'webhook'
  /** `bound`: texts can be sent now. `binding`: trying to. */
  readonly status: 'bound' | 'binding' | 'down'
  readonly since: Date
  /** Texts handed over and not yet answered for, and how many there may be. */
  readonly window: { readonly used: number; readonly size: number }
  /** Waiting for the window or for the throughput that was agreed. */
  readonly queued: number
  /** In the last 60 seconds. */
  readonly lastMinute: { readonly in: number; readonly out: number }
  /** One sentence, without passwords and numbers, while it is not bound. */
  readonly fault?: string
}

/** Whom a gateway hands what it received to. */
export interface Receiver {
  /** Resolves once the text, or what it came to, is on disk: only then may it be acknowledged. Rejects: it must not be. */
  receive(text: IncomingText): Promise<void>
  /** As `receive`, for a receipt. */
  receipt(report: DeliveryReport): Promise<void>
  /** Called at every change of `status`. */
  changed(): void
}

/** A text that was not taken, or may not have been. */
export class SmsError extends Error {
  override readonly name = 'SmsError'
  /** Whether another try can succeed. */
  readonly retryable: boolean
  /** Milliseconds the other side wants to be left alone. */
  readonly retryAfterMs: number | undefined
  /** True: it was handed over and the answer never came, so that it may have been taken all the same. */
  readonly inDoubt: boolean
  /** Ids of the parts that were taken all the same: another try goes on behind them. */
  readonly messageIds: readonly string[]

  /** @param message one sentence, without the text, the number or a secret: it is stored and shown */
  constructor(
    message: string,
    {
      retryable,
      retryAfterMs,
      inDoubt = false,
      messageIds = [],
      cause,
    }: {
      retryable: boolean
      retryAfterMs?: number
      inDoubt?: boolean
      messageIds?: readonly string[]
      cause?: unknown
    },
  ) {
    super(message, { cause })
    this.retryable = retryable
    this.retryAfterMs = retryAfterMs
    this.inDoubt = inDoubt
    this.messageIds = messageIds
  }
}
