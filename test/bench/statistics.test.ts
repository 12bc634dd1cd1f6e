import { median, percentile, rounded, slope } from '../../src/bench/statistics.ts'

test('the median is the middle value, or between the two in the middle', () => {
  expect(median([3])).toBe(3)
  expect(median([9, 1, 5])).toBe(5)
  expect(median([4, 1, 10, 2])).toBe(3)
  // As numbers, not as text.
  expect(median([10, 9, 100])).toBe(10)
})

test('a percentile is one of the values: the smallest that so many do not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect(percentile(hundred, 0.99)).toBe(99)
  expect(percentile(hundred, 0.5)).toBe(50)
  expect(percentile(hundred, 1)).toBe(100)
  expect(percentile(hundred, 0.001)).toBe(1)
  expect(percentile([7, 30, 8], 0.99)).toBe(30)
  expect(percentile(Float64Array.of(2, 1), 0.5)).toBe(1)
})

test('values stay in the order they were given in', () => {
  const values = [3, 1, 2]
  median(values)
  percentile(values, 0.5)
  expect(values).toEqual([3, 1, 2])
})

test('of nothing there is no median, and no percentile beyond all', () => {
  expect(() => median([])).toThrow(RangeError)
  expect(() => percentile([], 0.5)).toThrow(RangeError)
  expect(() => percentile([1], 0)).toThrow(RangeError)
  expect(() => percentile([1], 1.01)).toThrow(RangeError)
})

test('a slope is that of the straight line nearest to the points', () => {
  const points = [
    [0, 5],
    [10, 25],
    [20, 45],
  ] as const
  expect(slope(points)).toBe(2)
  // One that is off by 3 in the middle changes nothing; at an end, a little.
  expect(slope([points[0], [10, 28], points[2]])).toBe(2)
  expect(slope([points[0], points[1], [20, 48]])).toBeCloseTo(2.15)
  expect(() => slope([[1, 1]])).toThrow(RangeError)
  expect(() => slope([])).toThrow(RangeError)
})

test('rounding keeps digits that count, whatever the size', () => {
  expect(rounded(1.23456)).toBe(1.235)
  expect(rounded(0.000123456)).toBe(0.0001235)
  expect(rounded(123_456)).toBe(123_500)
})
