import { mendLetters } from '../domain/look-alikes.ts'

/** Text as the register stores and the line speaks it: NFC, Kyrgyz letters, single spaces, nothing invisible. */
export function normaliseText(text: string): string {
  return mendLetters(text)
    .replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
}

/**
 * Whether an address can be spoken. One without a Cyrillic letter is missing, or was written in one encoding and read in
 * another.
 */
export function isSpeakable(address: string): boolean {
  return /\p{Script=Cyrillic}/u.test(address) && !address.includes('\ufffd')
}
