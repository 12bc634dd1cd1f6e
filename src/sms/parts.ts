import { gsm7Codes } from './gsm7.ts'

/** How a text is written on the air: in the default alphabet where all its signs are in that, else in UCS-2. */
export type Alphabet = 'gsm7' | 'ucs2'

/** Signs of the default alphabet, and units of UCS-2, that one message holds, alone and as a part with its header. */
const room = { gsm7: { alone: 160, part: 153 }, ucs2: { alone: 70, part: 67 } } as const

export interface SplitText {
  readonly alphabet: Alphabet
  readonly parts: readonly string[]
}

/** Splits a text into what fits a message each. A sign of two codes or units is never torn. */
export function splitText(text: string): SplitText {
  const codes = gsm7Codes(text)
  const alphabet = codes ? 'gsm7' : 'ucs2'
  const signs = [...text].map((sign, index) => ({ sign, size: codes ? (codes[index]?.length ?? 1) : sign.length }))
  const length = signs.reduce((sum, { size }) => sum + size, 0)
  const { alone, part } = room[alphabet]
  const most = length <= alone ? alone : part
  const parts = ['']
  let used = 0
  for (const { sign, size } of signs) {
    if (used + size > most) {
      parts.push('')
      used = 0
    }
    parts[parts.length - 1] += sign
    used += size
  }
  return { alphabet, parts }
}

/** How many messages a text takes. */
export function partsOf(text: string): number {
  return splitText(text).parts.length
}
