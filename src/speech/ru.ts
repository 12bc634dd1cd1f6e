/** Russian spoken forms: numbers, days of a calendar, times, a count of digits. Source: the domain notes, "Spoken forms". */

const units = ['ноль', 'один', 'два', 'три', 'четыре', 'пять', 'шесть', 'семь', 'восемь', 'девять'] as const
const teens = [
  'десять',
  'одиннадцать',
  'двенадцать',
  'тринадцать',
  'четырнадцать',
  'пятнадцать',
  'шестнадцать',
  'семнадцать',
  'восемнадцать',
  'девятнадцать',
] as const
const tens = [
  'двадцать',
  'тридцать',
  'сорок',
  'пятьдесят',
  'шестьдесят',
  'семьдесят',
  'восемьдесят',
  'девяносто',
] as const
const hundreds = [
  'сто',
  'двести',
  'триста',
  'четыреста',
  'пятьсот',
  'шестьсот',
  'семьсот',
  'восемьсот',
  'девятьсот',
] as const

const unitsGenitive = [
  'ноля',
  'одного',
  'двух',
  'трёх',
  'четырёх',
  'пяти',
  'шести',
  'семи',
  'восьми',
  'девяти',
] as const
const tensGenitive = [
  'двадцати',
  'тридцати',
  'сорока',
  'пятидесяти',
  'шестидесяти',
  'семидесяти',
  'восьмидесяти',
  'девяноста',
] as const
const hundredsGenitive = [
  'ста',
  'двухсот',
  'трёхсот',
  'четырёхсот',
  'пятисот',
  'шестисот',
  'семисот',
  'восьмисот',
  'девятисот',
] as const

/** Ordinals, masculine: nominative and the stem the other endings go on. */
const unitOrdinals = [
  'нулевой',
  'первый',
  'второй',
  'третий',
  'четвёртый',
  'пятый',
  'шестой',
  'седьмой',
  'восьмой',
  'девятый',
] as const
const tenOrdinals = [
  'двадцатый',
  'тридцатый',
  'сороковой',
  'пятидесятый',
  'шестидесятый',
  'семидесятый',
  'восьмидесятый',
  'девяностый',
] as const
/** What a round hundred or thousand begins with: двухсотый, двухтысячный. */
const multiples = ['', 'двух', 'трёх', 'четырёх', 'пяти', 'шести', 'семи', 'восьми', 'девяти'] as const

export type RuGender = 'masculine' | 'feminine'
export type RuCardinalCase = 'nom' | 'gen'
/** `nom` is masculine, `neuter` its neuter (and accusative: «первое»), `feminine` too; `gen` is «первого». */
export type RuOrdinalForm = 'nom' | 'neuter' | 'feminine' | 'gen'

function at(words: readonly string[], index: number): string {
  const found = words[index]
  if (found === undefined) throw new RangeError(`no word number ${index}`)
  return found
}

function mustBeSpeakable(number: number): void {
  if (!Number.isInteger(number) || number < 0 || number > 9999)
    throw new RangeError(`${number} has no spoken form: 0 to 9999 have`)
}

/** The form of a noun that goes with a number: 1 and 21 take `one`, 2 to 4 `few`, the rest and 11 to 14 `many`. */
export function ruPlural(number: number, one: string, few: string, many: string): string {
  const lastTwo = number % 100
  if (lastTwo >= 11 && lastTwo <= 14) return many
  if (number % 10 === 1) return one
  return number % 10 >= 2 && number % 10 <= 4 ? few : many
}

function unit(digit: number, gender: RuGender, numberCase: RuCardinalCase): string {
  if (gender === 'feminine' && digit === 1) return numberCase === 'nom' ? 'одна' : 'одной'
  if (gender === 'feminine' && digit === 2 && numberCase === 'nom') return 'две'
  return at(numberCase === 'nom' ? units : unitsGenitive, digit)
}

function belowThousand(number: number, gender: RuGender, numberCase: RuCardinalCase): string[] {
  const words: string[] = []
  const nominative = numberCase === 'nom'
  if (number >= 100) words.push(at(nominative ? hundreds : hundredsGenitive, Math.floor(number / 100) - 1))
  const rest = number % 100
  if (rest >= 20) words.push(at(nominative ? tens : tensGenitive, Math.floor(rest / 10) - 2))
  if (rest >= 10 && rest < 20) {
    const teen = at(teens, rest - 10)
    words.push(nominative ? teen : teen.replace(/ь$/, 'и'))
  } else if (rest % 10 > 0) words.push(unit(rest % 10, gender, numberCase))
  return words
}

