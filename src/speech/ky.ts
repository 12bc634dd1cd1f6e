/**
 * Kyrgyz spoken forms: numbers, days of a calendar, times. Source: the Commission's domain notes, "Spoken forms"
 * (every word is in that table; the months' endings follow its example ноябры, ноябрында and vowel harmony).
 */

/** Dative -га, ablative -дан, accusative -ды. */
export type KyNumberCase = 'dat' | 'abl' | 'acc'

interface NumberWord {
  readonly base: string
  readonly ordinal: string
  readonly dat: string
  readonly abl: string
  readonly acc: string
}

const word = (base: string, ordinal: string, dat: string, abl: string, acc: string): NumberWord => ({
  base,
  ordinal,
  dat,
  abl,
  acc,
})

const units = [
  word('нөл', 'нөлүнчү', 'нөлгө', 'нөлдөн', 'нөлдү'),
  word('бир', 'биринчи', 'бирге', 'бирден', 'бирди'),
  word('эки', 'экинчи', 'экиге', 'экиден', 'экини'),
  word('үч', 'үчүнчү', 'үчкө', 'үчтөн', 'үчтү'),
  word('төрт', 'төртүнчү', 'төрткө', 'төрттөн', 'төрттү'),
  word('беш', 'бешинчи', 'бешке', 'бештен', 'бешти'),
  word('алты', 'алтынчы', 'алтыга', 'алтыдан', 'алтыны'),
  word('жети', 'жетинчи', 'жетиге', 'жетиден', 'жетини'),
  word('сегиз', 'сегизинчи', 'сегизге', 'сегизден', 'сегизди'),
  word('тогуз', 'тогузунчу', 'тогузга', 'тогуздан', 'тогузду'),
] as const
const zero = units[0]

const tens = [
  word('он', 'онунчу', 'онго', 'ондон', 'онду'),
  word('жыйырма', 'жыйырманчы', 'жыйырмага', 'жыйырмадан', 'жыйырманы'),
  word('отуз', 'отузунчу', 'отузга', 'отуздан', 'отузду'),
  word('кырк', 'кыркынчы', 'кыркка', 'кырктан', 'кыркты'),
  word('элүү', 'элүүнчү', 'элүүгө', 'элүүдөн', 'элүүнү'),
  word('алтымыш', 'алтымышынчы', 'алтымышка', 'алтымыштан', 'алтымышты'),
  word('жетимиш', 'жетимишинчи', 'жетимишке', 'жетимиштен', 'жетимишти'),
  word('сексен', 'сексенинчи', 'сексенге', 'сексенден', 'сексенди'),
  word('токсон', 'токсонунчу', 'токсонго', 'токсондон', 'токсонду'),
] as const

const hundred = word('жүз', 'жүзүнчү', 'жүзгө', 'жүздөн', 'жүздү')
const thousand = word('миң', 'миңинчи', 'миңге', 'миңден', 'миңди')

/** The words of a number, first to last. Always «бир жүз», «бир миң»: the domain notes say 1162 so. */
function wordsOf(number: number): readonly NumberWord[] {
  if (!Number.isInteger(number) || number < 0 || number > 9999)
    throw new RangeError(`${number} has no spoken form: 0 to 9999 have`)
  const words: NumberWord[] = []
  const digitThen = (digit: number, then: NumberWord) => {
    if (digit > 0) words.push(units[digit] ?? zero, then)
  }
  digitThen(Math.floor(number / 1000), thousand)
  digitThen(Math.floor(number / 100) % 10, hundred)
  const ten = tens[(Math.floor(number / 10) % 10) - 1]
  if (ten) words.push(ten)
  const unit = units[number % 10]
  if (unit && (number % 10 > 0 || words.length === 0)) words.push(unit)
  return words
}

/** Words stand apart, and only the last takes an ending. */
function endedBy(number: number, form: keyof NumberWord): string {
  const words = wordsOf(number)
  return words.map((each, index) => (index === words.length - 1 ? each[form] : each.base)).join(' ')
}

