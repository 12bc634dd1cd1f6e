import { judgeUnlistedPin, parsePin } from '../../src/domain/pin.ts'

const votingDay = '2026-11-22'

function judge(text: string, day = votingDay) {
  const pin = parsePin(text)
  if (!pin) throw new Error('The test needs 14 digits.')
  return judgeUnlistedPin(pin, day)
}

describe('a PIN', () => {
  it('is exactly 14 ASCII digits', () => {
    expect(parsePin('20504198000123')).toBe('20504198000123')
  })

  it.each([
    '',
    '2050419800012',
    '205041980001234',
    '20504198000123 ',
    ' 20504198000123',
    '20504198000123\n',
    '2050419800012x',
    '2050419800012３',
    '٢٠٥٠٤١٩٨٠٠٠١٢٣',
    '2.504198000e12',
    '-2050419800012',
    '20504198000123\0',
  ])('is not %j', (text) => {
    expect(parsePin(text)).toBeUndefined()
  })
})

describe('a PIN the register does not know', () => {
  it.each([
    ['20101199099999', 'not-listed'],
    ['10203201200017', 'under-18'],
    ['90000000000000', 'typed-wrongly'],
  ] as const)('of the sample, %s, is %s', (pin, reason) => {
    expect(judge(pin)).toBe(reason)
  })

  it.each(['0', '3', '4', '5', '6', '7', '8', '9'])('beginning with %s is typed wrongly', (digit) => {
    expect(judge(`${digit}0101199000001`)).toBe('typed-wrongly')
  })

  it('may lack the day, the month or both', () => {
    expect(judge('10000194000001')).toBe('not-listed')
    expect(judge('10005194000001')).toBe('not-listed')
    expect(judge('11500194000001')).toBe('not-listed')
    expect(judge('13100194000001')).toBe('not-listed')
  })

  it.each([
    ['32', '01', '1990'],
    ['31', '04', '1990'],
    ['30', '02', '1992'],
    ['29', '02', '1990'],
    ['29', '02', '1900'],
    ['01', '13', '1990'],
    ['00', '13', '1990'],
    ['32', '00', '1990'],
    ['01', '01', '1899'],
    ['01', '01', '0000'],
    ['01', '01', '2027'],
    ['01', '01', '9999'],
  ])('with the impossible birth date %s.%s.%s is typed wrongly', (day, month, year) => {
    expect(judge(`1${day}${month}${year}00001`)).toBe('typed-wrongly')
  })

  it('may be born on a leap day', () => {
    expect(judge('12902199200001')).toBe('not-listed')
    expect(judge('12902200000001')).toBe('not-listed')
  })

  it('is of age on the 18th birthday itself', () => {
    expect(judge('12111200800001')).toBe('not-listed')
    expect(judge('12211200800001')).toBe('not-listed')
    expect(judge('12311200800001')).toBe('under-18')
  })

  it('born on a leap day is of age on 1 March of a common year', () => {
    expect(judge('12902200800001', '2026-02-28')).toBe('under-18')
    expect(judge('12902200800001', '2026-03-01')).toBe('not-listed')
  })

  it('born up to voting day is under 18, and later was never born', () => {
    expect(judge('12111202600001')).toBe('under-18')
    expect(judge('12211202600001')).toBe('under-18')
    expect(judge('12311202600001')).toBe('typed-wrongly')
    expect(judge('13112202600001')).toBe('typed-wrongly')
  })

  it('with no day of birth is of age from the first of its year on', () => {
    expect(judge('10000200800001')).toBe('not-listed')
    expect(judge('10000200900001')).toBe('under-18')
  })
})
