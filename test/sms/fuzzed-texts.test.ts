import { join } from 'node:path'
import { projectFolder } from '../../src/config.ts'
import type { ElectionCalendar } from '../../src/domain/calendar.ts'
import type { Language } from '../../src/domain/language.ts'
import type { Remembered } from '../../src/domain/messages.ts'
import type { Pin } from '../../src/domain/pin.ts'
import { type SmsTextName, smsTextNames } from '../../src/domain/sms.ts'
import type { Station } from '../../src/domain/station.ts'
import type { VoterDirectory } from '../../src/domain/voter.ts'
import { readText } from '../../src/sms/read-text.ts'
import { answerableSender, type Decision, decide } from '../../src/sms/reply.ts'
import { readWording } from '../../src/sms/wording.ts'
import { seeded } from '../audio/seeded.ts'

const election: ElectionCalendar = {
  name: { ky: 'Шайлоо', ru: 'Выборы' },
  votingDay: '2024-11-17',
  voting: { from: '08:00', to: '20:00' },
  corrections: { from: '2024-09-28', until: '2024-11-01' },
  timeZone: 'Asia/Bishkek',
  operators: { from: '09:00', to: '18:00' },
}
const now = new Date('2024-10-10T12:00:00+06:00')
const rules = { ownNumbers: new Set(['+996990091255']), answersPerDay: 50 }
const wording = readWording(join(projectFolder, 'prompts', 'sms.yaml'), () => election)

/** Nobody is missing here: whatever fourteen digits are read wrongly belong to somebody else, at another station. */
const everybody: VoterDirectory = {
  findByPin: (pin) => ({ kind: 'found', station: stationOf(pin) }),
  asOf: () => now,
}

const nobody: VoterDirectory = { findByPin: () => ({ kind: 'not-listed' }), asOf: () => now }

/** Any other PIN has another one, but for one in ten thousand. */
function stationOf(pin: string): Station {
  let mixed = 0
  for (const digit of pin) mixed = (mixed * 31 + Number(digit) * 7 + 11) % 9973
  const number = String(mixed).padStart(4, '0')
  return { number, address: { ky: `Дарек-${number}`, ru: `Адрес-${number}` } }
}

const random = seeded(20241117)
const below = (count: number) => Math.floor(random() * count)
const pick = <T>(values: readonly T[]): T => values[below(values.length)] as T
const digits = (count: number) => Array.from({ length: count }, () => below(10)).join('')

function makePin(): string {
  const year = 1920 + below(86)
  return `${1 + below(2)}${String(1 + below(28)).padStart(2, '0')}${String(1 + below(12)).padStart(2, '0')}${year}${digits(5)}`
}

/** The first digits of scripts that people's keyboards have, and of some that they have not. */
const zeros = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0x1810, 0xff10, 0x1d7ce, 0x1d7f6, 0x1e950]
const inScript = (text: string, zero: number) =>
  text.replace(/[0-9]/g, (digit) => String.fromCodePoint(zero + Number(digit)))

const between = [' ', '-', '–', '.', '  ', '\u00a0', '\u2009', '/', '\n', '\t', ' - ', '\u200b', '_', ',']
const words = [
  ...[
    'ПИН',
    'пин:',
    'PIN',
    'Менин ПИНим',
    'Мой ПИН -',
    'Саламатсызбы!',
    'Здравствуйте, где мой участок?',
    'кайда',
    '№',
  ],
  ...[
    'Шайлоо участогум кайсы?',
    'КЫР',
    'РУС',
    'help',
    '?!',
    '👍🏽',
    'ң ө ү',
    'e\u0301',
    '\u202e',
    '<b>',
    '{station}',
    '%s',
    "';--",
  ],
]

/** Fourteen digits as people type them: in groups, in one script, with words around. */
function dressed(pin: string): string {
  let typed = ''
  const gap = pick(between)
  const grouped = random() < 0.6
  for (const [index, digit] of [...pin].entries()) {
    if (grouped && index > 0 && random() < 0.3) typed += gap
    typed += digit
  }
  const around = [random() < 0.5 ? `${pick(words)} ` : '', typed, random() < 0.5 ? ` ${pick(words)}` : '']
  return inScript(around.join(''), pick(zeros))
}

