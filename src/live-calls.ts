import type { LiveCall, LiveCalls } from './domain/live-calls.ts'

/** Calls in progress, for whoever watches the line. */
export interface LiveBoard extends LiveCalls {
  /** In the order they began. */
  list(): readonly LiveCall[]
  /**
   * Calls back at every change, in the middle of serving a call: only note that something changed.
   * @returns what ends it
   */
  onChange(listener: () => void): () => void
}

export function makeLiveBoard(): LiveBoard {
  const calls = new Map<string, LiveCall>()
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  return {
    show(call) {
      calls.set(call.id, call)
      tell()
    },
    gone(id) {
      if (calls.delete(id)) tell()
    },
    list: () => [...calls.values()],
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
