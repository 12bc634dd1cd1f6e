// A statement with a list is another statement for each length of the list. Each takes native memory until the database's
// thread, whose own heap hardly grows, collects its garbage. So lists are made of few lengths: the powers of two.

const largest = 256

/** The values again, and the last of them repeated up to one of the few lengths: for `in (…)`, where that says the same. */
export function filledUp<Value>(values: readonly Value[]): readonly Value[] {
  const last = values.at(-1)
  if (last === undefined) return values
  const length = 2 ** Math.ceil(Math.log2(values.length))
  return [...values, ...Array.from({ length: length - values.length }, () => last)]
}

/** The rows in their order, in lots of the few lengths, for an insert each. */
export function inLots<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const lots: (readonly Row[])[] = []
  for (let at = 0; at < rows.length; ) {
    const length = Math.min(largest, 2 ** Math.floor(Math.log2(rows.length - at)))
    lots.push(rows.slice(at, at + length))
    at += length
  }
  return lots
}