function letters(count: number): string {
  const ranges = [
    [0x20, 0x2f],
    [0x3a, 0x7e],
    [0xa0, 0xb1],
    [0x400, 0x52f],
    [0x600, 0x65f],
    [0x2000, 0x206f],
    [0x1f300, 0x1f64f],
    [0xd800, 0xdfff],
    [0x0, 0x1f],
  ] as const
  let text = ''
  for (let index = 0; index < count; index += 1) {
    const [from, to] = pick(ranges)
    const code = from + below(to - from + 1)
    text += code >= 0xd800 && code <= 0xdfff ? String.fromCharCode(code) : String.fromCodePoint(code)
  }
  return text
}

interface Case {
  readonly text: string
  /** The one PIN whose station may be told; nothing: none may. */
  readonly due?: string
  /** What must be told, where there is no doubt. */
  readonly must?: Decision['outcome']
}

const kinds: Readonly<Record<string, () => Case>> = {
  typed: () => {
    const pin = makePin()
    return { text: dressed(pin), due: pin, must: 'found' }
  },
  twice: () => {
    const pin = makePin()
    return { text: `${dressed(pin)} и ${dressed(pin)}`, due: pin, must: 'found' }
  },
  missing: () => ({ text: dressed(makePin().slice(1 + below(3))), must: 'bad-format' }),
  doubled: () => {
    const pin = makePin()
    const at = below(pinLength)
    return { text: inScript(pin.slice(0, at + 1) + pin.slice(at), pick(zeros)), must: 'bad-format' }
  },
  run: () => ({ text: `${pick(words)} ${digits(15 + below(40))}` }),
  two: () => ({
    text: `${dressed(makePin())} ${pick(['и', 'жана', ';', 'менен'])} ${dressed(makePin())}`,
    must: 'several-pins',
  }),
  'letter for digit': () => {
    const pin = makePin()
    const at = below(pinLength)
    return { text: pin.slice(0, at) + pick([...'OОoоlIІЗзSБ']) + pin.slice(at + 1) }
  },
  'words within': () => {
    const pin = makePin()
    const at = 1 + below(pinLength - 1)
    return { text: `${pin.slice(0, at)} ${pick(['жана', 'и ещё', 'or', 'ң'])} ${pin.slice(at)}` }
  },
  'a birthday and a telephone': () => ({
    text: `${digits(2)}.${digits(2)}.19${digits(2)} тел ${pick(['0555', '+996 555', '0700'])} ${digits(6)}`,
  }),
  'a PIN and a telephone': () => {
    const pin = makePin()
    return { text: `${pin}, тел. 0555${digits(6)}`, due: pin }
  },
  words: () => ({ text: `${pick(words)} ${pick(words)}` }),
  'other signs': () => ({ text: letters(below(200)) }),
  'bytes as UTF-8': () => ({
    text: Buffer.from(Array.from({ length: below(140) }, () => below(256))).toString('utf8'),
  }),
  'bytes as UCS-2': () => ({
    text: Buffer.from(Array.from({ length: 2 * below(70) }, () => below(256))).toString('utf16le'),
  }),
  broken: () => {
    const pin = makePin()
    const at = below(pinLength)
    return { text: dressed(pin).slice(at) + letters(below(5)) + pin.slice(0, at) }
  },
}

const pinLength = 14

/** All digits of the text, those of each unbroken run together, with a mark where a letter stands between two runs. */
function groupsOf(text: string): string[][] {
  const signs = [...text.normalize('NFKC')].map((sign) => {
    const code = sign.codePointAt(0) ?? 0
    const zero = allZeros.find((first) => code >= first && code <= first + 9)
    return zero === undefined ? (/[\p{L}]/u.test(sign) ? 'x' : ' ') : String(code - zero)
  })
  return signs
    .join('')
    .split(/x+/)
    .map((stretch) => stretch.match(/[0-9]+/g) ?? [])
}

// Decimal digits of Unicode 15, by the first of each ten; those of the supplementary planes that matter are folded away.
const allZeros = [
  ...[0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0],
  ...[0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620],
  ...[0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x1e140, 0x1e2f0, 0x1e950],
]

/** Whether whole runs of digits that follow each other make up this PIN: nothing was left out, cut off or made up. */
function standsIn(text: string, pin: string): boolean {
  return groupsOf(text).some((groups) =>
    groups.some((_, from) => groups.some((__, to) => groups.slice(from, to + 1).join('') === pin)),
  )
}

