/** The default alphabet of GSM 03.38 by position; position 27 leads to the extension table. */
const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const lead = 0x1b
const extension: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
}

const codes = new Map<string, readonly number[]>()
for (const [code, letter] of [...basic].entries()) if (code !== lead) codes.set(letter, [code])
for (const [letter, code] of Object.entries(extension)) codes.set(letter, [lead, code])
const extended = new Map(Object.entries(extension).map(([letter, code]) => [code, letter]))
const letters = [...basic]

/** The codes of each sign, one or two, each in a byte of its own; nothing when a sign is not in the alphabet. */
export function gsm7Codes(text: string): readonly (readonly number[])[] | undefined {
  const found: (readonly number[])[] = []
  for (const letter of text) {
    const known = codes.get(letter)
    if (!known) return undefined
    found.push(known)
  }
  return found
}

/** What a code does not stand for, is a space: as a telephone shows it. */
export function decodeGsm7(bytes: Uint8Array): string {
  let text = ''
  for (let index = 0; index < bytes.length; index += 1) {
    const code = bytes[index] ?? 0
    if (code !== lead) text += letters[code] ?? ' '
    else {
      index += 1
      text += extended.get(bytes[index] ?? 0) ?? ' '
    }
  }
  return text
}
