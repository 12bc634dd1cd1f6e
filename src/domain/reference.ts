/**
 * Reference number of a callback request: six digits and a Damm check digit, which catches every single wrong
 * digit and every swap of neighbours (H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004).
 */
export type Reference = string & { readonly __reference: unique symbol }

// The order-10 totally anti-symmetric quasigroup of Damm's thesis.
const quasigroup = [
  [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
  [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
  [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
  [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
  [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
  [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
  [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
  [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
  [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
  [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
] as const

function damm(digits: string): number {
  let interim = 0
  for (const digit of digits) interim = quasigroup[interim]?.[Number(digit)] ?? Number.NaN
  return interim
}

/** @param random 0 ≤ random < 1; the first digit is never 0, so that the number is said and written alike */
export function makeReference(random: number): Reference {
  const body = String(100_000 + Math.floor(random * 900_000))
  return `${body}${damm(body)}` as Reference
}

export function parseReference(text: string): Reference | undefined {
  return /^[1-9][0-9]{6}$/.test(text) && damm(text) === 0 ? (text as Reference) : undefined
}
