import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface BreakableWay {
  readonly address: string
  /** Cuts every connection, and lets nobody through until `mend`. */
  break(): void
  mend(): void
  /** How many were told 502 so far. */
  refused(): number
  close(): Promise<void>
}

const badGateway = 'HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n'

/** A way to a server that can be cut, as a proxy's is when the server starts anew: it goes on to answer, with 502. */
export async function openBreakableWay(port: number): Promise<BreakableWay> {
  const sockets = new Set<Socket>()
  let broken = false
  let refused = 0
  const server = createServer((from) => {
    if (broken) {
      from.on('error', () => undefined)
      from.once('data', () => {
        refused += 1
        from.end(badGateway)
      })
      return
    }
    const to = connect(port, '127.0.0.1')
    for (const socket of [from, to]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        from.destroy()
        to.destroy()
      })
    }
    from.pipe(to).pipe(from)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    break() {
      broken = true
      cut()
    },
    mend() {
      broken = false
    },
    refused: () => refused,
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
