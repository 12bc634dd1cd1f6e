// Official Kyrgyz pages write these for ө and ң; they look alike and are other letters.
const lookAlikes: Readonly<Record<string, string>> = { ѳ: 'ө', Ѳ: 'Ө', ӊ: 'ң', Ӊ: 'Ң' }

/** Text as the register stores and the line speaks it: NFC, Kyrgyz letters, single spaces, nothing invisible. */
export function normaliseText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[ѳѲӊӉ]/g, (letter) => lookAlikes[letter] ?? letter)
    .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}
