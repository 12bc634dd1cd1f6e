import { normaliseText } from '../../src/register/text.ts'

test.each([
  ['Өзгѳн', 'Өзгөн'],
  ['Ѳзгѳн', 'Өзгөн'],
  ['Тоӊ', 'Тоң'],
  ['Ӊ', 'Ң'],
  ['й', 'й'],
  ['  а\u00a0 б\t\tв\n', 'а б в'],
  ['кө\u00adчө\u200bсү', 'көчөсү'],
  ['\ufeffpin', 'pin'],
  ['а\0б', 'а б'],
  ['', ''],
])('%j becomes %j', (text, clean) => {
  expect(normaliseText(text)).toBe(clean)
})
