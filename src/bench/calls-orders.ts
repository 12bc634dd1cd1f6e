// What the processes of `bench -- calls` say to one another.

/** Files of raw A-law, in whole frames: what a caller is to hear. */
export interface Heard {
  readonly language: string
  readonly pin: string
  /** By the station's number. */
  readonly answers: Readonly<Record<string, string>>
}

/** A caller to be: whom to ask for, and what must be heard. */
export interface PlannedCall {
  readonly pin: string
  readonly station: string
  /** Milliseconds after the start of the load. */
  readonly atMs: number
}

/**
 * How callers take the standard call: `standard` as everything is measured; `hurried` where only calls count: keys as soon and as
 * fast as Asterisk takes them, and gone once the answer is known to be the right one.
 */
export type Pace = 'standard' | 'hurried'

/** One load, for the process that makes it. */
export interface LoadOrder {
  readonly port: number
  /** The number dialled. */
  readonly to: string
  /** Keys pressed at the language prompt, one after the other: 1, and what must be typed ahead after it. */
  readonly languageKeys: string
  readonly pace: Pace
  /** Who ends the call after the answer. */
  readonly hangsUp: 'line' | 'caller'
  readonly heard: Heard
  readonly calls: readonly PlannedCall[]
}

/** Why a call was not good. */
export type Fault =
  | 'refused'
  | 'no answer to the INVITE'
  | 'no language prompt'
  | 'no PIN prompt'
  | 'no station'
  | 'wrong audio'
  | 'audio missing'
  | 'hung up early'

/** How one call went. Milliseconds; what did not come about is missing. */
export interface CallResult {
  readonly fault?: Fault
  /** SIP status of a refusal. */
  readonly status?: number
  /** INVITE to 200. */
  readonly setupMs?: number
  /** From the first packet of key 1 to the last packet of the prompt. */
  readonly silenceMs?: number
  /** From the end of the last digit to the first packet of the answer. */
  readonly answerMs?: number
  /** The longest time between two packets within a prompt or the answer. */
  readonly longestGapMs: number
  /** From the INVITE to the end. */
  readonly seconds: number
}

/** How well the generator itself kept time. */
export interface Lag {
  /** Packets sent. */
  readonly packets: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** Packets not sent because their time was long past. */
  readonly skipped: number
}

/** What a load came to. */
export interface LoadResult {
  readonly calls: readonly CallResult[]
  readonly lag: Lag
  /** CPU of the generator. */
  readonly cpuMs: number
}

/** What an application says of its memory, after a full garbage collection. */
export interface Memory {
  readonly rssKB: number
  /** The heap and what lies outside it. */
  readonly heapKB: number
}
