import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import type { SwitchFiles } from '../../src/setup/render-dialplan.ts'

interface AriEvent {
  readonly type: string
  readonly args?: string[]
  readonly channel?: { readonly id: string }
}

export interface AriEvents {
  /** The next event of this type. */
  next(type: string): Promise<AriEvent>
  /** As if the application were killed. */
  cut(): void
}

/** Takes calls as the application `dobush` and does nothing with them. Node 20 has no WebSocket of its own. */
export async function listenAsApplication(files: SwitchFiles): Promise<AriEvents> {
  const asked = request(`${files.ariUrl}/ari/events?app=dobush`, {
    auth: `${files.ariUser}:${files.ariPassword}`,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
    },
  }).end()
  const [, socket, head] = (await once(asked, 'upgrade')) as [IncomingMessage, Socket, Buffer]
  const events: AriEvent[] = []
  let received = head
  let wake = () => {}
  const take = (data: Buffer) => {
    received = Buffer.concat([received, data])
    for (let frame = cutFrame(received); frame; frame = cutFrame(received)) {
      received = frame.rest
      events.push(JSON.parse(frame.text))
    }
    wake()
  }
  socket.on('data', take)
  socket.on('error', () => undefined)
  return {
    async next(type) {
      for (;;) {
        const at = events.findIndex((event) => event.type === type)
        const [found] = at < 0 ? [] : events.splice(at, 1)
        if (found) return found
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    cut: () => socket.resetAndDestroy(),
  }
}

/** Splits one whole unmasked frame off the front: Asterisk sends nothing longer than 64 KB and fragments nothing. */
function cutFrame(data: Buffer): { text: string; rest: Buffer } | undefined {
  if (data.length < 4) return undefined
  const short = (data[1] ?? 0) & 0x7f
  const [start, length] = short === 126 ? [4, data.readUInt16BE(2)] : [2, short]
  if (data.length < start + length) return undefined
  return { text: data.toString('utf8', start, start + length), rest: data.subarray(start + length) }
}
