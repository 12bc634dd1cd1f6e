import { numberForms } from '../../src/setup/number-forms.ts'

test('a short number, bare, international and behind the area code', () => {
  expect(numberForms('1255', '312')).toEqual([
    '1255',
    '01255',
    '9961255',
    '+9961255',
    '009961255',
    '3121255',
    '03121255',
    '9963121255',
    '+9963121255',
    '009963121255',
  ])
})

test('a mobile number, with and without trunk prefix and country code', () => {
  expect(numberForms('0990091255', '312')).toEqual([
    '0990091255',
    '990091255',
    '996990091255',
    '+996990091255',
    '00996990091255',
  ])
})
