import { inBatches } from '../src/batches.ts'

test('what comes while a batch is being written is the next one, in order, of so many at the most', async () => {
  const written: number[][] = []
  const write = inBatches<number>(async (items) => {
    written.push([...items])
    await new Promise(setImmediate)
  }, 3)
  const first = write(1)
  await new Promise(setImmediate)
  await Promise.all([first, ...[2, 3, 4, 5].map(write)])
  expect(written).toEqual([[1], [2, 3, 4], [5]])
})

test('the first waits so long for company', async () => {
  jest.useFakeTimers()
  try {
    const written: number[][] = []
    const write = inBatches<number>(
      async (items) => {
        written.push([...items])
      },
      10,
      250,
    )
    const all = [write(1)]
    jest.advanceTimersByTime(249)
    all.push(write(2))
    expect(written).toEqual([])
    jest.advanceTimersByTime(1)
    await Promise.all(all)
    expect(written).toEqual([[1, 2]])
  } finally {
    jest.useRealTimers()
  }
})

test('a batch that fails fails for each of its items, and the next is written', async () => {
  const write = inBatches<number>(async (items) => {
    if (items.includes(1)) throw new Error('disk full')
  }, 2)
  const settled = await Promise.allSettled([1, 2, 3].map(write))
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
})
