import { type AriConnection, AriError, type AriListeners, type AriWay } from './ari.ts'
import { ariClientLink } from './ari-client-link.ts'
import { type AriAccess, keepLink } from './ari-link.ts'
import { webSocketLink } from './ari-websocket.ts'

const links = { websocket: webSocketLink, 'ari-client': ariClientLink }
const askLimitMs = 5_000

/**
 * Connects to Asterisk for ever, beginning as soon as it is there.
 * @param wanted `auto`: by WebSocket alone where the switch takes commands there
 */
export function connectAri(access: AriAccess, listeners: AriListeners, wanted: AriWay | 'auto'): AriConnection {
  return keepLink(access.application, listeners, async () => {
    const way = wanted === 'auto' ? await findWay(access) : wanted
    listeners.onWay(way)
    return links[way](access)
  })
}

/** What a switch can do stands in the description of its interface; versions lie, where they are certified or patched. */
async function findWay({ url, user, password }: AriAccess): Promise<AriWay> {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const response = await fetch(`${url}/ari/api-docs/events.json`, {
    headers: { authorization },
    signal: AbortSignal.timeout(askLimitMs),
  })
  const description = await response.text()
  // ari-client could not do without the description at all.
  if (response.status === 404) return 'websocket'
  if (!response.ok) throw new AriError(`Asterisk answered ${response.status} when asked what it can do`)
  return description.includes('"RESTRequest"') ? 'websocket' : 'ari-client'
}
