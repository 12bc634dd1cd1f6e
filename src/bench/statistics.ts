/**
 * The middle value; of an even number of values the mean of the two in the middle.
 * @throws RangeError when there are none
 */
export function median(values: readonly number[]): number {
  const sorted = ascending(values)
  const upper = sorted.length >>> 1
  const middle = sorted.length % 2 === 1 ? [sorted[upper]] : [sorted[upper - 1], sorted[upper]]
  return middle.reduce<number>((sum, value) => sum + (value ?? 0), 0) / middle.length
}

/**
 * The smallest of the values that at least this share of them does not exceed (nearest rank, nothing interpolated): of
 * fewer than 100 values the 99th percentile is the largest.
 * @param share above 0, up to 1
 * @throws RangeError when there are no values, or for another share
 */
export function percentile(values: ArrayLike<number>, share: number): number {
  if (!(share > 0 && share <= 1)) throw new RangeError(`A share is above 0 and up to 1, not ${share}.`)
  const sorted = ascending(values)
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
}

/**
 * By how much the second value of a pair grows with the first: the straight line with the least squares.
 * @throws RangeError when fewer than two first values differ
 */
export function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length
  const [x, y] = [mean(0), mean(1)]
  const squares = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0)
  if (!(squares > 0)) throw new RangeError('A slope takes two points that are not one above the other.')
  return points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / squares
}

/** Rounded to so many significant digits, for a JSON that people read, too. */
export function rounded(value: number, digits = 4): number {
  return Number(value.toPrecision(digits))
}

function ascending(values: ArrayLike<number>): Float64Array {
  if (values.length === 0) throw new RangeError('There are no values.')
  return Float64Array.from(values).sort()
}
