import { globalAgent } from 'node:http'
import ariClient, { type Client } from 'ari-client'
import { type AriConnection, AriError, type AriListeners, type ChannelState } from './ari.ts'
import { parseAriEvent } from './ari-event.ts'

export interface AriAccess {
  readonly url: string
  readonly user: string
  readonly password: string
  readonly application: string
}

const commandLimitMs = 5_000
const connectLimitMs = 10_000
const pingEveryMs = 5_000
const longestWaitMs = 2_000
/** Below Asterisk's http `sessionlimit`: past it the switch refuses and ari-client's promise never settles. */
const openSockets = 64

/**
 * Keeps a connection to Asterisk through npm ari-client, for ever, and makes up for what that lacks: it may be started
 * before Asterisk, reconnects with jitter without end, notices a dead socket by ping, puts a time limit on every
 * request, survives events it does not know, and attaches no listener per call.
 */
export function connectAri(access: AriAccess, listeners: AriListeners): AriConnection {
  globalAgent.maxSockets = openSockets
  let client: Client | undefined
  let up = false
  let closed = false
  let retry: NodeJS.Timeout | undefined
  let failures = 0

  const run = async () => {
    try {
      client ??= await within(connectLimitMs, ariClient.connect(access.url, access.user, access.password))
      if (closed) return
      await openEvents(client, access.application, {
        onOpen() {
          up = true
          failures = 0
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

  const command = async (act: (client: Client) => Promise<unknown>): Promise<unknown> => {
    if (!client) throw new AriError('Asterisk has not been reached yet')
    try {
      return await within(commandLimitMs, act(client))
    } catch (error) {
      // What ari-client rejects with is a body or a socket's fault; neither holds a status code.
      throw error instanceof AriError ? error : new AriError('Asterisk refused the command', { cause: error })
    }
  }

  return {
    get up() {
      return up
    },
    close() {
      closed = true
      clearTimeout(retry)
      if (client?._ws) client.stop()
    },
    async answer(channelId) {
      await command(({ channels }) => channels.answer({ channelId }))
    },
    async hangup(channelId) {
      await command(({ channels }) => channels.hangup({ channelId, reason_code: '16' }))
    },
    async play(channelId, playbackId, media) {
      await command(({ channels }) => channels.playWithId({ channelId, playbackId, media: media.join(',') }))
    },
    async stopPlayback(playbackId) {
      await command(({ playbacks }) => playbacks.stop({ playbackId }))
    },
    async playbackExists(playbackId) {
      return command(({ playbacks }) => playbacks.get({ playbackId })).then(
        () => true,
        () => false,
      )
    },
    async record(channelId, { name, maxSeconds, maxSilenceSeconds }) {
      await command(({ channels }) =>
        channels.record({
          channelId,
          name,
          format: 'wav',
          maxDurationSeconds: maxSeconds,
          maxSilenceSeconds,
          terminateOn: '#',
          ifExists: 'fail',
        }),
      )
    },
    async continueAt(channelId, context, extension) {
      await command(({ channels }) => channels.continueInDialplan({ channelId, context, extension, priority: 1 }))
    },
    async channels() {
      const listed = (await command(({ channels }) => channels.list({}))) as ListedChannel[]
      return listed.map(
        ({ id, dialplan }): ChannelState => ({
          id,
          inStasis: dialplan.app_name === 'Stasis' && dialplan.app_data.split(',')[0] === access.application,
        }),
      )
    },
    async setGlobal(variable, value) {
      await command(({ asterisk }) => asterisk.setGlobalVar({ variable, value }))
    },
  }
}

interface ListedChannel {
  readonly id: string
  readonly dialplan: { readonly app_name: string; readonly app_data: string }
}

/**
 * Opens the event socket of ari-client and stays until it ends, whatever the end. The library's own handlers would
 * reconnect only ten times and throw on an unknown event, so its socket is watched from here.
 */
function openEvents(
  client: Client,
  application: string,
  { onOpen, onMessage }: { onOpen(): void; onMessage(message: unknown): void },
): Promise<void> {
  return new Promise((resolve) => {
    client._wsClosed = false
    // Rejects after its own ten tries, which never happen here.
    client.start(application).catch(() => undefined)
    const socket = client._ws
    let open = false
    let answered = true
    const ping = setInterval(() => {
      if (!open || !answered) return socket.terminate()
      answered = false
      client.ping()
    }, pingEveryMs)
    const ended = () => {
      client._wsClosed = true
      clearInterval(ping)
      socket.removeAllListeners('message')
      resolve()
    }
    socket.prependListener('close', ended)
    socket.prependListener('error', ended)
    socket.prependListener('open', () => {
      open = true
      onOpen()
    })
    socket.on('pong', () => {
      answered = true
    })
    socket.removeAllListeners('message')
    socket.on('message', (text: string) => onMessage(parseJson(text)))
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function within<Result>(limitMs: number, promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new AriError(`Asterisk did not answer within ${limitMs / 1000} s`)), limitMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
