/**
 * Gathers what comes in while a batch is being written and writes it as the next one: many share the wait for the disk.
 * In order; one batch at a time.
 * @param write gets at least one item; when it rejects, each of its items does
 * @param gatherMs how long the first item waits for company; 0: for what comes in the same turn
 * @returns a function that resolves when its item has been written
 */
export function inBatches<Item>(
  write: (items: readonly Item[]) => Promise<void>,
  most: number,
  gatherMs = 0,
): (item: Item) => Promise<void> {
  let waiting: { item: Item; resolve: () => void; reject: (error: unknown) => void }[] = []
  let writing = false

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most)
      waiting = waiting.slice(most)
      try {
        await write(batch.map(({ item }) => item))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    writing = false
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (writing) return
      writing = true
      if (gatherMs > 0) setTimeout(writeAll, gatherMs)
      else setImmediate(writeAll)
    })
}
