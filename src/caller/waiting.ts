import { type Deferred, deferred } from '../deferred.ts'

/** Things waited for, looked at anew each time something happens. */
export interface Waiting {
  /**
   * Resolves with what `look` finds.
   * @throws whatever `late` makes, after `withinMs` or when `stop` comes first
   */
  until<Found>(look: () => Found | undefined, withinMs: number, late: () => Error): Promise<Found>
  /** Something has happened: everything is looked at. */
  look(): void
  /** Nothing more will happen: looks once more and gives the rest up. */
  stop(): void
}

interface Wait {
  tryNow(): boolean
  giveUp(): void
}

export function makeWaiting(): Waiting {
  const waits = new Set<Wait>()
  let stopped = false

  function look(): void {
    for (const wait of [...waits]) wait.tryNow()
  }

  return {
    look,
    until<Found>(find: () => Found | undefined, withinMs: number, late: () => Error) {
      const result: Deferred<Found> = deferred()
      const wait: Wait = {
        tryNow() {
          const found = find()
          if (found === undefined) return false
          end()
          result.resolve(found)
          return true
        },
        giveUp() {
          end()
          result.reject(late())
        },
      }
      const timer = setTimeout(wait.giveUp, withinMs)
      function end(): void {
        clearTimeout(timer)
        waits.delete(wait)
      }
      waits.add(wait)
      if (!wait.tryNow() && stopped) wait.giveUp()
      return result.promise
    },
    stop() {
      stopped = true
      look()
      for (const wait of [...waits]) wait.giveUp()
    },
  }
}
