/** Lets texts through one bind no faster than was agreed, and no more at once than its window holds. */
export interface Pace {
  /**
   * Waits for its turn; first come, first served.
   * @returns what must be called, once, when the other side has answered
   * @throws the reason of `close`
   */
  enter(): Promise<() => void>
  /** Nobody gets in for so long: the other side asked for it. */
  pause(milliseconds: number): void
  state(): { readonly used: number; readonly size: number; readonly queued: number }
  /** Turns away who waits and who comes. */
  close(reason: Error): void
}

interface Waiting {
  readonly resolve: (leave: () => void) => void
  readonly reject: (reason: Error) => void
}

/**
 * A token bucket that holds what one tenth of a second brings: bursts stay within what operators tolerate.
 * @param now milliseconds of a clock that never goes back
 */
export function makePace(
  { perSecond, window }: { readonly perSecond: number; readonly window: number },
  now: () => number = () => performance.now(),
): Pace {
  const most = Math.max(1, perSecond / 10)
  let tokens = most
  let filledAt = now()
  let pausedUntil = 0
  let used = 0
  let closed: Error | undefined
  let timer: NodeJS.Timeout | undefined
  const waiting: Waiting[] = []

  const leaveOnce = () => {
    let left = false
    return () => {
      if (left) return
      left = true
      used -= 1
      letIn()
    }
  }

  function letIn(): void {
    clearTimeout(timer)
    while (waiting.length > 0 && used < window) {
      const time = now()
      tokens = Math.min(most, tokens + ((time - filledAt) * perSecond) / 1000)
      filledAt = time
      const wait = Math.max(pausedUntil - time, ((1 - tokens) * 1000) / perSecond)
      if (wait > 0) {
        timer = setTimeout(letIn, Math.ceil(wait))
        return
      }
      tokens -= 1
      used += 1
      waiting.shift()?.resolve(leaveOnce())
    }
  }

  return {
    enter: () =>
      new Promise((resolve, reject) => {
        if (closed) return reject(closed)
        waiting.push({ resolve, reject })
        letIn()
      }),
    pause(milliseconds) {
      pausedUntil = Math.max(pausedUntil, now() + milliseconds)
    },
    state: () => ({ used, size: window, queued: waiting.length }),
    close(reason) {
      closed = reason
      clearTimeout(timer)
      for (const { reject } of waiting.splice(0)) reject(reason)
    },
  }
}
