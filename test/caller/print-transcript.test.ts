import { formatTranscript } from '../../src/caller/print-transcript.ts'
import { hideDigits, type Transcript } from '../../src/caller/transcript.ts'

const call: Transcript = {
  to: '1255',
  codec: 'A-law',
  answerMs: 40.3,
  entries: [
    {
      kind: 'heard',
      atMs: 312,
      endMs: 7800,
      name: 'welcome',
      language: 'ky',
      text: 'Саламатсызбы!',
      whole: true,
      others: [],
      score: 1,
    },
    { kind: 'pressed', atMs: 12_240, keys: hideDigits('20504198000123#') },
    {
      kind: 'heard',
      atMs: 14_900,
      endMs: 16_100,
      name: 'menu-check',
      language: 'ru',
      text: undefined,
      whole: false,
      others: [],
      score: 0.9,
    },
    { kind: 'said', atMs: 20_000, lengthMs: 2500 },
    { kind: 'ended', atMs: 62_300, by: 'line', cause: 16 },
  ],
}

test('is written for people', () => {
  expect(formatTranscript(call).split('\n')).toEqual([
    '00:00.0  dialled 1255, answered after 40 ms (A-law)',
    '00:00.3  ky  welcome     «Саламатсызбы!»',
    '00:12.2  pressed ••••••••••••••#',
    '00:14.9  ru  menu-check   (cut at 1.2 s)',
    '00:20.0  spoke for 2.5 s',
    '01:02.3  the line hung up (16 normal clearing)',
  ])
})

test('tells a refusal', () => {
  const refused: Transcript = {
    to: '000',
    codec: 'G.722',
    answerMs: undefined,
    entries: [{ kind: 'ended', atMs: 12, by: 'refused', status: 404, cause: undefined }],
  }
  expect(formatTranscript(refused)).toBe('00:00.0  dialled 000, not answered\n00:00.0  refused: 404')
})

test('runs of five digits and more are hidden, menu keys are not', () => {
  expect(hideDigits('1')).toBe('1')
  expect(hideDigits('2*0#')).toBe('2*0#')
  expect(hideDigits('0555123456')).toBe('••••••••••')
})
