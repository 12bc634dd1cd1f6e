/** The same numbers from the same seed (mulberry32), 0 ≤ number < 1. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of several, each as likely as its weight says. */
export function drawBy<Choice extends string>(weights: Readonly<Record<Choice, number>>): (random: number) => Choice {
  const choices = Object.entries(weights) as [Choice, number][]
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0)
  return (random) => {
    let left = random * total
    for (const [choice, weight] of choices) {
      left -= weight
      if (left < 0) return choice
    }
    throw new RangeError(`A random number is below 1, not ${random}.`)
  }
}
