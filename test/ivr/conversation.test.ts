import type { CallRecord } from '../../src/domain/call-log.ts'
import type { Language } from '../../src/domain/language.ts'
import type { LiveCalls } from '../../src/domain/live-calls.ts'
import type { PhoneNumber } from '../../src/domain/phone-number.ts'
import type { Prompt } from '../../src/domain/prompt.ts'
import type { PromptName } from '../../src/domain/prompt-names.ts'
import { serveCall } from '../../src/ivr/serve-call.ts'
import { type FakeCallOptions, makeFakeCall } from '../fakes/fake-call.ts'
import { openTestLine, pins, type TestLine } from './test-line.ts'

const ani = '+996555123456' as PhoneNumber
type Reactions = Partial<Record<PromptName, readonly string[] | string>>

/** Calls the line; presses, at each hearing of a prompt, the next of its reactions. */
async function talk(
  reactions: Reactions,
  {
    line = open,
    speakMs = 5000,
    hear = [],
    ...options
  }: FakeCallOptions & { line?: TestLine; speakMs?: number; hear?: Prompt[] } = {},
): Promise<{ heard: readonly string[]; record: CallRecord; shown: string[]; failures: unknown[] }> {
  const hearings = new Map<PromptName, number>()
  const script = (prompt: Prompt, _language: Language) => {
    hear.push(prompt)
    const reaction = reactions[prompt.name]
    const hearing = hearings.get(prompt.name) ?? 0
    hearings.set(prompt.name, hearing + 1)
    const keys = Array.isArray(reaction) ? reaction[hearing] : hearing === 0 ? (reaction as string) : undefined
    return keys || undefined
  }
  const { call, caller } = makeFakeCall({ ani, ...options, script })
  void caller.speak(speakMs)
  const records: CallRecord[] = []
  const failures: unknown[] = []
  const shown: string[] = []
  const live: LiveCalls = {
    show: ({ language, step }) => shown.push(`${language}/${step}`),
    gone: () => shown.push('gone'),
  }
  await serveCall(call, line.line, { write: async (record) => void records.push(record) }, live, (_id, error) =>
    failures.push(error),
  )
  const [record] = records
  if (!record) throw new Error('no call record was written')
  return { heard: caller.heard, record, shown, failures }
}

let open: TestLine
beforeEach(async () => {
  open = await openTestLine()
})
afterEach(() => open.close())

const inRussian: Reactions = { lang: ['', '2'] }

test('whoever watches sees each step as it begins, and the end', async () => {
  const { shown } = await talk({ lang: '2', 'menu-check': 'hangup' })
  expect(shown).toEqual(['ky/undefined', 'ky/lang', 'ru/menu-language', 'gone'])
})

