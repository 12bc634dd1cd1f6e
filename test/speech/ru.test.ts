import { addDays } from '../../src/domain/calendar.ts'
import { ruCardinal, ruDay, ruDigitCount, ruOrdinal, ruTime } from '../../src/speech/ru.ts'

const all = Array.from({ length: 10_000 }, (_, number) => number)

/** Every word a Russian number is made of, nominative and genitive, with its value. */
const cardinalWords = `
0 ноль ноля|1 один одного одна|2 два двух две|3 три трёх|4 четыре четырёх|5 пять пяти|6 шесть шести|7 семь семи
8 восемь восьми|9 девять девяти|10 десять десяти|11 одиннадцать одиннадцати|12 двенадцать двенадцати
13 тринадцать тринадцати|14 четырнадцать четырнадцати|15 пятнадцать пятнадцати|16 шестнадцать шестнадцати
17 семнадцать семнадцати|18 восемнадцать восемнадцати|19 девятнадцать девятнадцати|20 двадцать двадцати
30 тридцать тридцати|40 сорок сорока|50 пятьдесят пятидесяти|60 шестьдесят шестидесяти|70 семьдесят семидесяти
80 восемьдесят восьмидесяти|90 девяносто девяноста|100 сто ста|200 двести двухсот|300 триста трёхсот
400 четыреста четырёхсот|500 пятьсот пятисот|600 шестьсот шестисот|700 семьсот семисот|800 восемьсот восьмисот
900 девятьсот девятисот`

const ordinalWords = `
0 нулевого|1 первого|2 второго|3 третьего|4 четвёртого|5 пятого|6 шестого|7 седьмого|8 восьмого|9 девятого
10 десятого|11 одиннадцатого|12 двенадцатого|13 тринадцатого|14 четырнадцатого|15 пятнадцатого|16 шестнадцатого
17 семнадцатого|18 восемнадцатого|19 девятнадцатого|20 двадцатого|30 тридцатого|40 сорокового|50 пятидесятого
60 шестидесятого|70 семидесятого|80 восьмидесятого|90 девяностого|100 сотого|200 двухсотого|300 трёхсотого
400 четырёхсотого|500 пятисотого|600 шестисотого|700 семисотого|800 восьмисотого|900 девятисотого|1000 тысячного
2000 двухтысячного|3000 трёхтысячного|4000 четырёхтысячного|5000 пятитысячного|6000 шеститысячного
7000 семитысячного|8000 восьмитысячного|9000 девятитысячного`

function lexicon(words: string, form?: number): ReadonlyMap<string, number> {
  return new Map(
    words
      .trim()
      .split(/[|\n]/)
      .flatMap((entry) => {
        const [value, ...forms] = entry.split(' ')
        return (form === undefined ? forms : [forms[form] ?? '', ...forms.slice(2)]).map((word): [string, number] => [
          word,
          Number(value),
        ])
      }),
  )
}

/** Hears a number as a person does: words add up, «тысяч» multiplies, and each word is smaller than the one before. */
function heard(text: string, middle: ReadonlyMap<string, number>, last = middle): number {
  const words = text.split(' ')
  let sum = 0
  let ceiling = 10_000
  for (const [index, word] of words.entries()) {
    if (/^тысяч(а|и|)$/.test(word)) {
      sum = Math.max(1, sum) * 1000
      ceiling = 1000
      continue
    }
    const value = (index === words.length - 1 ? last : middle).get(word)
    if (value === undefined) throw new Error(`"${word}" in "${text}" isn't a number's word`)
    if (value >= ceiling) throw new Error(`"${word}" comes too late in "${text}"`)
    ceiling = value >= 100 ? 100 : value >= 20 ? 10 : 1
    if (index < words.length - 1 && /^тысяч(а|и|)$/.test(words[index + 1] ?? '')) ceiling = 10_000
    sum += value
  }
  return sum
}

it('says all cardinals of 0 to 9999, nominative and genitive', () => {
  expect(all.map((number) => heard(ruCardinal(number), lexicon(cardinalWords, 0)))).toEqual(all)
  const genitive = new Map([...lexicon(cardinalWords, 1)].filter(([word]) => !['одна', 'две'].includes(word)))
  expect(all.map((number) => heard(ruCardinal(number, 'gen'), genitive))).toEqual(all)
})

it('says all ordinals of 0 to 9999 in the genitive, as years and days have them', () => {
  const nominative = lexicon(cardinalWords, 0)
  expect(all.map((number) => heard(ruOrdinal(number, 'gen'), nominative, lexicon(ordinalWords)))).toEqual(all)
})

it('makes the other forms of an ordinal from the same words', () => {
  for (const number of all) {
    const genitive = ruOrdinal(number, 'gen')
    expect(ruOrdinal(number, 'neuter')).toBe(
      genitive.endsWith('третьего') ? genitive.replace(/его$/, 'е') : genitive.replace(/ого$/, 'ое'),
    )
    expect(ruOrdinal(number, 'nom')).toMatch(/(ый|ой|ий)$/)
    expect(ruOrdinal(number, 'feminine')).toMatch(/(ая|ья)$/)
  }
  expect(ruOrdinal(40, 'nom')).toBe('сороковой')
  expect(ruOrdinal(3, 'feminine')).toBe('третья')
})

it('agrees «тысяча» with its number', () => {
  expect([1000, 2000, 5000].map((number) => ruCardinal(number))).toEqual(['тысяча', 'две тысячи', 'пять тысяч'])
  expect(ruCardinal(2024, 'gen')).toBe('двух тысяч двадцати четырёх')
})

it.each([-1, 10_000, 1.5])('refuses %p', (number) => {
  expect(() => ruCardinal(number)).toThrow(RangeError)
  expect(() => ruOrdinal(number, 'gen')).toThrow(RangeError)
})

it('says every day of a leap year', () => {
  const months = 'января февраля марта апреля мая июня июля августа сентября октября ноября декабря'.split(' ')
  for (let day = '2028-01-01'; day < '2029'; day = addDays(day, 1)) {
    const month = months[Number(day.slice(5, 7)) - 1]
    const number = Number(day.slice(8))
    const genitive = ruDay(day, 'gen', false).split(` ${month}`)
    expect(genitive[1]).toBe('')
    expect(heard(genitive[0] ?? '', lexicon(cardinalWords, 0), lexicon(ordinalWords))).toBe(number)
    expect(ruDay(day, 'gen', true)).toBe(`${genitive[0]} ${month} две тысячи двадцать восьмого года`)
    expect(ruDay(day, 'acc', false)).toBe(`${ruOrdinal(number, 'neuter')} ${month}`)
  }
})

it('says the days and times of the domain notes as they do', () => {
  expect(ruDay('2024-11-17', 'gen', true)).toBe('семнадцатого ноября две тысячи двадцать четвёртого года')
  expect(ruDay('2024-11-01', 'acc', false)).toBe('первое ноября')
  expect(`с ${ruTime('08:00', false)} до ${ruTime('20:00', true)}`).toBe('с восьми до двадцати часов')
  expect(ruTime('21:30', true)).toBe('двадцати одного часа тридцати минут')
  expect(ruTime('01:01', false)).toBe('одного часа одной минуты')
})

it('counts digits', () => {
  const counts = [1, 2, 3, 4, 5, 11, 12, 13, 21].map(ruDigitCount)
  expect(counts).toEqual([
    'одну цифру',
    'две цифры',
    'три цифры',
    'четыре цифры',
    'пять цифр',
    'одиннадцать цифр',
    'двенадцать цифр',
    'тринадцать цифр',
    'двадцать одну цифру',
  ])
})
