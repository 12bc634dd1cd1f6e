import type { Language } from '../domain/language.ts'
import { mendLetters } from '../domain/look-alikes.ts'
import { type Pin, parsePin, pinLength } from '../domain/pin.ts'

/** What a person's text says, as far as the line understands it. */
export interface ReadText {
  /** Different PINs, in their order. */
  readonly pins: readonly Pin[]
  /** Digits that look like an attempt at a PIN and are none. */
  readonly triedPin: boolean
  /** The language asked for by its name, КЫР or РУС. */
  readonly wish: Language | undefined
  /** The language the words are in, where they tell. */
  readonly words: Language | undefined
}

/** Fewer digits than this are a house, an age, 119 or 1255: no PIN was meant. */
const digitsOfATry = 5

/** Only what stands between two digits of one number; a word or a full sentence ends it. */
const separators = /^[\s\p{Pd}\p{Pc}\p{Po}\p{Ps}\p{Pe}\p{Sm}\p{Cf}]*$/u

/**
 * Reads a text in any shape a person types: digits of any script, with spaces and dashes, words around. Never guesses: a
 * PIN is fourteen digits that stand together, or in neighbouring groups that make fourteen without one left over.
 */
export function readText(text: string): ReadText {
  const plain = plainDigits(mendLetters(text.normalize('NFKC')))
  const numbers = numbersIn(plain)
  const pins = [...new Set(numbers.flatMap(pinsIn))]
  const words = plain.toLowerCase().match(/\p{L}+/gu) ?? []
  return {
    pins,
    triedPin: pins.length === 0 && numbers.some((groups) => groups.join('').length >= digitsOfATry),
    wish: wishOf(words),
    words: languageOf(words),
  }
}

/** Every decimal digit of Unicode as ASCII; they come in tens, each from its zero on. */
function plainDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    let code = digit.codePointAt(0) ?? 0
    let value = 0
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - 1))) {
      code -= 1
      value += 1
    }
    return String(value)
  })
}

/** Groups of digits, those together that only spaces and punctuation stand between. */
function numbersIn(text: string): string[][] {
  const numbers: string[][] = []
  let end = 0
  for (const { 0: digits, index } of text.matchAll(/[0-9]+/g)) {
    const last = numbers.at(-1)
    if (last && separators.test(text.slice(end, index))) last.push(digits)
    else numbers.push([digits])
    end = index + digits.length
  }
  return numbers
}

function pinsIn(groups: readonly string[]): Pin[] {
  const whole = inFourteens(groups) ?? groups
  return whole.flatMap((digits) => parsePin(digits) ?? [])
}

/** Groups put together to fourteen digits each; nothing when that does not come out even. */
function inFourteens(groups: readonly string[]): string[] | undefined {
  const made = ['']
  for (const group of groups) {
    const open = made[made.length - 1] ?? ''
    if (open.length === pinLength) made.push(group)
    else if (open.length + group.length > pinLength) return undefined
    else made[made.length - 1] = open + group
  }
  return made.at(-1)?.length === pinLength ? made : undefined
}

const wishes: Readonly<Record<Language, RegExp>> = {
  ky: /^(кыр|кыргыз|кыргызча|kyr|kyrgyz|kyrgyzcha|kg)$/,
  ru: /^(рус|русский|русски|орус|орусча|rus|russian|russkij|russkiy)$/,
}

function wishOf(words: readonly string[]): Language | undefined {
  const ky = words.some((word) => wishes.ky.test(word))
  const ru = words.some((word) => wishes.ru.test(word))
  return ky === ru ? undefined : ky ? 'ky' : 'ru'
}

/** Common words of such texts, in Cyrillic and as people write them in Latin letters. */
const common: Readonly<Record<Language, RegExp>> = {
  ky: /^(салам|саламатсызбы|кайда|каерде|кайсы|кандай|канча|качан|менин|мага|мен|сураныч|жардам|рахмат|добуш|шайло[оу]\p{L}*|участогум\p{L}*|тизме\p{L}*|барбы|барымбы|жокпу|керек|билгим|келет|айтыңыз\p{L}*|билдирүү|дареги|номери|бул|үчүн|менен|salam|salamatsyzby|kaida|kayda|menin|jardam|zhardam|rahmat|shailoo|dobush)$/u,
  ru: /^(привет|здравствуйте|добрый|день|где|куда|какой|какая|какие|как|когда|мой|моя|моё|мое|мне|меня|нужен|нужна|хочу|узнать|скажите|подскажите|пожалуйста|помощь|помогите|спасибо|голосовать|голосование|выборы|избирательн\p{L}*|участок|участка|список|списке|избирател\p{L}*|номер|паспорт|паспорта|адрес|мама|папа|privet|zdravstvuyte|gde|kuda|moi|moy|pomosh|pomoshch|uchastok|golosovat|spasibo|pozhaluista)$/u,
}

function languageOf(words: readonly string[]): Language | undefined {
  let score = 0
  for (const word of words) {
    if (/[өүң]/.test(word) || common.ky.test(word)) score += 1
    else if (/[щъ]/.test(word) || common.ru.test(word)) score -= 1
  }
  return score === 0 ? undefined : score > 0 ? 'ky' : 'ru'
}
