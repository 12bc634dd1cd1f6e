import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Now } from '../api/generated.ts'
import { selfKey } from '../api/query-client.ts'

export interface LiveNow {
  /** The last that was told. */
  readonly now: Now | undefined
  /** Whether the server tells still; while it does not, `now` grows old. */
  readonly connected: boolean
  /** How far the server's clock is ahead of ours, in ms. */
  readonly aheadMs: number
}

const firstRetryMs = 1_000
const longestRetryMs = 30_000

/**
 * The line as it is, as long as somebody looks. The browser itself connects again when a stream ends; it gives up when
 * it is refused (a proxy's 502, a sign-in that is over), and then we go on.
 */
export function useNow(): LiveNow {
  const [live, setLive] = useState<LiveNow>({ now: undefined, connected: true, aheadMs: 0 })
  const queryClient = useQueryClient()
  useEffect(() => {
    let source: EventSource | undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    let retryMs = firstRetryMs

    function connect() {
      source = new EventSource('/api/now/events')
      source.addEventListener('now', ({ data }: MessageEvent<string>) => {
        const now: Now = JSON.parse(data)
        retryMs = firstRetryMs
        setLive({ now, connected: true, aheadMs: Date.parse(now.at) - Date.now() })
      })
      source.addEventListener('error', () => {
        setLive((before) => ({ ...before, connected: false }))
        if (source?.readyState !== EventSource.CLOSED) return
        // Whether it was the sign-in that ended; if so, this page gives way to the one to sign in.
        void queryClient.invalidateQueries({ queryKey: selfKey })
        timer = setTimeout(connect, retryMs)
        retryMs = Math.min(retryMs * 2, longestRetryMs)
      })
    }

    connect()
    return () => {
      clearTimeout(timer)
      source?.close()
    }
  }, [queryClient])
  return live
}
