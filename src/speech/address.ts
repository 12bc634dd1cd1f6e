import type { Language } from '../domain/language.ts'
import { mendLetters } from '../domain/look-alikes.ts'
import { kyCardinal, kyOrdinal } from './ky.ts'
import { ruCardinal, ruOrdinal } from './ru.ts'

/** The sign is looked for first: most addresses have none, and thirty patterns for each of thousands take a second. */
type Rule = readonly [sign: string, pattern: RegExp, full: string]

/**
 * An abbreviation that stands alone. A single letter counts in lower case only: «А. Айталиев» is a person's initial,
 * «а. Туз» a village.
 */
function short(abbreviation: string, full: string): Rule {
  const letters = abbreviation.replaceAll('.', '\\.\\s*')
  const flags = /^\p{L}\.$/u.test(abbreviation) ? 'gu' : 'giu'
  const sign = /\P{L}/u.exec(abbreviation)?.[0] ?? ''
  return [sign, new RegExp(`(?<![\\p{L}\\p{N}])${letters}(?=\\s|\\p{L}|\\p{N}|[,"«»№)]|$)`, flags), `${full} `]
}

// Longer ones first: «мкр-н» before «мкр.».
const abbreviations: Readonly<Record<Language, readonly Rule[]>> = {
  ky: [
    short('көч.', 'көчөсү'),
    short('к-сү', 'көчөсү'),
    short('пр-т', 'проспекти'),
    short('пр.', 'проспекти'),
    short('мкр.', 'кичирайону'),
    short('кр.', 'кичирайону'),
    short('обл.', 'облусу'),
    short('р-ну', 'району'),
    short('р-н', 'району'),
    short('ш.', 'шаары'),
    short('айм.', 'аймагы'),
    short('а.ө.', 'айыл өкмөтү'),
    short('а/ө', 'айыл өкмөтү'),
    short('а.', 'айылы'),
    short('үй.', 'үй'),
    short('б/б', 'бала бакча'),
    short('о/м', 'орто мектеп'),
    short('ж.б.', 'жана башкалар'),
  ],
  ru: [
    short('ул.', 'улица'),
    short('пр-т', 'проспект'),
    short('просп.', 'проспект'),
    short('пр-кт', 'проспект'),
    short('пер.', 'переулок'),
    short('пл.', 'площадь'),
    short('бул.', 'бульвар'),
    short('б-р', 'бульвар'),
    short('мкр-н', 'микрорайон'),
    short('мкр.', 'микрорайон'),
    short('м-н', 'микрорайон'),
    short('ж/м', 'жилмассив'),
    short('обл.', 'область'),
    short('р-н', 'район'),
    short('р-на', 'района'),
    short('пгт.', 'посёлок городского типа'),
    short('пос.', 'посёлок'),
    short('п.', 'посёлок'),
    short('с.', 'село'),
    short('г.', 'город'),
    short('а.', 'айыл'),
    short('стр.', 'строение'),
    short('корп.', 'корпус'),
    short('к.', 'корпус'),
    short('кв.', 'квартира'),
    short('д/с', 'детский сад'),
    short('д.', 'дом'),
    short('им.', 'имени'),
    short('шк.', 'школа'),
    short('ср.', 'средняя'),
    short('а/о', 'айыльный округ'),
    short('а.о.', 'айыльный округ'),
  ],
}

const letters: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  // Names of the letters that stand behind house numbers and before surnames.
  ky: { б: 'бэ', в: 'вэ', г: 'гэ', д: 'дэ', к: 'ка', л: 'эл', м: 'эм', н: 'эн', п: 'пэ', р: 'эр', с: 'эс', т: 'тэ' },
  ru: { б: 'бэ', в: 'вэ', г: 'гэ', д: 'дэ', к: 'ка', л: 'эл', м: 'эм', н: 'эн', п: 'пэ', р: 'эр', с: 'эс', т: 'тэ' },
}

/**
 * A station's address as it is said: abbreviations and numbers in words, quotation marks away, look-alike letters
 * mended. «детский сад №79, ул. Политехническая, 10» → «детский сад номер семьдесят девять, улица Политехническая,
 * десять.»
 */
export function spokenAddress(address: string, language: Language): string {
  let text = mendLetters(address)
  // Quotation marks are not heard, and some voices stumble over them.
  text = text.replaceAll(/["«»“”„()]/g, ' ')
  for (const [sign, pattern, full] of abbreviations[language])
    if (text.includes(sign)) text = text.replace(pattern, full)
  // «Тунгуч к-сү 36-А»: the hyphen before a letter says nothing.
  text = text.replaceAll(/(?<=\d)-(?=\p{Lu}(?!\p{L}))/gu, '')
  text = language === 'ky' ? kyNumbers(text) : ruNumbers(text)
  text = text
    .replaceAll(/(?<!\p{L})(\p{L})\.\s*(?=\p{Lu})/gu, (_, letter: string) => `${letterName(letter, language)} `)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ (?=[,.])/g, '')
    .replace(/[\s,.;:]+$/, '')
    .trim()
  return `${text}.`
}

function kyNumbers(text: string): string {
  return (
    houses(text, 'ky')
      .replaceAll(/(?<!\d)№\s*(\d{1,4})(?!\d)(?=\s*\p{L})/gu, (_, number: string) => `${kyOrdinal(Number(number))} `)
      .replaceAll(/№\s*(?=\d)/g, 'номери ')
      // A hyphen after a number makes it an ordinal: «8-кичирайон», «5-А класс» aside.
      .replaceAll(/(?<!\d)(\d{1,4})-(?=\p{Ll})/gu, (_, number: string) => `${kyOrdinal(Number(number))} `)
      .replaceAll(/\d+/g, (number) => cardinal(number, 'ky'))
  )
}

const ruOrdinalForms: Readonly<Record<string, 'nom' | 'feminine' | 'neuter' | 'gen'>> = {
  й: 'nom',
  ый: 'nom',
  ой: 'nom',
  я: 'feminine',
  ая: 'feminine',
  е: 'neuter',
  ое: 'neuter',
  го: 'gen',
  ого: 'gen',
}

function ruNumbers(text: string): string {
  return houses(text, 'ru')
    .replaceAll(/№\s*(?=\d)/g, 'номер ')
    .replaceAll(/(?<!\d)(\d{1,4})-(ый|ой|ая|ое|ого|го|й|я|е)(?!\p{L})/gu, (_, number: string, ending: string) =>
      ruOrdinal(Number(number), ruOrdinalForms[ending] ?? 'nom'),
    )
    .replaceAll(/\d+/g, (number) => cardinal(number, 'ru'))
}

/** «10А» and «12/1»: number and letter, number and number; said with a hair's breadth between. */
function houses(text: string, language: Language): string {
  return text
    .replaceAll(/(\d+)\s*\/\s*(?=\d)/g, language === 'ky' ? '$1 бөлчөк ' : '$1 дробь ')
    .replaceAll(
      /(\d+)(\p{L})(?!\p{L})/gu,
      (_, number: string, letter: string) => `${number} ${letterName(letter, language)}`,
    )
}

/** Numbers of more than four digits are said digit by digit; so is what begins with a zero. */
function cardinal(digits: string, language: Language): string {
  const say = language === 'ky' ? kyCardinal : ruCardinal
  if (digits.length <= 4 && !/^0./.test(digits)) return ` ${say(Number(digits))} `
  return ` ${[...digits].map((digit) => say(Number(digit))).join(' ')} `
}

function letterName(letter: string, language: Language): string {
  return letters[language][letter.toLowerCase()] ?? letter
}
