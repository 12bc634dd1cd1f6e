import parsePhoneNumber from 'libphonenumber-js'

/** A telephone number a person can be called back on, in E.164 (`+996` and nine digits for Kyrgyzstan). */
export type PhoneNumber = string & { readonly __phoneNumber: unique symbol }

/**
 * Reads a caller ID as trunks deliver it (996…, +996…, 00996…, 0…, nine digits, local digits) or digits a
 * caller typed. Short, withheld and impossible numbers give nothing.
 * @param areaCode digits put before a local number to make nine: `312` before six in Bishkek, `3222` before five in Osh
 */
export function parseCallerNumber(raw: string, areaCode: string): PhoneNumber | undefined {
  const text = raw.trim().replace(/[\s()-]/g, '')
  if (!/^\+?[0-9]{5,15}$/.test(text)) return undefined
  return validE164(internationalForm(text, areaCode))
}

/** A number as a caller types it after "ten digits, beginning with zero". */
export function parseTypedNumber(digits: string): PhoneNumber | undefined {
  return /^0[0-9]{9}$/.test(digits) ? validE164(`+996${digits.slice(1)}`) : undefined
}

function internationalForm(text: string, areaCode: string): string {
  if (text.startsWith('+')) return text
  if (text.startsWith('00')) return `+${text.slice(2)}`
  if (text.startsWith('0')) return `+996${text.slice(1)}`
  if (text.startsWith('996') && text.length === 12) return `+${text}`
  if (text.length === 9) return `+996${text}`
  if (text.length + areaCode.length === 9) return `+996${areaCode}${text}`
  return `+${text}`
}

/** Mobile ranges that are whole, so that this alone makes a number valid. */
const surelyValid = /^\+996(22|50|55|70|77)[0-9]{7}$/

/** Most callers are spared the library, which takes longer for a number than the register for its voter. */
function validE164(text: string): PhoneNumber | undefined {
  if (surelyValid.test(text)) return text as PhoneNumber
  const parsed = parsePhoneNumber(text)
  return parsed?.isValid() ? (parsed.number as string as PhoneNumber) : undefined
}

/** Mobile ranges of Kyrgyzstan by their first digits: Mega, O!, Beeline. Numbers may be ported: this tells no operator. */
const mobile = /^\+996(55|99|50|70|22|77)[0-9]{7}$/

/** Whether texts reach the number. */
export function isMobile(number: PhoneNumber): boolean {
  return mobile.test(number)
}

/** The number as people in the country say it: `0555123456`; foreign numbers as `00…`. */
export function nationalDigits(number: PhoneNumber): string {
  return number.startsWith('+996') ? `0${number.slice(4)}` : `00${number.slice(1)}`
}

/** `+996555••••56`: enough to recognise a number, too little to call it. At least four digits are hidden. */
export function maskNumber(number: PhoneNumber): string {
  const hidden = Math.max(4, number.length - 9)
  return `${number.slice(0, -2 - hidden)}${'•'.repeat(hidden)}${number.slice(-2)}`
}
