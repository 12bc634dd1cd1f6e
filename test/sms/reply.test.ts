import type { PhoneNumber } from '../../src/domain/phone-number.ts'
import type { Pin } from '../../src/domain/pin.ts'
import type { Lookup, VoterDirectory } from '../../src/domain/voter.ts'
import { readText } from '../../src/sms/read-text.ts'
import { answerableSender, decide } from '../../src/sms/reply.ts'
import { election, pins } from '../ivr/test-line.ts'

const station = { number: '1101', address: { ky: 'Бишкек шаары', ru: 'город Бишкек' } }
const listed: Record<string, Lookup> = {
  [pins.listed]: { kind: 'found', station },
  [pins.noBiometry]: { kind: 'no-biometry' },
}
const sender = '+996555123456' as PhoneNumber
const ownNumbers = new Set(['+996990091255'])

interface Situation {
  readonly from?: PhoneNumber | undefined
  readonly day?: string
  readonly language?: 'ky' | 'ru'
  readonly answersToday?: number
  readonly over?: readonly string[]
  readonly lookup?: Lookup
}

function reply(text: string, situation: Situation = {}) {
  const { day = '2024-10-10', language, answersToday = 0, over = [], lookup } = situation
  const asked: Pin[] = []
  const voters: VoterDirectory = {
    findByPin(pin) {
      asked.push(pin)
      return lookup ?? listed[pin] ?? { kind: 'not-listed' }
    },
    asOf: () => undefined,
  }
  const from = 'from' in situation ? situation.from : sender
  const remembered = { language, answersToday, overLimit: (pin: Pin) => over.includes(pin) }
  const now = new Date(`${day}T12:00:00+06:00`)
  const decision = decide(readText(text), from, remembered, voters, election, now, { ownNumbers, answersPerDay: 3 })
  return { ...decision, lookups: asked }
}

describe('what a text comes to', () => {
  test.each([
    ['listed', pins.listed, 'found', 'found'],
    ['without biometry', pins.noBiometry, 'no-biometry', 'no-biometry'],
    ['not listed', pins.notListed, 'not-found', 'not-found'],
    ['under 18', pins.under18, 'under-18', 'under-18'],
    ['impossible', pins.typedWrongly, 'not-found', 'not-found'],
    ['too short', '2050419800', 'bad-format', 'bad-format'],
    ['no PIN', 'где мой участок', 'help', 'help'],
    ['language', 'КЫР', 'language', 'help'],
  ])('%s', (_what, text, outcome, name) => {
    expect(reply(text)).toMatchObject({ outcome, reply: { text: name }, probing: false })
  })

  test('after the window of corrections a PIN that is not listed is late', () => {
    for (const day of ['2024-11-01', '2024-09-01']) expect(reply(pins.notListed, { day }).outcome).toBe('not-found')
    for (const day of ['2024-11-02', '2024-11-17', '2024-11-18']) {
      expect(reply(pins.notListed, { day }).outcome).toBe('not-found-late')
    }
  })

  test('a closed station and a register that is away are told', () => {
    expect(reply(pins.listed, { lookup: { kind: 'station-closed', station } })).toMatchObject({
      outcome: 'station-closed',
      reply: { station },
    })
    expect(reply(pins.listed, { lookup: { kind: 'unavailable' } }).outcome).toBe('unavailable')
  })
})

describe('the language of the answer', () => {
  test('is that of the words, then the one last used, then both', () => {
    expect(reply(`кайда ${pins.listed}`, { language: 'ru' })).toMatchObject({
      language: 'ky',
      reply: { languages: ['ky'] },
    })
    expect(reply(pins.listed, { language: 'ru' })).toMatchObject({ language: 'ru', reply: { languages: ['ru'] } })
    expect(reply(pins.listed)).toMatchObject({ reply: { languages: ['ky', 'ru'] } })
    expect(reply(pins.listed).language).toBeUndefined()
  })

  test('a wish goes before the words', () => {
    expect(reply(`РУС менин участогум кайда ${pins.listed}`)).toMatchObject({ language: 'ru', outcome: 'found' })
  })
})

describe('somebody who tries out PINs', () => {
  test('two PINs in one text are not looked up, and are told', () => {
    const { lookups, ...decision } = reply(`${pins.listed} ${pins.notListed}`)
    expect(decision).toMatchObject({ outcome: 'several-pins', reply: { text: 'bad-format' }, probing: true, asked: [] })
    expect(lookups).toEqual([])
  })

  test('a PIN twice is one', () => {
    expect(reply(`${pins.listed} ${pins.listed}`)).toMatchObject({ outcome: 'found', probing: false })
  })

  test.each(['2024-10-10', '2024-11-05'])('on %s, impossible, unlisted and one too many get the same answer', (day) => {
    const [impossible, unlisted, tooMany] = [
      reply(pins.typedWrongly, { day }),
      reply(pins.notListed, { day }),
      reply(pins.listed, { day, over: [pins.listed] }),
    ]
    expect(unlisted.reply).toEqual(impossible.reply)
    expect(tooMany.reply).toEqual(impossible.reply)
    expect(tooMany).toMatchObject({ outcome: 'over-limit', probing: true, asked: [], lookups: [] })
  })
})

describe('a sender that is never answered', () => {
  test.each([
    ['4020'],
    ['119'],
    ['1255'],
    ['660240'],
    ['MegaCom'],
    ['O!'],
    [''],
    ['+996990091255'],
    ['996990091255'],
    ['0990091255'],
    ['996000000000'],
    ['99655512345678901'],
  ])('%s', (from) => {
    const number = answerableSender(from, ownNumbers)
    expect(number).toBeUndefined()
    expect(reply(pins.listed, { from: number })).toMatchObject({ outcome: 'not-answered', lookups: [] })
    expect(reply(pins.listed, { from: number }).reply).toBeUndefined()
  })

  test.each([['996555123456'], ['+996555123456'], ['0555123456'], ['555123456'], ['00996555123456']])(
    '%s is a person',
    (from) => expect(answerableSender(from, ownNumbers)).toBe('+996555123456'),
  )

  test('who was answered often enough today is a machine', () => {
    expect(reply(pins.listed, { answersToday: 2 }).outcome).toBe('found')
    expect(reply(pins.listed, { answersToday: 3 })).toMatchObject({ outcome: 'not-answered', lookups: [] })
  })
})
