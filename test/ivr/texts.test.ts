import type { Language } from '../../src/domain/language.ts'
import type { LiveCalls } from '../../src/domain/live-calls.ts'
import { isMobile, type PhoneNumber } from '../../src/domain/phone-number.ts'
import type { PromptName } from '../../src/domain/prompt-names.ts'
import type { TextsToCallers } from '../../src/domain/sms.ts'
import { serveCall } from '../../src/ivr/serve-call.ts'
import { makeFakeCall } from '../fakes/fake-call.ts'
import { openTestLine, pins, type TestLine } from './test-line.ts'

const mobile = '+996555123456' as PhoneNumber
const fixed = '+996312660240' as PhoneNumber

/** Texts as they are asked for; `works` says whether they can be kept. */
function makeTexts({ works = true } = {}): { texts: TextsToCallers; sent: string[] } {
  const sent: string[] = []
  const send = (what: string, to: PhoneNumber, language: Language) => {
    if (works) sent.push(`${what} ${language} ${to}`)
    return works
  }
  return {
    sent,
    texts: {
      reaches: isMobile,
      sendStation: async (_call, to, language, { number }) => send(`station ${number}`, to, language),
      sendReference: async (_call, to, language, reference) => send(`reference ${reference}`, to, language),
    },
  }
}

const unwatched: LiveCalls = { show: () => undefined, gone: () => undefined }

let line: TestLine | undefined
afterEach(() => line?.close())

/** Calls the line in Russian; presses, at each hearing of a prompt, the next of its keys. */
async function talk(
  keys: Partial<Record<PromptName, readonly string[]>>,
  { ani = mobile, ...options }: { ani?: PhoneNumber | undefined; texts?: TextsToCallers; pinsPerDay?: number } = {},
): Promise<readonly string[]> {
  line ??= await openTestLine(options)
  const left = new Map(Object.entries({ lang: ['', '2'], ...keys }).map(([name, reactions]) => [name, [...reactions]]))
  const { call, caller } = makeFakeCall({
    ani,
    timeouts: { firstDigit: 60, interDigit: 60, entry: 1000 },
    recordingFile: await line.recording('message.wav'),
    script: ({ name }) => left.get(name)?.shift() || undefined,
  })
  void caller.speak(5000)
  const failures: unknown[] = []
  await serveCall(call, line.line, { write: async () => undefined }, unwatched, (_id, error) => failures.push(error))
  expect(failures).toEqual([])
  return caller.heard
}

beforeEach(() => {
  line = undefined
})

const answered = { 'menu-check': ['1'], 'pin-enter': [`${pins.listed}#`] }
const behindAnswer = (heard: readonly string[]) => heard.slice(heard.indexOf('ru/found'))

test('2 after the answer texts it, once', async () => {
  const { texts, sent } = makeTexts()
  const heard = await talk({ ...answered, 'menu-sms': ['2'], 'end-call': ['4'] }, { texts })
  expect(behindAnswer(heard)).toEqual([
    'ru/found',
    'ru/again-answer',
    'ru/menu-sms',
    'ru/sms-sent',
    'ru/again-answer',
    'ru/report-error',
    'ru/main-menu',
    'ru/end-call',
    'ru/goodbye',
  ])
  expect(sent).toEqual([`station 1101 ru ${mobile}`])
})

test('a text that can not be kept is told, and may be asked for again', async () => {
  const { texts } = makeTexts({ works: false })
  const heard = await talk({ ...answered, 'menu-sms': ['2', '2'], 'end-call': ['4'] }, { texts })
  expect(heard.filter((name) => name === 'ru/sms-failed')).toHaveLength(2)
  expect(heard).not.toContain('ru/sms-sent')
})

test.each([
  ['a fixed number', fixed, true],
  ['no number', undefined, true],
  ['a line without texts', mobile, false],
])('nothing is promised to %s', async (_what, ani, hasTexts) => {
  const { texts, sent } = makeTexts()
  line = await openTestLine(hasTexts ? { texts } : {})
  const { call, caller } = makeFakeCall({
    ani,
    script: ({ name }) =>
      ({ lang: '2', 'menu-check': '1', 'pin-enter': `${pins.listed}#`, 'report-error': '2' })[name as 'lang'],
  })
  await serveCall(call, line.line, { write: async () => undefined }, unwatched, () => undefined)
  expect(caller.heard).toContain('ru/found')
  expect(caller.heard).not.toContain('ru/menu-sms')
  expect(caller.heard).toContain('ru/bad-choice')
  expect(sent).toEqual([])
})

test('the reference of a callback request is texted, too', async () => {
  const { texts, sent } = makeTexts()
  const request = { 'menu-callback': ['3'], 'cb-consent': ['after:1'], 'cb-reason': ['2'], 'cb-review': ['3'] }
  const heard = await talk({ ...request, 'cb-number': ['1'] }, { texts })
  expect(heard).toContain('ru/cb-done')
  const [kept] = (await line?.requests()) ?? []
  expect(sent).toEqual([`reference ${kept?.reference} ru ${mobile}`])
})

test('one PIN too many in a day is answered as one that is not listed', async () => {
  const options = { pinsPerDay: 2 }
  const ask = (pin: string, ani?: PhoneNumber) =>
    talk(
      { 'menu-check': ['1'], 'pin-enter': [`${pin}#`, 'hangup'], 'end-call': ['4'] },
      { ...options, ...(ani ? { ani } : {}) },
    )
  expect(await ask(pins.notListed)).toContain('ru/not-found')
  expect(await ask(pins.noBiometry)).toContain('ru/no-biometry')
  expect(line?.excesses).toBe(0)
  const heard = await ask(pins.listed)
  expect(heard).toContain('ru/not-found')
  expect(heard).not.toContain('ru/found')
  expect(line?.excesses).toBe(1)
  expect(await ask(pins.noBiometry)).toContain('ru/no-biometry')
  expect(await ask(pins.listed, fixed)).toContain('ru/found')
})
