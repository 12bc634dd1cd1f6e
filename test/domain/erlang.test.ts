import { erlangB, erlangC, linesFor } from '../../src/domain/erlang.ts'

// As the tables print them (ITU, Teletraffic Engineering Handbook): the load that so many lines carry at that blocking.
const published = [
  [1, 0.01, 0.0101],
  [2, 0.01, 0.153],
  [5, 0.01, 1.36],
  [10, 0.01, 4.46],
  [20, 0.01, 12.0],
  [30, 0.01, 20.3],
  [60, 0.01, 46.9],
  [100, 0.01, 84.1],
  [10, 0.02, 5.08],
  [30, 0.02, 21.9],
  [100, 0.02, 88.0],
  [10, 0.001, 3.09],
  [30, 0.001, 16.7],
] as const

test.each(published)('%d lines lose %d of the calls at %d Erlang', (lines, blocking, erlangs) => {
  // Tables give three digits of the load.
  expect(erlangB(erlangs * 0.995, lines)).toBeLessThan(blocking)
  expect(erlangB(erlangs * 1.005, lines)).toBeGreaterThan(blocking)
  expect(linesFor(erlangs * 0.995, blocking)).toBe(lines)
})

test('one line is busy as the formula says on paper', () => {
  expect(erlangB(1, 1)).toBeCloseTo(1 / 2, 12)
  expect(erlangB(1, 2)).toBeCloseTo(1 / 5, 12)
  expect(erlangB(2, 2)).toBeCloseTo(2 / 5, 12)
})

test('who waits: one line as often as it is busy, two lines as on paper', () => {
  expect(erlangC(0.5, 1)).toBeCloseTo(0.5, 12)
  expect(erlangC(1, 2)).toBeCloseTo(1 / 3, 12)
  // 20 Erlang on 24 lines: 0.2981 in the tables of call centres.
  expect(erlangC(20, 24)).toBeCloseTo(0.298, 3)
})

test('more load than lines waits for ever', () => {
  expect([erlangC(3, 3), erlangC(5, 3), erlangC(0, 3)]).toEqual([1, 1, 0])
})

test('no load needs no line, and a large one no patience', () => {
  expect(linesFor(0, 0.01)).toBe(1)
  expect(linesFor(10_000, 0.01)).toBeGreaterThan(9_900)
  expect(linesFor(10_000, 0.01)).toBeLessThan(10_100)
})

test('what is no load, no line and no share is refused', () => {
  expect(() => erlangB(-1, 1)).toThrow(RangeError)
  expect(() => erlangB(Number.NaN, 1)).toThrow(RangeError)
  expect(() => erlangB(1, 1.5)).toThrow(RangeError)
  expect(() => linesFor(1, 0)).toThrow(RangeError)
  expect(() => linesFor(1, 1)).toThrow(RangeError)
})
