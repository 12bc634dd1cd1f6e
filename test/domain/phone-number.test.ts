import parsePhoneNumber from 'libphonenumber-js'
import {
  maskNumber,
  nationalDigits,
  type PhoneNumber,
  parseCallerNumber,
  parseTypedNumber,
} from '../../src/domain/phone-number.ts'

describe('a caller number', () => {
  it('is valid where the library says so, in every range of Kyrgyzstan', () => {
    const ranges = Array.from({ length: 1000 }, (_, range) => `+996${String(range).padStart(3, '0')}123456`)
    const isThere = (number: string) => parseCallerNumber(number, '312') !== undefined
    expect(ranges.filter(isThere)).toEqual(ranges.filter((number) => parsePhoneNumber(number)?.isValid() === true))
  })

  it.each([
    ['996555123456', '+996555123456'],
    ['+996555123456', '+996555123456'],
    ['00996555123456', '+996555123456'],
    ['0555123456', '+996555123456'],
    ['555123456', '+996555123456'],
    ['996312660240', '+996312660240'],
    ['+996312660240', '+996312660240'],
    ['00996312660240', '+996312660240'],
    ['0312660240', '+996312660240'],
    ['312660240', '+996312660240'],
    ['660240', '+996312660240'],
    ['996555123', '+996996555123'],
    ['990123456', '+996990123456'],
    ['700123456', '+996700123456'],
    ['500123456', '+996500123456'],
    ['220123456', '+996220123456'],
    ['770123456', '+996770123456'],
    [' +996 (555) 12-34-56 ', '+996555123456'],
    ['79161234567', '+79161234567'],
    ['0079161234567', '+79161234567'],
    ['+4915112345678', '+4915112345678'],
  ])('%j is %s', (raw, number) => {
    expect(parseCallerNumber(raw, '312')).toBe(number)
  })

  it.each([
    '',
    'anonymous',
    'Anonymous',
    'unavailable',
    'unknown',
    '1255',
    '119',
    '12345',
    '1234567',
    '0',
    '000000000',
    '000000',
    '+',
    '+996',
    '9965551234567',
    '+99655512345',
    '0055512345',
    '1234567890123456',
    'sip:0555123456',
    '0555123456;drop',
    '0555\n123456\r\nAction: Originate',
    '٠٥٥٥١٢٣٤٥٦',
    '０５５５１２３４５６',
  ])('%j gives none', (raw) => {
    expect(parseCallerNumber(raw, '312')).toBeUndefined()
  })

  it('gets the area code of five local digits in Osh', () => {
    expect(parseCallerNumber('56789', '3222')).toBe('+996322256789')
    expect(parseCallerNumber('660240', '3222')).toBeUndefined()
  })
})

describe('a typed number', () => {
  it.each([
    ['0555123456', '+996555123456'],
    ['0312660240', '+996312660240'],
  ])('%s is %s', (digits, number) => {
    expect(parseTypedNumber(digits)).toBe(number)
  })

  it.each(['', '555123456', '055512345', '05551234567', '0000000000', '9965551234', '0123456789', '*555123456'])(
    '%j gives none',
    (digits) => {
      expect(parseTypedNumber(digits)).toBeUndefined()
    },
  )
})

test('a number is said as people say it', () => {
  expect(nationalDigits('+996555123456' as PhoneNumber)).toBe('0555123456')
  expect(nationalDigits('+79161234567' as PhoneNumber)).toBe('0079161234567')
})

describe('a mask', () => {
  it('leaves the beginning and two digits', () => {
    expect(maskNumber('+996555123456' as PhoneNumber)).toBe('+996555••••56')
    expect(maskNumber('+79161234567' as PhoneNumber)).toBe('+79161••••67')
  })

  it.each(['+2901234', '+29012345', '+996555123456', '+861234567890123'])(
    'hides four digits of %s at least',
    (number) => {
      const masked = maskNumber(number as PhoneNumber)
      expect(masked).toHaveLength(number.length)
      expect(masked.match(/•/g)?.length).toBeGreaterThanOrEqual(4)
      expect(masked.slice(-2)).toBe(number.slice(-2))
    },
  )
})
