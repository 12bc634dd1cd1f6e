/** The part of npm ws that we use, the same from 6 (which ari-client brings) to 8; the package brings no types. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events'
  import type { Server } from 'node:http'

  export default class WebSocket extends EventEmitter {
    static readonly Server: new (options: {
      server: Server
    }) => EventEmitter & { readonly clients: Set<WebSocket> }
    constructor(address: string, options: { headers: Record<string, string>; perMessageDeflate: boolean })
    /** `sent` gets an error where the socket is not open, which would otherwise be thrown. */
    send(text: string, sent: (error?: Error) => void): void
    ping(): void
    close(): void
    terminate(): void
  }
}
