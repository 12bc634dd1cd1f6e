import type { Language } from './language.ts'
import type { PhoneNumber } from './phone-number.ts'
import type { Pin } from './pin.ts'
import type { DeliveryReport, IncomingText, OutgoingState, OutgoingText, SmsOutcome, SmsTextName } from './sms.ts'

/** What is remembered of a sender when a text of theirs is answered. */
export interface Remembered {
  /** The language of the last text from or to this number. */
  readonly language: Language | undefined
  /** Texts it was answered today. */
  readonly answersToday: number
  /** Whether asking for this PIN would be one more than a number may ask for in a day. */
  overLimit(pin: Pin): boolean
}

/** A whole text that came in, with the number it may be answered at. */
export interface ReceivedText extends IncomingText {
  readonly number: PhoneNumber | undefined
}

/** What a text came to. Nothing in it but the outcome outlives the answer. */
export interface AnsweredText {
  readonly outcome: SmsOutcome
  readonly station: string | undefined
  /** The language to remember. */
  readonly language: Language | undefined
  /** PINs this counts as asked for. */
  readonly asked: readonly Pin[]
  /** What is sent back, mostly one text. */
  readonly replies: readonly NewText[]
}

/** A text to be sent, before it is on disk. */
export interface NewText {
  readonly bind: string
  readonly to: PhoneNumber
  readonly name: SmsTextName
  /** Nothing: both. */
  readonly language: Language | undefined
  readonly text: string
  /** How many ids the bind will tell for it. */
  readonly ids: number
  /** The call it was sent out of. */
  readonly callId?: string
}

/** A text on disk that waits to be sent. */
export interface QueuedText extends OutgoingText {
  readonly bind: string
  /** How often it was tried. */
  readonly attempts: number
  readonly createdAt: Date
}

/** What happened to texts that were handed over. */
export type SendingEvent =
  | { readonly kind: 'sent'; readonly id: string; readonly bind: string; readonly messageIds: readonly string[] }
  | {
      readonly kind: 'again'
      readonly id: string
      readonly bind: string
      readonly at: Date
      readonly messageIds: readonly string[]
      readonly fault: string
    }
  | { readonly kind: 'gave-up'; readonly id: string; readonly state: 'rejected' | 'expired'; readonly fault: string }
  /** Nobody knows whether it was taken; it is sent again at `at`, unless a receipt tells until then. */
  | {
      readonly kind: 'doubt'
      readonly id: string
      readonly bind: string
      readonly at: Date
      readonly messageIds: readonly string[]
      readonly fault: string
    }
  | { readonly kind: 'receipt'; readonly report: DeliveryReport }

/**
 * Where texts are kept. What a text says is in it only for as long as it must be: the parts of a long one, sealed, until
 * it is whole; an answer until its state is final.
 */
export interface Messages {
  /**
   * Takes texts in and keeps their answers, all in one transaction. A text or part that was taken before is left out.
   * @param answer called within the transaction, once for each text that is whole and new
   * @returns the answers, to be sent
   */
  take(
    texts: readonly IncomingText[],
    answer: (text: ReceivedText, remembered: Remembered) => AnsweredText,
  ): Promise<readonly QueuedText[]>
  /** Long texts of which a part has been missing for too long, answered as they are. */
  takeIncomplete(answer: (text: ReceivedText, remembered: Remembered) => AnsweredText): Promise<readonly QueuedText[]>
  /** Keeps texts that a call asked for. */
  enqueue(texts: readonly NewText[], callId: string): Promise<readonly QueuedText[]>
  /** The bind this number last texted by, where it is one of these. */
  lastBind(number: PhoneNumber, binds: readonly string[]): Promise<string | undefined>
  /** Texts of a bind that are due to be tried now, oldest first. */
  due(bind: string, now: Date, limit: number): Promise<readonly QueuedText[]>
  /** The moment after this one at which a text of a bind is due next. */
  nextDue(bind: string, after: Date): Promise<Date | undefined>
  /**
   * Of these, those that were still waiting are handed over from now on.
   * @returns their ids
   */
  begin(ids: readonly string[]): Promise<readonly string[]>
  /** In their order. */
  note(events: readonly SendingEvent[]): Promise<void>
  /**
   * Texts that were being handed over when the process before ended, and that nobody is handing over now: from `at` on
   * they are in doubt no longer.
   */
  doubtAll(bind: string, at: Date): Promise<void>
  /** Texts in doubt whose time is up are queued again, to go on where nothing proves that a part was taken. */
  requeueDoubtful(bind: string, now: Date): Promise<number>
  /** Forgets what is only kept for a while. */
  sweep(): Promise<void>
}

/** Counts the different PINs a number asks for in a day. */
export interface PinLimit {
  /** Whether the register may be asked for this PIN on behalf of this number. Remembers it without keeping anybody waiting. */
  admits(number: PhoneNumber, pin: Pin): Promise<boolean>
  /**
   * Keeps a place for one more PIN, whichever that will be.
   * @returns what gives the place back, before `admits` is asked; nothing where the number may ask for no more
   */
  reserve(number: PhoneNumber): Promise<(() => void) | undefined>
}

/** A text as it may be shown: the number masked, and never what it said. */
export interface ListedMessage {
  readonly id: string
  readonly direction: 'in' | 'out'
  readonly at: Date
  readonly bind: string
  readonly number: string
  readonly language: Language | undefined
  /** What a text in came to; which text went out. */
  readonly outcome: SmsOutcome | SmsTextName
  readonly station: string | undefined
  /** Of a text out: what became of it. */
  readonly sending?: {
    readonly state: OutgoingState
    readonly attempts: number
    readonly parts: number
    readonly sentAt: Date | undefined
    readonly finalAt: Date | undefined
    readonly fault: string | undefined
    /** The call it was asked for in. */
    readonly callId: string | undefined
  }
}
