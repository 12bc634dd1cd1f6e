/** The part of npm ari-client 2.2.0 that we use; the package brings no types. */
declare module 'ari-client' {
  import type { EventEmitter } from 'node:events'

  type Operation = (parameters: Record<string, unknown>) => Promise<unknown>

  export interface Client extends EventEmitter {
    readonly channels: Record<'answer' | 'hangup' | 'playWithId' | 'record' | 'continueInDialplan' | 'list', Operation>
    readonly playbacks: Record<'get' | 'stop', Operation>
    readonly recordings: Record<'stop' | 'getStored', Operation>
    readonly asterisk: Record<'setGlobalVar', Operation>
    start(application: string): Promise<void>
    stop(): void
    ping(): void
    /** The library's own socket, set as soon as `start` is called. */
    readonly _ws: EventEmitter & { terminate(): void }
    /** Tells the library's own handlers that the end of the socket was meant. */
    _wsClosed: boolean
  }

  export function connect(url: string, user: string, password: string): Promise<Client>
}
