import { parseWav, type Sound } from '../../src/audio/wav.ts'
import { languages } from '../../src/domain/language.ts'
import { runCommand } from '../../src/run-command.ts'
import { type ListedCallback, listCallbacks } from '../../src/store/callback-requests.ts'
import { openHotline } from '../../src/store/database.ts'
import { loadRecordingKeys } from '../../src/store/recording-keys.ts'
import { openRecording } from '../../src/store/recordings.ts'
import { type LineRig, loggedCalls, openLine, pins, until } from './rig.ts'
import { agree, fromMenu, heardFrom, speak, typePin } from './talk.ts'

let rig: LineRig
beforeAll(async () => {
  rig = await openLine()
}, 300_000)
afterAll(() => rig.close())

async function requestsOf(from: string): Promise<ListedCallback[]> {
  const hotline = await openHotline(rig.config.database)
  try {
    const listed = await listCallbacks(hotline, 100)
    return listed.filter(({ number }) => number?.endsWith(from.slice(-2)))
  } finally {
    await hotline.destroy()
  }
}

/** What was said, as a person at the console hears it. */
async function audioOf(request: ListedCallback | undefined): Promise<Sound> {
  const hotline = await openHotline(rig.config.database)
  try {
    const keys = await loadRecordingKeys(rig.config.paths.recordingKeys)
    const audio = await openRecording(hotline, keys, request?.id ?? '')
    expect(audio?.type).toBe('audio/ogg')
    const toWav = ['--quiet', '--rate', '8000', '--force-wav', '-', '-']
    return parseWav(await runCommand(rig.tools.opusdec, toWav, audio?.bytes ?? ''), 'decoded')
  } finally {
    await hotline.destroy()
  }
}

describe.each(languages)('in %s', (language) => {
  const from = language === 'ky' ? '+996700111111' : '+996700222222'

  test.concurrent('a request is taken, read back, kept, and a second for the same is told so', async () => {
    const caller = await rig.dial({ from })
    await agree(caller, language, '2')
    await speak(caller, language, 4000)
    await caller.press('#')
    await caller.hears('cb-review', { language })
    await caller.press('1')
    await caller.quiet(600, { after: 'next-speech' })
    await caller.hears('cb-review', { language })
    await caller.press('3')
    await caller.hears('cb-number.1', { language, whole: true })
    await caller.hears('cb-number.2', { language })
    await caller.press('1')
    await caller.hears('cb-done.1', { language })
    const atAccepted = await requestsOf(from)
    await caller.hears('goodbye', { language, whole: true, withinMs: 40_000 })
    await caller.ended

    // It was on disk when "accepted" began.
    expect(atAccepted).toHaveLength(1)
    const [request] = atAccepted
    expect(request).toMatchObject({ state: 'open', reason: 'wrong-station', language })
    expect((await audioOf(request)).samples.length / 8000).toBeGreaterThan(3.5)
    const read = heardFrom(caller, 'cb-done.1')
      .map((name) => /digit-(\d)/.exec(name)?.[1] ?? '')
      .join('')
    expect(read).toBe(`${request?.reference}${request?.reference}`)
    const number = heardFrom(caller, 'cb-number.1')
      .map((name) => /digit-(\d)/.exec(name)?.[1] ?? '')
      .join('')
    expect(number.slice(0, 10)).toBe(`0${from.slice(4)}`)

    const again = await rig.dial({ from })
    await agree(again, language, '2')
    await again.hears('cb-exists', { language })
    await again.hangup()
    await again.ended
    expect(await requestsOf(from)).toHaveLength(1)
  })
})

test.concurrent('keys pressed during the consent count for nothing', async () => {
  const caller = await rig.dial({ from: '+996700333331' })
  await fromMenu(caller, 'ru', '3')
  await caller.hears('cb-consent', { language: 'ru' })
  await caller.press('1')
  const consent = await caller
    .hears('no-input', { language: 'ru', withinMs: 60_000 })
    .then(() => caller.heard().find(({ name }) => name === 'cb-consent'))
  expect(consent?.whole).toBe(true)
  await caller.hangup()
  await caller.ended
  expect(heardFrom(caller, 'cb-consent')).not.toContain('ru/cb-reason')
})

