import type { Response as Reply } from 'express'
import { getNow, type Now, watchNow } from '../api/now.ts'
import type { Log } from '../log.ts'
import { answer, type Mounted } from './mount-routes.ts'

export interface LineNow {
  look(): Promise<Now>
  /** Calls back when something a supervisor sees at once has changed; returns what ends it. */
  onChange(listener: () => void): () => void
}

/** At most so often, and, for what changes without saying so (callers whom the switch asks, ages, the disk), at least so often. */
const tickMs = 1_000
const idleTicks = 2
/** A stream asks to be signed in once only, at its beginning. The page opens it again by itself. */
const longestMs = 5 * 60_000

/** How the line is now, once or as a stream. However many watch, the line is looked at once. */
export function nowApi(line: LineNow, log: Log): Mounted[] {
  const watchers = new Set<Reply>()
  let timer: NodeJS.Timeout | undefined
  let changed = false
  let idle = 0
  let looking = false
  let stopListening = () => {}

  function start(): void {
    stopListening = line.onChange(() => {
      changed = true
    })
    timer = setInterval(() => void tick(), tickMs)
  }

  function stop(): void {
    clearInterval(timer)
    timer = undefined
    stopListening()
  }

  async function tick(): Promise<void> {
    idle += 1
    if (looking || !(changed || idle >= idleTicks)) return
    changed = false
    idle = 0
    looking = true
    try {
      const text = asEvent(await line.look())
      for (const watcher of watchers) send(watcher, text)
    } catch (error) {
      log.error({ err: error }, 'the state of the line could not be shown')
    } finally {
      looking = false
    }
  }

  return [
    answer(getNow, () => line.look()),
    answer(watchNow, async ({ reply }) => {
      const first = asEvent(await line.look())
      if (reply.closed) return undefined
      // A proxy that collects the answer first (nginx) would show nothing, ever.
      reply.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      reply.flushHeaders()
      reply.write(first)
      watchers.add(reply)
      if (!timer) start()
      const end = setTimeout(() => reply.end(), longestMs)
      reply.once('close', () => {
        clearTimeout(end)
        watchers.delete(reply)
        if (watchers.size === 0) stop()
      })
      return undefined
    }),
  ]
}

function asEvent(now: Now): string {
  return `event: now\ndata: ${JSON.stringify(now)}\n\n`
}

/** Each event is whole: whoever is too slow for one misses nothing with the next. */
function send(watcher: Reply, text: string): void {
  if (!watcher.writableNeedDrain) watcher.write(text)
}
