import { globalAgent } from 'node:http'
import { createRequire } from 'node:module'
import ariClient, { type Client } from 'ari-client'
import { AriError } from './ari.ts'
import type { AriAccess, AriLink } from './ari-link.ts'
import { followSocket } from './follow-socket.ts'
import { commandLimitMs, within } from './within.ts'

const connectLimitMs = 10_000
/** Below Asterisk's http `sessionlimit`: past it the switch refuses and ari-client's promise never settles. */
const openSockets = 64

/** Of swagger-client, which ari-client reads the switch's description with. */
interface Swagger {
  readonly SwaggerApi: { prototype: { fail(this: { failure(message: string): void }, message: string): void } }
}

const requireOwn = createRequire(import.meta.url)
const { SwaggerApi } = createRequire(requireOwn.resolve('ari-client'))('swagger-client') as Swagger
// Its own tells of the failure and then throws as well, where nobody can catch it: a switch that goes away while it is
// asked would end the process.
SwaggerApi.prototype.fail = function (message) {
  this.failure(message)
}

/**
 * ARI through npm ari-client, for every Asterisk since 20. What that lacks is made up for: a time limit on every request,
 * no listener per call, and its own handlers of the event socket, which would reconnect only ten times and throw on an
 * unknown event, are kept from it.
 */
export function ariClientLink({ url, user, password, application }: AriAccess): AriLink {
  globalAgent.maxSockets = openSockets
  let client: Client | undefined
  let closed = false

  return {
    async stay(listeners) {
      client ??= await within(connectLimitMs, ariClient.connect(url, user, password))
      if (closed) return
      const ours = client
      ours._wsClosed = false
      // Rejects after its own ten tries, which never happen here.
      ours.start(application).catch(() => undefined)
      const socket = ours._ws
      const ended = () => {
        ours._wsClosed = true
      }
      socket.prependListener('close', ended)
      socket.prependListener('error', ended)
      socket.removeAllListeners('message')
      await followSocket(socket, listeners)
    },
    async send({ operation: [resource, nickname], parameters, body }) {
      const operations = client?.[resource]
      if (!operations?.[nickname]) throw new AriError('Asterisk has not been reached yet')
      const all = body ? { ...parameters, [body.name]: body.value } : parameters
      try {
        return await within(commandLimitMs, operations[nickname](all))
      } catch (error) {
        // What ari-client rejects with is a body or a socket's fault; neither holds a status code.
        throw error instanceof AriError ? error : new AriError('Asterisk refused the command', { cause: error })
      }
    },
    close() {
      closed = true
      if (client?._ws) client.stop()
    },
  }
}
