import type { Language } from '../domain/language.ts'
import { nationalDigits, type PhoneNumber } from '../domain/phone-number.ts'
import type { Reference } from '../domain/reference.ts'
import type { Station } from '../domain/station.ts'
import { type Clip, type SpeechClip, silence, slowSpeech } from './clip.ts'
import { kyCardinal } from './ky.ts'
import { ruCardinal } from './ru.ts'

/** Silence between two groups of digits, in milliseconds; within a group it is the comma's (see `tailMs`). */
const betweenGroupsMs = 350

/** A station's four digits as people say such numbers, in pairs. */
export function stationGroups(station: Station): readonly string[] {
  return station.number.match(/.{1,2}/g) ?? []
}

/** 0555 | 12 | 34 | 56; numbers from abroad by threes. */
export function phoneGroups(number: PhoneNumber): readonly string[] {
  const digits = nationalDigits(number)
  const national = /^(0[1-9]..)(..)(..)(..)$/.exec(digits)
  // A single digit at the end would sound like an afterthought: it joins the group before.
  return national ? national.slice(1) : (digits.match(/.{3}.?$|.{3}|.+$/g) ?? [])
}

/** A reference's seven digits: 3 | 2 | 2. */
export function referenceGroups(reference: Reference): readonly string[] {
  return [reference.slice(0, 3), reference.slice(3, 5), reference.slice(5)]
}

/** One digit, in the middle of a number or, with falling intonation, at its end. */
export function digitClip(digit: number, language: Language, final: boolean): SpeechClip {
  const clip = (final ? finalDigits : innerDigits)[language][digit]
  if (!clip) throw new RangeError(`${digit} is not a digit`)
  return clip
}

const innerDigits = { ky: allDigits('ky', false), ru: allDigits('ru', false) }
const finalDigits = { ky: allDigits('ky', true), ru: allDigits('ru', true) }

function allDigits(language: Language, final: boolean): readonly SpeechClip[] {
  return Array.from({ length: 10 }, (_, digit) => newDigitClip(digit, language, final))
}

function newDigitClip(digit: number, language: Language, final: boolean): SpeechClip {
  const name = language === 'ky' ? kyCardinal(digit) : ruCardinal(digit)
  return slowSpeech(language, `${name}${final ? '.' : ','}`)
}

/**
 * A number digit by digit, with real pauses between its groups.
 * @param clipOf a digit in the middle of the number or at its end
 */
export function digitClips(
  groups: readonly string[],
  clipOf: (digit: number, final: boolean) => Clip,
): readonly Clip[] {
  const last = groups.length - 1
  return groups.flatMap((group, groupIndex) => {
    const clips = [...group].map((digit, index) =>
      clipOf(Number(digit), groupIndex === last && index === group.length - 1),
    )
    return groupIndex === last ? clips : [...clips, groupPause]
  })
}

/** Comes after a digit that already ends in a comma's silence. */
export const groupPause = silence(betweenGroupsMs - 80)
