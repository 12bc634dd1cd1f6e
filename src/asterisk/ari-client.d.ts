/** The part of npm ari-client 2.2.0 that we use; the package brings no types. */
declare module 'ari-client' {
  import type WebSocket from 'ws'

  type Operation = (parameters: Readonly<Record<string, unknown>>) => Promise<unknown>
  /** Made from the description of the interface that the switch itself gives. */
  type Resource = Readonly<Record<string, Operation | undefined>>

  export interface Client {
    readonly applications: Resource
    readonly asterisk: Resource
    readonly channels: Resource
    readonly playbacks: Resource
    start(application: string): Promise<void>
    stop(): void
    /** The library's own socket, set as soon as `start` is called. */
    readonly _ws: WebSocket
    /** Tells the library's own handlers that the end of the socket was meant. */
    _wsClosed: boolean
  }

  export function connect(url: string, user: string, password: string): Promise<Client>
}
