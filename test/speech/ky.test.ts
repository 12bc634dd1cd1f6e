import { addDays } from '../../src/domain/calendar.ts'
import { kyCardinal, kyDay, kyInCase, kyOrdinal, kyTime } from '../../src/speech/ky.ts'

/** The table of the Commission's domain notes, as it stands there. */
const table = `
| нөл | нөлүнчү | нөлгө | нөлдөн | нөлдү |
| бир | биринчи | бирге | бирден | бирди |
| эки | экинчи | экиге | экиден | экини |
| үч | үчүнчү | үчкө | үчтөн | үчтү |
| төрт | төртүнчү | төрткө | төрттөн | төрттү |
| беш | бешинчи | бешке | бештен | бешти |
| алты | алтынчы | алтыга | алтыдан | алтыны |
| жети | жетинчи | жетиге | жетиден | жетини |
| сегиз | сегизинчи | сегизге | сегизден | сегизди |
| тогуз | тогузунчу | тогузга | тогуздан | тогузду |
| он | онунчу | онго | ондон | онду |
| жыйырма | жыйырманчы | жыйырмага | жыйырмадан | жыйырманы |
| отуз | отузунчу | отузга | отуздан | отузду |
| кырк | кыркынчы | кыркка | кырктан | кыркты |
| элүү | элүүнчү | элүүгө | элүүдөн | элүүнү |
| алтымыш | алтымышынчы | алтымышка | алтымыштан | алтымышты |
| жетимиш | жетимишинчи | жетимишке | жетимиштен | жетимишти |
| сексен | сексенинчи | сексенге | сексенден | сексенди |
| токсон | токсонунчу | токсонго | токсондон | токсонду |
| жүз | жүзүнчү | жүзгө | жүздөн | жүздү |
| миң | миңинчи | миңге | миңден | миңди |`
  .trim()
  .split('\n')
  .map((row) => row.split('|').flatMap((cell) => cell.trim() || []))

const values = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 1000]
const column = (index: number) => new Map(table.map((row, at) => [row[index], values[at]]))
const all = Array.from({ length: 10_000 }, (_, number) => number)

/** Hears a number as a person does: words add up, «жүз» and «миң» multiply what was said before them. */
function heard(text: string, lastColumn: number): number {
  const words = text.split(' ')
  let sum = 0
  let digit = 0
  for (const [index, word] of words.entries()) {
    const value = column(index === words.length - 1 ? lastColumn : 0).get(word)
    if (value === undefined) throw new Error(`"${word}" in "${text}" isn't in the table`)
    if (value < 10) digit = value
    else if (value < 100) sum += value
    else {
      sum += digit * value
      digit = 0
    }
  }
  return sum + digit
}

it.each([
  ['cardinals', 0, kyCardinal],
  ['ordinals', 1, kyOrdinal],
  ['datives', 2, (number: number) => kyInCase(number, 'dat')],
  ['ablatives', 3, (number: number) => kyInCase(number, 'abl')],
  ['accusatives', 4, (number: number) => kyInCase(number, 'acc')],
] as const)('says all %s of 0 to 9999 in words of the table, only the last with an ending', (_, index, say) => {
  expect(all.map((number) => heard(say(number), index))).toEqual(all)
  expect(new Set(all.map(say)).size).toBe(all.length)
  expect(all.map(say).filter((text) => text !== text.trim() || text.includes('  '))).toEqual([])
})

it('says the numbers of the domain notes as they do', () => {
  expect(kyCardinal(1162)).toBe('бир миң бир жүз алтымыш эки')
  expect(kyCardinal(0)).toBe('нөл')
  expect(kyCardinal(1000)).toBe('бир миң')
  expect(kyOrdinal(1000)).toBe('бир миңинчи')
})

it.each([-1, 10_000, 1.5, Number.NaN])('refuses %p', (number) => {
  expect(() => kyCardinal(number)).toThrow(RangeError)
})

it('says the days of the domain notes as they do', () => {
  expect(kyDay('2024-11-17', 'nom', true)).toBe('эки миң жыйырма төртүнчү жылдын он жетинчи ноябры')
  expect(kyDay('2024-11-17', 'loc', true)).toBe('эки миң жыйырма төртүнчү жылдын он жетинчи ноябрында')
  expect(kyDay('2024-11-17', 'abl', true)).toMatch(/ноябрынан$/)
  expect(kyDay('2024-11-17', 'dat', true)).toMatch(/ноябрына$/)
  expect(kyDay('2024-11-01', 'loc', false)).toBe('биринчи ноябрда')
  expect(kyDay('2024-11-01', 'abl', false)).toBe('биринчи ноябрдан')
  expect(kyDay('2024-11-01', 'dat', false)).toBe('биринчи ноябрга')
  expect(kyDay('2024-11-01', 'acc', false)).toBe('биринчи ноябрды')
})

/** Endings by the harmony of each month's last vowel and the voice of its last consonant. */
const months = [
  ['январ', 'да га дан ды', 'ы ында ынан ына ын'],
  ['феврал', 'да га дан ды', 'ы ында ынан ына ын'],
  ['март', 'та ка тан ты', 'ы ында ынан ына ын'],
  ['апрел', 'де ге ден ди', 'и инде инен ине ин'],
  ['май', 'да га дан ды', 'ы ында ынан ына ын'],
  ['июн', 'да га дан ду', 'у унда унан уна ун'],
  ['июл', 'да га дан ду', 'у унда унан уна ун'],
  ['август', 'та ка тан ту', 'у унда унан уна ун'],
  ['сентябр', 'да га дан ды', 'ы ында ынан ына ын'],
  ['октябр', 'да га дан ды', 'ы ында ынан ына ын'],
  ['ноябр', 'да га дан ды', 'ы ында ынан ына ын'],
  ['декабр', 'да га дан ды', 'ы ында ынан ына ын'],
] as const

it('says every day of a leap year in every form', () => {
  for (let day = '2028-01-01'; day < '2029'; day = addDays(day, 1)) {
    const [stem, plain, possessive] = months[Number(day.slice(5, 7)) - 1] ?? ['', '', '']
    const dayOfMonth = kyOrdinal(Number(day.slice(8)))
    const [loc, dat, abl, acc] = plain.split(' ')
    expect(kyDay(day, 'loc', false)).toBe(`${dayOfMonth} ${stem}${loc}`)
    expect(kyDay(day, 'dat', false)).toBe(`${dayOfMonth} ${stem}${dat}`)
    expect(kyDay(day, 'abl', false)).toBe(`${dayOfMonth} ${stem}${abl}`)
    expect(kyDay(day, 'acc', false)).toBe(`${dayOfMonth} ${stem}${acc}`)
    const forms = (['nom', 'loc', 'abl', 'dat', 'acc'] as const).map((dayCase) => kyDay(day, dayCase, true))
    expect(forms).toEqual(
      possessive.split(' ').map((ending) => `эки миң жыйырма сегизинчи жылдын ${dayOfMonth} ${stem}${ending}`),
    )
  }
})

it('says times', () => {
  expect(`саат ${kyTime('08:00', 'abl')} ${kyTime('20:00', 'dat')} чейин`).toBe('саат сегизден жыйырмага чейин')
  expect(kyTime('14:30', 'nom')).toBe('он төрт отуз')
  expect(kyTime('14:30', 'abl')).toBe('он төрт отуздан')
  expect(kyTime('07:05', 'dat')).toBe('жети нөл бешке')
})
