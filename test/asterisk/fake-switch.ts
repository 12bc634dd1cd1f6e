import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export interface Request {
  readonly type: 'RESTRequest'
  readonly request_id: string
  readonly method: string
  readonly uri: string
  readonly query_strings: readonly { readonly name: string; readonly value: string }[]
  readonly message_body?: string
}

/** What Asterisk answers a command: nothing for no answer at all. */
export type Answering = (request: Request) => { status: number; body?: unknown } | undefined

export interface FakeSwitch {
  readonly url: string
  readonly port: number
  /** How event sockets were asked for. */
  readonly upgrades: readonly IncomingMessage[]
  readonly requests: readonly Request[]
  answering: Answering
  /** Sends text to whoever listens to events. */
  say(text: string): void
  /** Breaks every event socket. */
  breakSockets(): void
  close(): Promise<void>
}

/** The part of ARI that is below the commands: its description, and the event WebSocket that takes commands. */
export async function openFakeSwitch({ events = '"RESTRequest"', port = 0 } = {}): Promise<FakeSwitch> {
  const server = createServer((request, response) => {
    const known = request.url === '/ari/api-docs/events.json'
    response.writeHead(known ? 200 : 404, { connection: 'close' }).end(known ? events : '{}')
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  const upgrades: IncomingMessage[] = []
  const requests: Request[] = []
  const sockets = new WebSocketServer({ server })
  const fake = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    port: (server.address() as AddressInfo).port,
    upgrades,
    requests,
    answering: (() => ({ status: 204 })) as Answering,
    say(text: string) {
      for (const socket of sockets.clients) socket.send(text, () => undefined)
    },
    breakSockets() {
      for (const socket of sockets.clients) socket.terminate()
    },
    async close() {
      fake.breakSockets()
      server.close()
      await once(server, 'close')
    },
  }
  sockets.on('connection', (socket: WebSocket, upgrade: IncomingMessage) => {
    upgrades.push(upgrade)
    socket.on('message', (text: unknown) => {
      const request = JSON.parse(String(text)) as Request
      requests.push(request)
      const answer = fake.answering(request)
      if (!answer) return
      const { status, body } = answer
      socket.send(
        JSON.stringify({
          type: 'RESTResponse',
          request_id: request.request_id,
          status_code: status,
          reason_phrase: `reason ${status}`,
          ...(body !== undefined && { message_body: JSON.stringify(body) }),
        }),
        () => undefined,
      )
    })
  })
  return fake
}
