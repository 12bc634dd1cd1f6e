import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface CuttingProxy {
  readonly port: number
  /** Connections that were cut so far. */
  readonly cuts: number
  close(): Promise<void>
}

/**
 * Stands between two ends and cuts each connection after a number of bytes, both directions counted together, wherever
 * in a PDU that is; what came before is still delivered.
 * @param bytesOf how many bytes the next connection lives for; Infinity for ever
 * @param reset whether the cut is a reset, which may swallow what is under way, or an orderly end
 */
export async function startCuttingProxy(
  target: number,
  bytesOf: () => number,
  reset: () => boolean,
): Promise<CuttingProxy> {
  const open = new Set<Socket>()
  const proxy = { cuts: 0 }
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    let left = bytesOf()
    let isCut = false
    const cut = () => {
      if (isCut) return
      isCut = true
      proxy.cuts += 1
      for (const socket of [near, far]) {
        if (reset()) socket.resetAndDestroy()
        else socket.destroySoon()
      }
    }
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from)
      from.setNoDelay(true)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        open.delete(from)
        to.destroySoon()
      })
      from.on('data', (bytes: Buffer) => {
        if (isCut) return
        to.write(bytes.subarray(0, left))
        left -= bytes.length
        if (left <= 0) cut()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    get cuts() {
      return proxy.cuts
    },
    async close() {
      for (const socket of open) socket.destroy()
      const closed = once(server, 'close')
      server.close()
      await closed
    },
  }
}
