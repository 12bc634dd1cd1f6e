import type { AriEvent } from './ari-event.ts'

/** A channel as ARI lists it. */
export interface ChannelState {
  readonly id: string
  /** Who calls, as the trunk tells it. */
  readonly caller: string
  /** Epoch milliseconds. */
  readonly createdAt: number
  /** With what it came into our application's hands, as StasisStart tells it; nothing where it isn't there. */
  readonly stasisArgs: readonly string[] | undefined
  /** Where in the dialplan it is, or was when it came into an application's hands. */
  readonly extension: string
  readonly context: string
}

export interface RecordRequest {
  readonly name: string
  readonly maxSeconds: number
  readonly maxSilenceSeconds: number
}

/**
 * Asterisk's REST interface as far as a call needs it. Every command has a time limit and rejects with AriError when
 * it fails or is late.
 */
export interface Ari {
  hangup(channelId: string): Promise<void>
  /** @param media ARI media URIs, played as one playback */
  play(channelId: string, playbackId: string, media: readonly string[]): Promise<void>
  stopPlayback(playbackId: string): Promise<void>
  /** `queued`, `playing`, …, or `gone` once it has ended; nothing when Asterisk can't be asked, or ari-client hides the answer. */
  playbackState(playbackId: string): Promise<string | undefined>
  record(channelId: string, request: RecordRequest): Promise<void>
  /** Leaves the application for a place in the dialplan. */
  continueAt(channelId: string, context: string, extension: string): Promise<void>
  channels(): Promise<readonly ChannelState[]>
  /** What a global variable of the dialplan holds; '' for none of this name. */
  global(name: string): Promise<string>
  /** Without a value, there is none of this name any more. */
  setGlobal(name: string, value?: string): Promise<void>
}

export interface AriConnection extends Ari {
  /** Whether events arrive. */
  readonly up: boolean
  close(): void
}

/** REST over the event WebSocket, or npm ari-client: HTTP beside it. */
export type AriWay = 'websocket' | 'ari-client'

export interface AriListeners {
  onEvent(event: AriEvent): void
  /** The event stream is there, for the first time or again; what happened in between was missed. */
  onUp(): void
  onDown(reason: string): void
  /** Once: by which way the switch is spoken to. */
  onWay(way: AriWay): void
  /** Another process took the application over: this one must not fight for it. */
  onReplaced(): void
}

/** A command that Asterisk refused or did not answer in time. */
export class AriError extends Error {
  override readonly name = 'AriError'
  /** HTTP status code of the refusal, where it is known. */
  readonly status: number | undefined

  constructor(message: string, { status, ...options }: ErrorOptions & { status?: number } = {}) {
    super(message, options)
    this.status = status
  }
}
