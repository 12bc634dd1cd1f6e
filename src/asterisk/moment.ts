/** A moment that the switch tells in epoch milliseconds, as performance.now() has it. */
export function momentAt(epochMs: number): number {
  return performance.now() - (Date.now() - epochMs)
}