describe('language', () => {
  test('1 is Kyrgyz, 2 is Russian', async () => {
    expect((await talk({ lang: '1', 'menu-check': 'hangup' })).heard.at(-1)).toBe('ky/menu-check')
    expect((await talk({ ...inRussian, 'menu-check': 'hangup' })).heard.at(-1)).toBe('ru/menu-check')
  })

  test('after silence Kyrgyz first, then both again, then Kyrgyz is assumed', async () => {
    const { heard } = await talk({ 'menu-check': 'hangup' })
    expect(heard).toEqual([
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

  test('9 in the main menu changes it', async () => {
    const { heard } = await talk({ lang: '1', 'menu-language': ['9'], 'menu-check': ['', 'hangup'] })
    expect(heard.at(-1)).toBe('ru/menu-check')
  })
})

describe('the main menu', () => {
  test('offers no operator and takes 0 for no choice', async () => {
    const { heard } = await talk({ ...inRussian, 'menu-language': '0', 'bad-choice': 'hangup' })
    expect(heard.slice(3)).toEqual([
      'ru/lang',
      'ru/menu-check',
      'ru/menu-dates',
      'ru/menu-callback',
      'ru/menu-repeat',
      'ru/menu-language',
      'ru/bad-choice',
    ])
  })

  test('* says it again, without end', async () => {
    const { heard } = await talk({ ...inRussian, 'menu-check': ['*', '*', '*', '*', '*', 'hangup'] })
    expect(heard.filter((name) => name === 'ru/menu-check')).toHaveLength(6)
  })

  test('silence three times ends the call with a goodbye', async () => {
    const { heard, record } = await talk(inRussian)
    expect(heard.filter((name) => name === 'ru/no-input')).toHaveLength(2)
    expect(heard.at(-1)).toBe('ru/goodbye')
    expect(record.disposition).toBe('gave-up')
  })
})

describe('the check', () => {
  const check: Reactions = { ...inRussian, 'menu-check': '1' }

  test('a listed voter hears the station and then the choices', async () => {
    const { heard, record } = await talk({ ...check, 'pin-enter': `${pins.listed}#`, 'end-call': '4' })
    expect(heard.slice(heard.indexOf('ru/found'))).toEqual([
      'ru/found',
      'ru/again-answer',
      'ru/report-error',
      'ru/main-menu',
      'ru/end-call',
      'ru/goodbye',
    ])
    expect(record).toMatchObject({ disposition: 'completed', station: '1101', language: 'ru', phase: 'window' })
  })

  test('the # after the fourteenth digit does not cut the answer, and 1 repeats it', async () => {
    const { heard, record } = await talk({ ...check, 'pin-enter': `${pins.listed}#`, 'again-answer': ['1', '4'] })
    expect(heard.filter((name) => name === 'ru/found')).toHaveLength(2)
    expect(record.steps.filter(({ name }) => name === 'found').map(({ outcome }) => outcome)).toEqual([
      'played',
      'played',
    ])
  })

  test.each([
    ['not listed', pins.notListed, 'not-found', 'again-pin'],
    ['under 18', pins.under18, 'under-18', 'leave-request'],
    ['without biometry', pins.noBiometry, 'no-biometry', 'leave-request'],
    ['typed wrongly', pins.typedWrongly, 'pin-invalid', 'pin-enter'],
  ] as const)('%s has its own words', async (_what, pin, words, then) => {
    const { heard } = await talk({ ...check, 'pin-enter': [pin, 'hangup'], 'leave-request': 'hangup' })
    expect(heard).toContain(`ru/${words}`)
    expect(heard[heard.indexOf(`ru/${words}`) + 1]).toBe(`ru/${then}`)
  })

  test('a voter of a closed station hears that it is, and may leave a request; that is an answer', async () => {
    await open.closeStation()
    const { heard, record } = await talk({ ...check, 'pin-enter': `${pins.listed}#`, 'main-menu': 'hangup' })
    expect(heard.filter((name) => /closed|leave|main/.test(name))).toEqual([
      'ru/station-closed',
      'ru/leave-request',
      'ru/main-menu',
    ])
    expect(heard).not.toContain('ru/found')
    expect(record).toMatchObject({ disposition: 'completed', station: '1101' })
  })

  test.each([
    ['3', 'cb-consent'],
    ['9', 'menu-check'],
  ] as const)('from a closed station %s leads to %s, and the call log knows the station', async (key, words) => {
    await open.closeStation()
    const { heard, record } = await talk({
      ...check,
      'pin-enter': pins.listed,
      'leave-request': key,
      'cb-consent': 'hangup',
      'menu-check': ['1', 'hangup'],
    })
    expect(heard.at(-1)).toBe(`ru/${words}`)
    expect(record).toMatchObject({ disposition: 'completed', station: '1101' })
  })

  test('a short PIN is told its length; after three failures a request is offered', async () => {
    const { heard, record } = await talk({ ...check, 'pin-enter': ['123#', '12345678901#', '#'] })
    expect(heard.filter((name) => name.startsWith('ru/pin-') && name !== 'ru/pin-enter')).toEqual([
      'ru/pin-length',
      'ru/pin-length',
      'ru/pin-invalid',
    ])
    expect(heard.slice(heard.indexOf('ru/too-many'))).toContain('ru/leave-request')
    expect(record.disposition).toBe('gave-up')
  })

  test('without a register the caller is told, and may leave a request', async () => {
    const bare = await openTestLine({ register: false })
    try {
      const { heard } = await talk(
        { ...check, 'pin-enter': pins.listed, 'leave-request': '3', 'cb-consent': 'hangup' },
        { line: bare },
      )
      expect(heard).toContain('ru/unavailable')
      expect(heard.at(-1)).toBe('ru/cb-consent')
    } finally {
      await bare.close()
    }
  })

  test('no digit of a PIN stands in the call log, menu keys do', async () => {
    const { record } = await talk({ ...check, 'pin-enter': ['8765#', pins.notListed], 'leave-request': 'hangup' })
    expect(JSON.stringify(record)).not.toMatch(/8765|20101199/)
    expect(record.steps.map(({ key }) => key).filter(Boolean)).toEqual(['2', '1'])
  })
})

describe('an answer from an old list', () => {
  const check: Reactions = { ...inRussian, 'menu-check': '1', 'leave-request': 'hangup', 'end-call': '4' }

  /** What is said between the PIN and the choices, on 10 October at noon. */
  async function answered(asOf: string, pin: string, prepare: (line: TestLine) => Promise<void> = async () => {}) {
    const dated = await openTestLine({ asOf })
    try {
      await prepare(dated)
      const said: Prompt[] = []
      const { heard } = await talk({ ...check, 'pin-enter': [pin, 'hangup'] }, { line: dated, hear: said })
      return { heard: heard.slice(heard.indexOf('ru/pin-enter') + 1), said }
    } finally {
      await dated.close()
    }
  }

  const old = '2024-10-07T11:59:59+06:00'
  const closed = (line: TestLine) => line.closeStation()

  test.each([
    ['the station', 'found', pins.listed, undefined],
    ['a closed station', 'station-closed', pins.listed, closed],
    ['no biometry', 'no-biometry', pins.noBiometry, undefined],
    ['not listed', 'not-found', pins.notListed, undefined],
    ['under 18', 'under-18', pins.under18, undefined],
  ] as const)('begins with the day it describes: %s', async (_what, words, pin, prepare) => {
    const { heard, said } = await answered(old, pin, prepare)
    expect(heard.slice(0, 2)).toEqual(['ru/as-of', `ru/${words}`])
    expect(said.filter(({ name }) => name === 'as-of')).toEqual([{ name: 'as-of', values: { asOf: '2024-10-07' } }])
  })

  test('names the day of the election’s time zone', async () => {
    const { said } = await answered('2024-10-06T18:30:00Z', pins.listed)
    expect(said.find(({ name }) => name === 'as-of')?.values).toEqual({ asOf: '2024-10-07' })
  })

  test('begins with it again when it is repeated', async () => {
    const dated = await openTestLine({ asOf: old })
    try {
      const { heard } = await talk({ ...check, 'pin-enter': pins.listed, 'again-answer': ['1', '4'] }, { line: dated })
      expect(heard.filter((name) => name === 'ru/as-of')).toHaveLength(2)
    } finally {
      await dated.close()
    }
  })

  test.each([
    ['found', pins.listed],
    ['no-biometry', pins.noBiometry],
    ['not-found', pins.notListed],
  ])('and from one of just 72 hours with %s itself', async (words, pin) => {
    const { heard } = await answered('2024-10-07T12:00:00+06:00', pin)
    expect(heard[0]).toBe(`ru/${words}`)
  })

  test('a PIN typed wrongly is told so, whatever the list', async () => {
    const { heard } = await answered(old, pins.typedWrongly)
    expect(heard.slice(0, 2)).toEqual(['ru/pin-invalid', 'ru/pin-enter'])
  })
})

describe('dates', () => {
  test.each([
    ['2024-09-27', ['before-window', 'menu-check'], ['dates-voting', 'dates-window', 'dates-how', 'nav']],
    ['2024-11-01', ['menu-check'], ['dates-voting', 'dates-window', 'dates-how', 'nav']],
    ['2024-11-02', ['after-deadline', 'menu-check'], ['dates-voting', 'after-deadline', 'nav']],
    ['2024-11-17', ['voting-day', 'menu-check'], ['voting-day', 'nav']],
    ['2024-11-18', ['voting-over', 'menu-check'], ['voting-over', 'nav']],
  ])('on %s only what is still true is said', async (day, notice, dates) => {
    const dated = await openTestLine({ day })
    try {
      const { heard } = await talk({ lang: ['', '2'], 'menu-language': '2', nav: '9' }, { line: dated })
      const names = heard.filter((name) => name.startsWith('ru/')).map((name) => name.slice(3))
      const menu = names.indexOf('menu-check')
      expect(names.slice(menu + 1 - notice.length, menu + 1)).toEqual(notice)
      const after = names.indexOf('menu-language') + 1
      expect(names.slice(after, after + dates.length)).toEqual(dates)
      expect(names[after + dates.length]).toBe('menu-check')
    } finally {
      await dated.close()
    }
  })
})

describe('a callback request', () => {
  const request: Reactions = { lang: ['', '2'], 'menu-callback': '3' }
  const agreed: Reactions = { ...request, 'cb-reason': '2' }
  const timeouts = { firstDigit: 60, interDigit: 60, entry: 1000 }
  const recorded = async (reactions: Reactions, options: Parameters<typeof talk>[1] = {}) =>
    talk(reactions, { timeouts, recordingFile: await open.recording('message.wav'), ...options })

  /** Keys at the consent count only after it, so they are pressed by the next thing that is heard: silence. */
  const consent = '1'

  test('a key pressed during the consent is no consent', async () => {
    const { heard } = await recorded({ ...request, 'cb-consent': [consent, consent, consent] })
    expect(heard.filter((name) => name === 'ru/cb-consent')).toHaveLength(3)
    expect(heard).not.toContain('ru/cb-reason')
    expect(heard).toContain('ru/cb-cancel')
  })

  test('whoever agrees, speaks and sends hears a reference, and it is on disk', async () => {
    const { heard, record } = await withConsent({ ...agreed, 'cb-review': '3', 'cb-number': '1' })
    expect(heard.slice(heard.indexOf('ru/cb-reason'))).toEqual([
      'ru/cb-reason',
      'ru/cb-speak',
      'ru/beep',
      'ru/cb-review',
      'ru/cb-number',
      'ru/cb-done',
      'ru/goodbye',
    ])
    expect(record.disposition).toBe('completed')
    const [kept] = await open.requests()
    expect(kept).toMatchObject({ state: 'open', reason: 'wrong-station', language: 'ru' })
    expect(kept?.audio).toBe('RIFF')
  })

  test('a second request of the same number and reason is told so before it speaks', async () => {
    await withConsent({ ...agreed, 'cb-review': '3', 'cb-number': '1' })
    const { heard } = await withConsent(agreed)
    expect(heard).toContain('ru/cb-exists')
    expect(heard).not.toContain('ru/cb-speak')
    expect(await open.requests()).toHaveLength(1)
  })

  test('hanging up after speaking leaves it incomplete, with the audio', async () => {
    await withConsent({ ...agreed, 'cb-review': 'hangup' })
    const [kept, ...others] = await open.requests()
    expect(others).toEqual([])
    expect(kept).toMatchObject({ state: 'incomplete', reference: undefined })
    expect(kept?.audio).toBe('RIFF')
  })

  test('hanging up before speaking leaves nothing', async () => {
    await withConsent({ ...agreed, 'cb-speak': 'hangup' })
    expect(await open.requests()).toEqual([])
  })

  test('silence is said and retried, three times at most', async () => {
    const { heard } = await withConsent(agreed, { speakMs: 0 })
    expect(heard.filter((name) => name === 'ru/rec-silent')).toHaveLength(2)
    expect(heard.filter((name) => name === 'ru/cb-speak')).toHaveLength(3)
    expect(await open.requests()).toEqual([])
  })

  test('a withheld number is asked for and validated', async () => {
    const { heard } = await withConsent(
      { ...agreed, 'cb-review': '3', 'cb-number-enter': ['0999', '0000000000', '0555123456'] },
      { ani: undefined },
    )
    expect(heard.slice(heard.indexOf('ru/cb-no-cli'))).toEqual([
      'ru/cb-no-cli',
      'ru/cb-number-enter',
      'ru/cb-number-bad',
      'ru/cb-number-enter',
      'ru/cb-number-bad',
      'ru/cb-number-enter',
      'ru/cb-done',
      'ru/goodbye',
    ])
  })

  test('a disk that fails is admitted, and the call is marked failed', async () => {
    const { heard, record, failures } = await withConsent(
      { ...agreed, 'cb-review': '3', 'cb-number': '1' },
      { recordingFile: '/nowhere/at/all.wav' },
    )
    expect(heard.at(-1)).toBe('ru/unavailable')
    expect(record.disposition).toBe('failed')
    expect(failures).toHaveLength(1)
  })

  /** Presses the key of consent once the text has been heard to its end, as the timeouts allow. */
  async function withConsent(reactions: Reactions, options: Parameters<typeof talk>[1] = {}) {
    return recorded({ ...reactions, 'cb-consent': 'after:1' }, options)
  }
})

describe('hanging up', () => {
  test.each(['welcome', 'lang', 'menu-check', 'pin-enter'] as const)('at %s is an abandoned call', async (name) => {
    const { record, failures } = await talk({ lang: '1', 'menu-language': '1', [name]: 'hangup' })
    expect(record).toMatchObject({ disposition: 'abandoned', hangupCause: 16 })
    expect(failures).toEqual([])
  })

  test('after the answer is a completed one', async () => {
    const { record } = await talk({
      lang: '1',
      'menu-language': '1',
      'pin-enter': pins.listed,
      'again-answer': 'hangup',
    })
    expect(record).toMatchObject({ disposition: 'completed', station: '1101' })
  })
})