test.concurrent('9 at the consent: nothing is recorded', async () => {
  const caller = await rig.dial({ from: '+996700333332' })
  await fromMenu(caller, 'ru', '3')
  await caller.hears('cb-consent', { language: 'ru', whole: true, withinMs: 40_000 })
  await caller.quiet(600)
  await caller.press('9')
  await caller.hears('cb-cancel', { language: 'ru' })
  await caller.hangup()
  await caller.ended
  expect(await requestsOf('32')).toEqual([])
})

test.concurrent('hanging up after speaking leaves it incomplete, with the audio', async () => {
  const from = '+996700333333'
  const caller = await rig.dial({ from })
  await agree(caller, 'ru', '1')
  await speak(caller, 'ru', 4000)
  await caller.hangup()
  await caller.ended
  await until(async () => (await requestsOf(from)).length > 0)
  const [request] = await requestsOf(from)
  expect(request).toMatchObject({ state: 'incomplete', reason: 'not-in-list' })
  expect((await audioOf(request)).samples.length / 8000).toBeGreaterThan(3)
})

test.concurrent.each([
  ['the reason', '+996700333341', 0],
  ['the review', '+996700333342', 1],
  ['the number', '+996700333343', 2],
] as const)('hanging up at %s', async (_where, from, steps) => {
  const caller = await rig.dial({ from })
  await fromMenu(caller, 'ru', '3')
  await caller.hears('cb-consent', { language: 'ru', whole: true, withinMs: 40_000 })
  await caller.quiet(600)
  await caller.press('1')
  await caller.hears('cb-reason', { language: 'ru' })
  if (steps > 0) {
    await caller.press('1')
    await speak(caller, 'ru', 3000)
    await caller.press('#')
    await caller.hears('cb-review', { language: 'ru' })
  }
  if (steps > 1) {
    await caller.press('3')
    await caller.hears('cb-number.1', { language: 'ru' })
  }
  await caller.hangup()
  await caller.ended
  await until(async () => (await loggedCalls(rig.config)).some((call) => call.caller?.endsWith(from.slice(-2))))
  const states = (await requestsOf(from)).map(({ state }) => state)
  expect(states).toEqual(steps > 0 ? ['incomplete'] : [])
})

test.concurrent('hanging up before speaking leaves nothing', async () => {
  const from = '+996700333334'
  const caller = await rig.dial({ from })
  await agree(caller, 'ru', '1')
  await caller.hears('cb-speak', { language: 'ru' })
  await caller.hangup()
  await caller.ended
  await until(async () => (await loggedCalls(rig.config)).some((call) => call.caller?.endsWith(from.slice(-2))))
  expect(await requestsOf(from)).toEqual([])
})

test.concurrent('silence is said, and asked for again', async () => {
  const caller = await rig.dial({ from: '+996700333335' })
  await agree(caller, 'ru', '4')
  await speak(caller, 'ru', 0)
  await caller.hears('rec-silent', { language: 'ru', withinMs: 15_000 })
  await caller.hears('cb-speak', { language: 'ru' })
  await caller.hangup()
  await caller.ended
})

test.concurrent('a withheld number is asked for; a wrong one is said to be', async () => {
  const caller = await rig.dial({ from: undefined })
  await typePin(caller, 'ru', pins.notListed)
  await caller.hears('leave-request', { language: 'ru' })
  await caller.press('3')
  await caller.hears('cb-consent', { language: 'ru', whole: true, withinMs: 40_000 })
  await caller.quiet(600)
  await caller.press('1')
  await caller.hears('cb-reason', { language: 'ru' })
  await caller.press('3')
  await speak(caller, 'ru', 3000)
  await caller.press('#')
  await caller.hears('cb-review', { language: 'ru' })
  await caller.press('3')
  await caller.hears('cb-no-cli', { language: 'ru' })
  await caller.press('0123#')
  await caller.hears('cb-number-bad', { language: 'ru' })
  await caller.hears('cb-number-enter', { language: 'ru' })
  await caller.press('0700444444')
  await caller.hears('cb-done.1', { language: 'ru' })
  await caller.hangup()
  await caller.ended
  expect(await requestsOf('+996700444444')).toHaveLength(1)
})
