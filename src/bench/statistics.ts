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

/** Rounded to so many significant digits, for a JSON that people read, too. */
export function rounded(value: number, digits = 4): number {
  return Number(value.toPrecision(digits))
}

function ascending(values: ArrayLike<number>): Float64Array {
  if (values.length === 0) throw new RangeError('There are no values.')
  return Float64Array.from(values).sort()
}
