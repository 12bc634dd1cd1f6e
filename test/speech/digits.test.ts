import { parseCallerNumber } from '../../src/domain/phone-number.ts'
import { makeReference } from '../../src/domain/reference.ts'
import { digitClip, digitClips, phoneGroups, referenceGroups, stationGroups } from '../../src/speech/digits.ts'

const number = (raw: string) => {
  const parsed = parseCallerNumber(raw, '312')
  if (!parsed) throw new Error(`${raw} isn't a number`)
  return parsed
}

it('groups numbers as people say them', () => {
  expect(phoneGroups(number('0555123456'))).toEqual(['0555', '12', '34', '56'])
  expect(phoneGroups(number('660240'))).toEqual(['0312', '66', '02', '40'])
  expect(phoneGroups(number('+74951234567'))).toEqual(['007', '495', '123', '4567'])
  expect(referenceGroups(makeReference(0)).map((group) => group.length)).toEqual([3, 2, 2])
  expect(stationGroups({ number: '1101', address: { ky: '', ru: '' } })).toEqual(['11', '01'])
})

it('lets the voice fall only at the end, and pauses between groups', () => {
  const said = digitClips(['11', '01'], (digit, final) => digitClip(digit, 'ky', final)).map((clip) =>
    clip.kind === 'speech' ? clip.text : clip.kind,
  )
  expect(said).toEqual(['бир,', 'бир,', 'silence', 'нөл,', 'бир.'])
})
