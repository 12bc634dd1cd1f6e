import { readText } from '../../src/sms/read-text.ts'

const pin = '20504198000123'
const other = '11503199200045'

describe('a PIN in any shape', () => {
  test.each([
    [pin],
    ['ПИН 2 0504 1980 00123'],
    ['2-0504-1980-00123'],
    ['2–0504—1980 − 00123'],
    ['  20504198\n000123 '],
    ['pin:20504198000123.'],
    ['ПИН20504198000123кайда'],
    ['ID20504198000123'],
    ['2\u00a00504\u20091980\u200b00123'],
    ['２０５０４１９８０００１２３'],
    ['٢٠٥٠٤١٩٨٠٠٠١٢٣'],
    ['۲۰۵۰۴۱۹۸۰۰۰۱۲۳'],
    ['२०५०४१९८०००१२३'],
    ['119 20504198000123'],
    ['20504198000123, тел. 0555123456'],
    ['20504198000123 (повторяю: 20504198000123)'],
  ])('%s', (text) => {
    expect(readText(text)).toMatchObject({ pins: [pin], triedPin: false })
  })

  test('two are two, however they stand', () => {
    for (const between of [' ', '\n', ', ', ' жана ', ' и ']) {
      expect(readText(`${pin}${between}${other}`).pins).toEqual([pin, other])
    }
    expect(readText(`2 0504 1980 00123 1 1503 1992 00045`).pins).toEqual([pin, other])
  })
})

describe('nothing is guessed', () => {
  test.each([
    ['one digit too few', '2050419800012'],
    ['one too many', '205041980001234'],
    ['a group left over', '1) 2 0504 1980 00123'],
    ['a group left over behind', '2 0504 1980 00123 7'],
    ['words in between', '2 туулган 05041980 номер 00123'],
    ['a letter for a digit', '2О504198000123'],
    ['fifteen and thirteen', '205041980001231 1503199200045'],
    ['a telephone number', '0555123456'],
    ['a passport', 'AN1234567'],
  ])('%s', (_what, text) => {
    expect(readText(text)).toMatchObject({ pins: [], triedPin: true })
  })

  test.each([['119'], ['1255'], ['мне 45 лет'], ['ПИН'], [''], ['👍'], ['\ud83d']])('no PIN was meant: %j', (text) => {
    expect(readText(text)).toMatchObject({ pins: [], triedPin: false })
  })
})

describe('the language', () => {
  test.each([
    ['КЫР', 'ky'],
    ['кыргызча', 'ky'],
    ['Kyr', 'ky'],
    ['РУС', 'ru'],
    ['рус.', 'ru'],
    ['орусча', 'ru'],
  ])('is asked for by its name: %s', (text, wish) => {
    expect(readText(text).wish).toBe(wish)
  })

  test.each([
    ['участогум кайда?', 'ky'],
    ['ПИНим ушул, үйдөн чыгам', 'ky'],
    ['салам алейкум', 'ky'],
    ['шайлоо участогу', 'ky'],
    ['Кайда добуш берем', 'ky'],
    // Official pages write look-alike letters.
    ['кѳчѳ', 'ky'],
    ['где мой участок', 'ru'],
    ['Здравствуйте', 'ru'],
    ['gde golosovat', 'ru'],
  ])('is that of the words: %s', (text, words) => {
    expect(readText(text).words).toBe(words)
  })

  test.each([[pin], ['ПИН 20504198000123'], ['pin'], ['ok'], ['']])('is not guessed: %s', (text) => {
    expect(readText(text)).toMatchObject({ wish: undefined, words: undefined })
  })

  test('both names are no wish', () => {
    expect(readText('кыр же рус').wish).toBeUndefined()
  })
})
