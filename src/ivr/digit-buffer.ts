/**
 * The keys a caller has pressed and nobody has read yet. One lives as long as the call, so that type-ahead is never
 * lost between two prompts.
 */
export interface DigitBuffer {
  /** The switch saw a key. */
  press(digit: string): void
  /** The oldest unread key. */
  take(): string | undefined
  /** All of them, which stay. */
  readonly unread: string
  readonly size: number
  clear(): void
  /** Drops the next key if it is this one and comes soon: the `#` pressed after an entry was complete without it. */
  swallowNext(digit: string): void
  /** Whether such a key may still come. */
  readonly isSwallowing: boolean
  /** Called at every key that is kept, until the returned function is called. */
  onPress(listener: () => void): () => void
}

/** Whoever ends an entry with `#` does it at once; later it is a choice. */
const swallowWithinMs = 3_000

export function makeDigitBuffer(): DigitBuffer {
  const unread: string[] = []
  const listeners = new Set<() => void>()
  let swallow: string | undefined
  let swallowUntil = 0
  const isSwallowing = () => swallow !== undefined && performance.now() < swallowUntil
  return {
    press(digit) {
      const superfluous = digit === swallow && isSwallowing()
      swallow = undefined
      if (superfluous) return
      unread.push(digit)
      for (const listener of [...listeners]) listener()
    },
    take: () => unread.shift(),
    get unread() {
      return unread.join('')
    },
    get size() {
      return unread.length
    },
    clear() {
      unread.length = 0
    },
    swallowNext(digit) {
      // Typed ahead, it is already here.
      if (unread[0] === digit) unread.shift()
      else if (unread.length === 0) {
        swallow = digit
        swallowUntil = performance.now() + swallowWithinMs
      }
    },
    get isSwallowing() {
      return isSwallowing()
    },
    onPress(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