const remembered = (language: Language | undefined, isOver = false): Remembered => ({
  language,
  answersToday: 0,
  overLimit: () => isOver,
})

const sender = answerableSender('+996555000111', rules.ownNumbers)
const languageSets: readonly (readonly Language[])[] = [['ky'], ['ru'], ['ky', 'ru']]

/** Every text that says nothing of anybody's station. */
const neutral = new Set(
  smsTextNames
    .filter((name) => !['found', 'station-closed', 'callback-accepted'].includes(name))
    .flatMap((name) => languageSets.flatMap((set) => wording(name as SmsTextName, set))),
)

function textsOf({ reply }: Decision): readonly string[] {
  return reply ? wording(reply.text, reply.languages, reply.station ? { station: reply.station } : {}) : []
}

const each = Object.entries(kinds)

test('100,000 texts: nobody is told a station that is not theirs', () => {
  const seen = new Map<string, number>()
  for (let index = 0; index < 100_000; index += 1) {
    const [kind, make] = each[index % each.length] as (typeof each)[number]
    const { text, due, must } = make()
    const decision = decide(
      readText(text),
      sender,
      remembered(pick([undefined, 'ky', 'ru'])),
      everybody,
      election,
      now,
      rules,
    )
    const told = textsOf(decision)
    const label = () => `${kind} ${index}: ${JSON.stringify(text)} → ${decision.outcome}`
    seen.set(`${kind}: ${decision.outcome}`, (seen.get(`${kind}: ${decision.outcome}`) ?? 0) + 1)

    if (must !== undefined && decision.outcome !== must) throw new Error(`${label()}, and not ${must}`)
    if (told.length === 0) throw new Error(`${label()} without an answer`)
    if (decision.outcome === 'found') {
      const [pin] = decision.asked
      if (pin === undefined || !standsIn(text, pin)) throw new Error(`${label()}, of digits that do not stand there`)
      if (due !== undefined && pin !== due) throw new Error(`${label()}, and another's`)
      const { number, address } = stationOf(pin)
      const mayBeTold = new Set(languageSets.flatMap((set) => wording('found', set, { station: { number, address } })))
      if (!told.every((each) => mayBeTold.has(each))) throw new Error(`${label()}, and tells ${told.join()}`)
    } else if (!told.every((each) => neutral.has(each))) {
      throw new Error(`${label()}, and tells ${told.join()}`)
    }
  }
  // What never happened was not tried.
  expect(seen.get('typed: found')).toBeGreaterThan(6000)
  expect(seen.get('two: several-pins')).toBeGreaterThan(6000)
  expect(seen.get('other signs: help')).toBeGreaterThan(3000)
  expect(seen.get('a PIN and a telephone: found')).toBeGreaterThan(6000)
}, 300_000)

test('to whoever tries PINs out, a blocked one looks like one that is not listed', () => {
  for (let index = 0; index < 5_000; index += 1) {
    // Fourteen digits, possible as a PIN or not.
    const pin = random() < 0.5 ? makePin() : digits(14)
    const read = readText(dressed(pin))
    const unlisted = decide(read, sender, remembered('ky'), nobody, election, now, rules)
    const blocked = decide(read, sender, remembered('ky', true), everybody, election, now, rules)
    expect(textsOf(blocked)).toEqual(textsOf(unlisted))
    expect(blocked.probing).toBe(true)
    expect(blocked.asked).toEqual([] as Pin[])
  }
})

test('no machine is answered', () => {
  const machines = [
    '119',
    '1255',
    'MegaCom',
    'O!',
    '',
    '+996990091255',
    '0990091255',
    '4404',
    'INFO119',
    '99655500011a',
    '+',
    '\u0661\u0662\u0663',
  ]
  for (const from of machines) {
    expect(answerableSender(from, rules.ownNumbers)).toBeUndefined()
    const decision = decide(readText(makePin()), undefined, remembered('ky'), everybody, election, now, rules)
    expect(textsOf(decision)).toEqual([])
  }
  const tired = { ...remembered('ky'), answersToday: rules.answersPerDay }
  expect(textsOf(decide(readText('КЫР'), sender, tired, everybody, election, now, rules))).toEqual([])
})