/** 2024 → «две тысячи двадцать четыре», in the genitive «двух тысяч двадцати четырёх». 0 to 9999. */
export function ruCardinal(number: number, numberCase: RuCardinalCase = 'nom', gender: RuGender = 'masculine'): string {
  mustBeSpeakable(number)
  if (number === 0) return unit(0, gender, numberCase)
  const thousands = Math.floor(number / 1000)
  const words: string[] = []
  // One thousand is plain «тысяча», as every year of the last century is said.
  if (thousands > 1) words.push(unit(thousands, 'feminine', numberCase))
  if (thousands > 0) {
    words.push(
      numberCase === 'nom'
        ? ruPlural(thousands, 'тысяча', 'тысячи', 'тысяч')
        : ruPlural(thousands, 'тысячи', 'тысяч', 'тысяч'),
    )
  }
  return [...words, ...belowThousand(number % 1000, gender, numberCase)].join(' ')
}

/** 17, genitive → «семнадцатого»; 2000 → «двухтысячного». 0 to 9999. */
export function ruOrdinal(number: number, form: RuOrdinalForm): string {
  mustBeSpeakable(number)
  const [before, last] = splitOrdinal(number)
  const ended = declined(last, form)
  return before > 0 ? `${ruCardinal(before)} ${ended}` : ended
}

/** The part that stays a cardinal, and the ordinal that ends the number. */
function splitOrdinal(number: number): [number, string] {
  const unitDigit = number % 10
  const lastTwo = number % 100
  if (number === 0) return [0, at(unitOrdinals, 0)]
  if (lastTwo >= 10 && lastTwo < 20) return [number - lastTwo, at(teens, lastTwo - 10).replace(/ь$/, 'ый')]
  if (unitDigit > 0) return [number - unitDigit, at(unitOrdinals, unitDigit)]
  if (lastTwo > 0) return [number - lastTwo, at(tenOrdinals, lastTwo / 10 - 2)]
  const lastThree = number % 1000
  if (lastThree > 0) return [number - lastThree, `${at(multiples, lastThree / 100 - 1)}сотый`]
  return [0, `${at(multiples, number / 1000 - 1)}тысячный`]
}

function declined(masculine: string, form: RuOrdinalForm): string {
  if (form === 'nom') return masculine
  if (masculine === 'третий') return { neuter: 'третье', feminine: 'третья', gen: 'третьего' }[form]
  return masculine.slice(0, -2) + { neuter: 'ое', feminine: 'ая', gen: 'ого' }[form]
}

const monthsGenitive = [
  'января',
  'февраля',
  'марта',
  'апреля',
  'мая',
  'июня',
  'июля',
  'августа',
  'сентября',
  'октября',
  'ноября',
  'декабря',
] as const

/** «семнадцатого ноября», accusative «первое ноября»; with the year «… две тысячи двадцать четвёртого года». */
export function ruDay(day: string, dayCase: 'gen' | 'acc', withYear: boolean): string {
  const [year, month, dayOfMonth] = day.split('-').map(Number)
  const monthName = monthsGenitive[Number(month) - 1]
  if (!monthName || !year || !dayOfMonth) throw new RangeError(`${day} is not a day`)
  const said = `${ruOrdinal(dayOfMonth, dayCase === 'gen' ? 'gen' : 'neuter')} ${monthName}`
  return withYear ? `${said} ${ruOrdinal(year, 'gen')} года` : said
}

/**
 * A time of day after «с» or «до», in the genitive: «восьми», with `named` units «двадцати часов». Minutes are
 * always named, with their hours: «восьми часов тридцати минут».
 */
export function ruTime(time: string, named: boolean): string {
  const [hours, minutes] = time.split(':').map(Number)
  if (hours === undefined || minutes === undefined) throw new RangeError(`${time} is not a time of day`)
  if (!named && minutes === 0) return ruCardinal(hours, 'gen')
  const saidHours = `${ruCardinal(hours, 'gen')} ${ruPlural(hours, 'часа', 'часов', 'часов')}`
  if (minutes === 0) return saidHours
  return `${saidHours} ${ruCardinal(minutes, 'gen', 'feminine')} ${ruPlural(minutes, 'минуты', 'минут', 'минут')}`
}

/** A count of digits as an object: «одну цифру», «две цифры», «одиннадцать цифр». */
export function ruDigitCount(count: number): string {
  const number = ruCardinal(count, 'nom', 'feminine').replace(/одна$/, 'одну')
  return `${number} ${ruPlural(count, 'цифру', 'цифры', 'цифр')}`
}
