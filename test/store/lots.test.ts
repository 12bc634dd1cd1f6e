import { filledUp, inLots } from '../../src/store/lots.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

test('lots hold every row once and in order, and come in few lengths', () => {
  const lengths = new Set<number>()
  for (let count = 0; count < 1200; count += 1) {
    const lots = inLots(numbers(count))
    expect(lots.flat()).toEqual(numbers(count))
    for (const { length } of lots) lengths.add(length)
  }
  expect([...lengths].sort((one, other) => one - other)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256])
})

test('lists are filled up with what is in them', () => {
  expect(filledUp([])).toEqual([])
  for (let count = 1; count < 300; count += 1) {
    const filled = filledUp(numbers(count))
    expect([...new Set(filled)]).toEqual(numbers(count))
    expect(Math.log2(filled.length) % 1).toBe(0)
    expect(filled.length).toBeLessThan(2 * count)
  }
})
