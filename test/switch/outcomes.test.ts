import { type Language, languages, otherLanguage } from '../../src/domain/language.ts'
import { type LineRig, openLine, pins } from './rig.ts'
import { fromMenu, heardFrom, spokenDigits, typePin } from './talk.ts'

let rig: LineRig
beforeAll(async () => {
  rig = await openLine()
}, 300_000)
afterAll(() => rig.close())

/** Digits of a number as heard, whatever their intonation. */
const plain = (names: readonly string[]) => names.map((name) => name.replace('-final', ''))

describe.each(languages)('in %s', (language: Language) => {
  test.concurrent.each([
    [pins.listed, '1101'],
    [pins.listedElsewhere, '7087'],
  ])('a listed voter hears the station twice and its address (%#)', async (pin, station) => {
    const caller = await rig.dial()
    await typePin(caller, language, `${pin}#`)
    await caller.hears('end-call', { language, whole: true, withinMs: 60_000 })
    await caller.press('4')
    await caller.hears('goodbye', { language, whole: true })
    expect(await caller.ended).toMatchObject({ by: 'line', cause: 16 })
    const digits = plain(spokenDigits(language, station))
    expect(plain(heardFrom(caller, 'found.1'))).toEqual([
      `${language}/found.1`,
      ...digits,
      `${language}/found.2`,
      ...digits,
      `${language}/found.3`,
      `${language}/station-${station}`,
      `${language}/again-answer`,
      `${language}/report-error`,
      `${language}/main-menu`,
      `${language}/end-call`,
      `${language}/goodbye`,
    ])
  })

  test.concurrent.each([
    ['not listed', pins.notListed, ['not-found', 'again-pin', 'leave-request', 'main-menu']],
    ['under 18', pins.under18, ['under-18', 'leave-request', 'main-menu']],
    ['without biometry', pins.noBiometry, ['no-biometry', 'leave-request', 'main-menu']],
    ['typed wrongly', pins.typedWrongly, ['pin-invalid', 'pin-enter']],
    ['too short', '2050419', ['pin-length-7', 'pin-enter']],
  ] as const)('%s has its own words', async (_what, pin, words) => {
    const caller = await rig.dial()
    await typePin(caller, language, `${pin}#`)
    for (const word of words) await caller.hears(word, { language, whole: true, withinMs: 30_000 })
    await caller.hangup()
    await caller.ended
    expect(heardFrom(caller, words[0])).toEqual(words.map((word) => `${language}/${word}`))
  })

  test.concurrent('three failures lead to a callback request', async () => {
    const caller = await rig.dial()
    await typePin(caller, language, '1#')
    for (const count of ['pin-length-1', 'pin-length-2']) {
      await caller.hears(count, { language })
      await caller.hears('pin-enter', { language })
      await caller.press(count === 'pin-length-1' ? '12#' : '123#')
    }
    await caller.hears('too-many', { language, whole: true })
    await caller.hears('leave-request', { language, whole: true })
    await caller.press('3')
    await caller.hears('cb-consent', { language })
    await caller.hangup()
    await caller.ended
  })

  test.concurrent('2 tells the dates of the calendar', async () => {
    const caller = await rig.dial()
    await fromMenu(caller, language, '2')
    for (const name of ['dates-voting', 'dates-window', 'dates-how', 'nav']) {
      await caller.hears(name, { language, whole: true, withinMs: 40_000 })
    }
    await caller.press('9')
    await caller.hears('menu-check', { language })
    await caller.hangup()
    await caller.ended
    const said = rig.speech.list([]).find((clip) => clip.name === 'dates-voting' && clip.language === language)
    expect(said?.text).toContain(
      language === 'ky'
        ? 'эки миң жыйырма төртүнчү жылдын он жетинчи ноябрында'
        : 'семнадцатого ноября две тысячи двадцать четвёртого года',
    )
  })

  test.concurrent('9 goes on in the other language', async () => {
    const caller = await rig.dial()
    await fromMenu(caller, language, '9')
    await caller.hears('menu-check', { language: otherLanguage(language), whole: true })
    await caller.hangup()
    await caller.ended
  })
})

test.concurrent('after silence Kyrgyz first, then both again, then Kyrgyz is assumed', async () => {
  const caller = await rig.dial()
  await caller.hears('menu-check', { language: 'ky', withinMs: 90_000 })
  await caller.hangup()
  await caller.ended
  const names = caller.heard().map(({ language, name }) => `${language}/${name}`)
  expect(names).toEqual([
    'ky/welcome',
    'ru/welcome',
    'ky/lang',
    'ru/lang',
    'ky/lang',
    'ky/lang',
    'ru/lang',
    'ky/menu-check',
  ])
})
