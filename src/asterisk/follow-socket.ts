import type WebSocket from 'ws'
import type { StreamListeners } from './ari-link.ts'

const pingEveryMs = 5_000

/** Stays with a socket that is being opened until it ends; one that answers no ping is ended. */
export function followSocket(socket: WebSocket, { onOpen, onMessage }: StreamListeners): Promise<void> {
  return new Promise((resolve) => {
    let open = false
    let answered = true
    const ping = setInterval(() => {
      if (!open || !answered) return socket.terminate()
      answered = false
      socket.ping()
    }, pingEveryMs)
    const ended = () => {
      clearInterval(ping)
      socket.removeListener('message', take)
      resolve()
    }
    const take = (text: unknown) => onMessage(parseJson(String(text)))
    socket.on('close', ended)
    socket.on('error', ended)
    socket.on('open', () => {
      open = true
      onOpen()
    })
    socket.on('pong', () => {
      answered = true
    })
    socket.on('message', take)
  })
}

/** Nothing for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
