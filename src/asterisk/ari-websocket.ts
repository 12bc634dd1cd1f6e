import WebSocket from 'ws'
import { deferred } from '../deferred.ts'
import { AriError } from './ari.ts'
import type { Command } from './ari-commands.ts'
import type { AriAccess, AriLink } from './ari-link.ts'
import { followSocket, parseJson } from './follow-socket.ts'
import { commandLimitMs, within } from './within.ts'

/** How long a command waits where the connection has just broken: the first tries to open it again take less. */
const reopenLimitMs = 1_000

interface RestResponse {
  readonly type: 'RESTResponse'
  readonly request_id: string
  readonly status_code: number
  readonly reason_phrase: string
  readonly message_body?: string
}

/** A command that was sent and not answered yet. */
interface Pending {
  answer(response: RestResponse): void
  fail(why: string): void
}

/**
 * ARI over its event socket alone: commands are RESTRequest messages, which Asterisk takes since 22.4, 21.9 and 20.14.
 * It works on them one after the other.
 */
export function webSocketLink({ url, user, password, application }: AriAccess): AriLink {
  const address = `${url.replace(/^http/, 'ws')}/ari/events?app=${encodeURIComponent(application)}&subscribeAll=false`
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const pending = new Map<string, Pending>()
  let socket: WebSocket | undefined
  let opened = deferred<void>()
  let open = false
  let count = 0

  const request = (command: Command): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = String(++count)
      const settle = (act: () => void) => {
        clearTimeout(late)
        pending.delete(id)
        act()
      }
      const fail = (why: string) => settle(() => reject(new AriError(why)))
      const late = setTimeout(fail, commandLimitMs, `Asterisk did not answer within ${commandLimitMs / 1000} s`)
      pending.set(id, {
        fail,
        answer: ({ status_code: status, reason_phrase: reason, message_body: body }) =>
          settle(() => {
            if (status >= 200 && status < 300) resolve(body && parseJson(body))
            else reject(new AriError(`Asterisk refused the command: ${status} ${reason}`, { status }))
          }),
      })
      // A socket that can't send is about to end, and its end fails the command.
      socket?.send(restRequest(id, command), () => undefined)
    })

  return {
    async stay({ onOpen, onMessage }) {
      socket = new WebSocket(address, { headers: { authorization }, perMessageDeflate: false })
      await followSocket(socket, {
        onOpen() {
          open = true
          opened.resolve()
          onOpen()
        },
        onMessage(message) {
          if (isRestResponse(message)) pending.get(message.request_id)?.answer(message)
          else onMessage(message)
        },
      })
      open = false
      opened = deferred()
      for (const { fail } of [...pending.values()]) fail('The connection to Asterisk broke')
    },
    async send(command) {
      if (!open) await within(reopenLimitMs, opened.promise)
      return request(command)
    },
    close: () => socket?.close(),
  }
}

function restRequest(id: string, { method, path, parameters, body }: Command): string {
  let uri = path
  const query: { name: string; value: string }[] = []
  for (const [name, value] of Object.entries(parameters)) {
    const [before = '', after] = uri.split(`{${name}}`)
    if (after === undefined) query.push({ name, value: String(value) })
    else uri = `${before}${encodeURIComponent(String(value))}${after}`
  }
  return JSON.stringify({
    type: 'RESTRequest',
    request_id: id,
    method,
    uri,
    query_strings: query,
    ...(body && { content_type: 'application/json', message_body: JSON.stringify(body.value) }),
  })
}

function isRestResponse(message: unknown): message is RestResponse {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'RESTResponse'
}
