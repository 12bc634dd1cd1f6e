/** How many texts came and went in the last 60 seconds. */
export interface LastMinute {
  count(direction: 'in' | 'out'): void
  read(): { readonly in: number; readonly out: number }
}

/** @param now milliseconds of a clock that never goes back */
export function countLastMinute(now: () => number = () => performance.now()): LastMinute {
  // One place for each second: whatever the traffic, it takes no more room.
  const seconds = Array.from({ length: 60 }, () => ({ second: -1, in: 0, out: 0 }))
  return {
    count(direction) {
      const second = Math.floor(now() / 1000)
      const place = seconds[second % 60]
      if (!place) return
      if (place.second !== second) Object.assign(place, { second, in: 0, out: 0 })
      place[direction] += 1
    },
    read() {
      const second = Math.floor(now() / 1000)
      const sum = { in: 0, out: 0 }
      for (const place of seconds) {
        if (place.second < 0 || place.second <= second - 60) continue
        sum.in += place.in
        sum.out += place.out
      }
      return sum
    },
  }
}
