import { type AriConnection, AriError, type AriListeners } from './ari.ts'
import { ariCommands, type Command, filterEvents } from './ari-commands.ts'
import { ariEventTypes, parseAriEvent } from './ari-event.ts'

/** Where and as whom ARI is reached. */
export interface AriAccess {
  readonly url: string
  readonly user: string
  readonly password: string
  readonly application: string
}

export interface StreamListeners {
  onOpen(): void
  /** Text that is JSON, parsed. */
  onMessage(message: unknown): void
}

/** A way to speak ARI. */
export interface AriLink {
  /** Opens the event stream and stays until it ends, whatever the end. Rejects where Asterisk can't be reached. */
  stay(listeners: StreamListeners): Promise<void>
  /** Rejects with AriError when refused or late. */
  send(command: Command): Promise<unknown>
  close(): void
}

const longestWaitMs = 2_000

/**
 * Keeps a link to Asterisk for ever: it may be made before Asterisk is there, opens again with jitter without end, and
 * survives events nobody knows.
 * @param choose finds the link; asked again where it rejects
 */
export function keepLink(application: string, listeners: AriListeners, choose: () => Promise<AriLink>): AriConnection {
  let link: AriLink | undefined
  let up = false
  let closed = false
  let retry: NodeJS.Timeout | undefined
  let failures = 0

  const send = async (command: Command): Promise<unknown> => {
    if (!link) throw new AriError('Asterisk has not been reached yet')
    return link.send(command)
  }
  const run = async () => {
    try {
      link ??= await choose()
      if (closed) return
      await link.stay({
        onOpen() {
          up = true
          failures = 0
          // An application that gets more than it asked for only works more.
          send(filterEvents(application, ariEventTypes)).catch(() => undefined)
          listeners.onUp()
        },
        onMessage(message) {
          const event = parseAriEvent(message)
          if (event?.type === 'ApplicationReplaced') listeners.onReplaced()
          else if (event) listeners.onEvent(event)
        },
      })
      again('the event stream ended')
    } catch (error) {
      again(error instanceof AriError ? error.message : 'Asterisk is not reachable')
    }
  }
  const again = (reason: string) => {
    up = false
    if (closed) return
    listeners.onDown(reason)
    // Doubling from 100 ms; half of it random, so that several nodes don't knock at once.
    const wait = Math.min(longestWaitMs, 100 * 2 ** failures++)
    retry = setTimeout(run, wait / 2 + (Math.random() * wait) / 2)
  }
  void run()

  return {
    ...ariCommands(send, application),
    get up() {
      return up
    },
    close() {
      closed = true
      clearTimeout(retry)
      link?.close()
    },
  }
}
