/** How many texts came and went, of each of the last 60 minutes; oldest first. */
export interface LastHour {
  readonly in: readonly number[]
  readonly out: readonly number[]
}

/** How many texts came and went lately. */
export interface LastMinute {
  count(direction: 'in' | 'out'): void
  /** In the last 60 seconds. */
  read(): { readonly in: number; readonly out: number }
  /** The last of them is the minute that is still running. */
  hour(): LastHour
}

/** @param now milliseconds of a clock that never goes back */
export function countLastMinute(now: () => number = () => performance.now()): LastMinute {
  const seconds = makeRing(1_000, now)
  const minutes = makeRing(60_000, now)
  return {
    count(direction) {
      seconds.count(direction)
      minutes.count(direction)
    },
    read() {
      const sum = (counts: readonly number[]) => counts.reduce((one, other) => one + other, 0)
      const { in: came, out } = seconds.read()
      return { in: sum(came), out: sum(out) }
    },
    hour: () => minutes.read(),
  }
}

const places = 60

/** Counts for each of the last sixty spans of time: whatever the traffic, it takes no more room. */
function makeRing(spanMs: number, now: () => number) {
  const ring = Array.from({ length: places }, () => ({ span: -1, in: 0, out: 0 }))
  const current = () => Math.floor(now() / spanMs)
  return {
    count(direction: 'in' | 'out'): void {
      const span = current()
      const place = ring[span % places]
      if (!place) return
      if (place.span !== span) Object.assign(place, { span, in: 0, out: 0 })
      place[direction] += 1
    },
    read(): LastHour {
      const last = current()
      const counts = Array.from({ length: places }, (_, index) => {
        const span = last - places + 1 + index
        const place = ring[((span % places) + places) % places]
        return place?.span === span ? place : { in: 0, out: 0 }
      })
      return { in: counts.map((count) => count.in), out: counts.map(({ out }) => out) }
    },
  }
}
