import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface BreakableWay {
  readonly address: string
  /** Cuts every connection, and lets nobody in until `mend`. */
  break(): void
  mend(): void
  close(): Promise<void>
}

/** A way to a server that can be cut, as a network is. */
export async function openBreakableWay(port: number): Promise<BreakableWay> {
  const sockets = new Set<Socket>()
  let broken = false
  const server = createServer((from) => {
    if (broken) return from.resetAndDestroy()
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
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
