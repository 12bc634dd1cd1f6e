/** Official Kyrgyz pages write U+0473 for ө and U+04CA for ң; they look alike and are other letters. */
const lookAlikes: Readonly<Record<string, string>> = { ѳ: 'ө', Ѳ: 'Ө', ӊ: 'ң', Ӊ: 'Ң' }

/** Text in NFC with the Kyrgyz letters it means. */
export function mendLetters(text: string): string {
  return text.normalize('NFC').replace(/[ѳѲӊӉ]/g, (letter) => lookAlikes[letter] ?? letter)
}