/** 1162 → «бир миң бир жүз алтымыш эки». 0 to 9999. */
export function kyCardinal(number: number): string {
  return endedBy(number, 'base')
}

/** 17 → «он жетинчи». 0 to 9999. */
export function kyOrdinal(number: number): string {
  return endedBy(number, 'ordinal')
}

/** 8, ablative → «сегизден». 0 to 9999. */
export function kyInCase(number: number, numberCase: KyNumberCase): string {
  return endedBy(number, numberCase)
}

export type KyDayCase = 'nom' | 'loc' | 'dat' | 'abl' | 'acc'

/** The stem a case ending is put on (the soft sign goes), that ending, and the possessive's vowel. */
interface Month {
  readonly plain: Readonly<Record<KyDayCase, string>>
  readonly possessive: Readonly<Record<KyDayCase, string>>
}

/**
 * @param endings of locative, dative, ablative and accusative without a year
 * @param vowel that harmony asks for in the possessive: ноябр-ы, апрел-и, июн-у
 */
function month(name: string, endings: readonly [string, string, string, string], vowel: 'ы' | 'и' | 'у'): Month {
  const stem = name.replace(/ь$/, '')
  const [loc, dat, abl, acc] = endings
  const open = vowel === 'и' ? 'е' : 'а'
  return {
    plain: { nom: name, loc: stem + loc, dat: stem + dat, abl: stem + abl, acc: stem + acc },
    possessive: {
      nom: stem + vowel,
      loc: `${stem}${vowel}нд${open}`,
      dat: `${stem}${vowel}н${open}`,
      abl: `${stem}${vowel}н${open}н`,
      acc: `${stem}${vowel}н`,
    },
  }
}

const voiced = ['да', 'га', 'дан', 'ды'] as const
const months = [
  month('январь', voiced, 'ы'),
  month('февраль', voiced, 'ы'),
  month('март', ['та', 'ка', 'тан', 'ты'], 'ы'),
  month('апрель', ['де', 'ге', 'ден', 'ди'], 'и'),
  month('май', voiced, 'ы'),
  month('июнь', ['да', 'га', 'дан', 'ду'], 'у'),
  month('июль', ['да', 'га', 'дан', 'ду'], 'у'),
  month('август', ['та', 'ка', 'тан', 'ту'], 'у'),
  month('сентябрь', voiced, 'ы'),
  month('октябрь', voiced, 'ы'),
  month('ноябрь', voiced, 'ы'),
  month('декабрь', voiced, 'ы'),
] as const

/** A day with its month, «он жетинчи ноябрда»; with the year «эки миң жыйырма төртүнчү жылдын он жетинчи ноябрында». */
export function kyDay(day: string, dayCase: KyDayCase, withYear: boolean): string {
  const [year, monthNumber, dayOfMonth] = day.split('-').map(Number)
  const forms = months[Number(monthNumber) - 1]
  if (!forms || !year || !dayOfMonth) throw new RangeError(`${day} is not a day`)
  return withYear
    ? `${kyOrdinal(year)} жылдын ${kyOrdinal(dayOfMonth)} ${forms.possessive[dayCase]}`
    : `${kyOrdinal(dayOfMonth)} ${forms.plain[dayCase]}`
}

/** A time of day as it follows «саат»: 14:30 → «он төрт отуз», in the ablative «он төрт отуздан». */
export function kyTime(time: string, timeCase: KyNumberCase | 'nom'): string {
  const [hours, minutes] = time.split(':').map(Number)
  if (hours === undefined || minutes === undefined) throw new RangeError(`${time} is not a time of day`)
  const ended = (number: number) => (timeCase === 'nom' ? kyCardinal(number) : kyInCase(number, timeCase))
  if (minutes === 0) return ended(hours)
  // 14:05 would be heard as 14 and 5 of something: the zero is said, as a clock shows it.
  return `${kyCardinal(hours)} ${minutes < 10 ? 'нөл ' : ''}${ended(minutes)}`
}
