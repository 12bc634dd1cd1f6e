import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Ari, AriError } from '../../src/asterisk/ari.ts'
import { type Begun, type CallSetting, makeAriCall } from '../../src/asterisk/ari-call.ts'
import { askedOf } from '../../src/asterisk/asked.ts'
import { makeFollowUps } from '../../src/asterisk/follow-ups.ts'
import { writeWav } from '../../src/audio/wav.ts'
import { deferred } from '../../src/deferred.ts'
import { say } from '../../src/domain/prompt.ts'
import { type Call, type CollectOptions, type Foretell, type Foretold, HangupError } from '../../src/ivr/call.ts'
import type { Consent } from '../../src/ivr/consent.ts'

const askPauseMs = 1_200
const setting: CallSetting = {
  timeouts: { firstDigit: 3000, interDigit: 3000, entry: 20_000 },
  askPauseMs,
  recordSeconds: 1,
  spool: '/nowhere',
  clipsFor: ({ name }) => [`/${name}`],
  clipMs: () => 1000,
  joinShort: (clips) => clips,
  joinAll: (clips) => clips.join('').replaceAll('/', ''),
}
const pin: CollectOptions = { max: 14, accepts: /^[0-9]{14}$/, terminator: '#', clear: '*', secret: true }
const key: CollectOptions = { max: 1, accepts: /^[0-9*#]$/ }
const channel = { id: '1.0', caller: { number: '' }, dialplan: { context: 'ask' } }
const nothing = '00000000'

/** Where the dialplan plays a clip and reads so many keys. */
function asked(mark: string, max: number, clip: string, leadsTo = nothing): string {
  return `${mark}${String(max).padStart(2, '0')}${leadsTo}${clip}@ask`
}

/** As the dialplan tells of a question it went on from, some milliseconds ago. */
function passed(mark: string, key: string, msAgo: number): string {
  return `${mark}${key}${Date.now() - msAgo}`
}

/** A call on a switch that takes every command. */
function callWith(own: Partial<CallSetting> = {}, commands: Partial<Ari> = {}, begun?: Begun) {
  const continued: string[] = []
  const globals: Record<string, string> = {}
  const setGlobal = async (name: string, value?: string) => {
    if (value === undefined) delete globals[name]
    else globals[name] = value
  }
  const followUps = makeFollowUps(setGlobal)
  const played: string[] = []
  const ari: Partial<Ari> = {
    async play(_id, _playbackId, media) {
      played.push(media.join())
    },
    stopPlayback: async () => undefined,
    record: async () => undefined,
    setGlobal,
    async continueAt(_id, context, extension) {
      continued.push(`${extension}@${context}`)
    },
    ...commands,
  }
  const caller = { id: '1.0', did: '1255', ani: undefined }
  const call = makeAriCall(ari as Ari, caller, { ...setting, ...own }, followUps, begun)
  return {
    call,
    continued,
    played,
    playback: (type: 'PlaybackStarted' | 'PlaybackFinished', nth: number) =>
      call.take({ type, playback: { id: `1.0-play-${nth}`, target_uri: 'channel:1.0', state: 'done' } }),
    globals,
    typed: (mark: string, status: string, keys: string, trail = '') =>
      call.take({ type: 'StasisStart', channel, args: ['typed', mark, status, keys, trail] }),
    press: (digit: string) => call.take({ type: 'ChannelDtmfReceived', channel, digit }),
    hangUp: (trail = '') => call.take({ type: 'StasisStart', channel, args: ['gone', '16', '', trail] }),
  }
}

beforeEach(() => jest.useFakeTimers())
afterEach(() => jest.useRealTimers())

test('a playback that does not start fails', async () => {
  const { call } = callWith()
  const failed = expect(call.play(say('welcome'))).rejects.toThrow('did not start')
  await jest.advanceTimersByTimeAsync(5_000)
  await failed
})

test('a playback that has started may take long', async () => {
  const { call, playback } = callWith()
  const playing = call.play(say('welcome'))
  playback('PlaybackStarted', 1)
  await jest.advanceTimersByTimeAsync(60_000)
  playback('PlaybackFinished', 1)
  expect(await playing).toBe('played')
})

describe('an entry the dialplan asks for', () => {
  test('says how many keys are wanted, and the clip', async () => {
    const { call, continued, typed } = callWith()
    const entry = call.collect([say('pin-invalid'), say('pin-enter')], pin)
    await jest.advanceTimersByTimeAsync(0)
    expect(continued).toEqual([asked('001', 14, 'pin-invalidpin-enter')])
    typed('001', 'OK', '20504198000123')
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
  })

  test.each([
    ['ended with #', 'OK', '12345', { kind: 'nomatch', digits: '12345' }],
    ['given up', 'TIMEOUT', '12345', { kind: 'nomatch', digits: '12345' }],
    ['not begun', 'TIMEOUT', '', { kind: 'noinput' }],
  ])('is what was typed when it is %s', async (_how, status, keys, expected) => {
    const { call, typed } = callWith()
    const entry = call.collect(say('pin-enter'), pin)
    await jest.advanceTimersByTimeAsync(0)
    typed('001', status, keys)
    await jest.advanceTimersByTimeAsync(3000 - askPauseMs + 10)
    expect(await entry).toEqual(expected)
  })

  test('takes # for a key where it is one', async () => {
    const { call, typed } = callWith()
    const entry = call.collect(say('menu-check'), key)
    await jest.advanceTimersByTimeAsync(0)
    typed('001', 'OK', '')
    expect(await entry).toEqual({ kind: 'match', digits: '#' })
  })

  test('goes on key by key after a pause, for as long as callers have', async () => {
    const { call, typed, press } = callWith()
    const entry = call.collect(say('pin-enter'), pin)
    await jest.advanceTimersByTimeAsync(0)
    typed('001', 'TIMEOUT', '2050419800')
    await jest.advanceTimersByTimeAsync(3000 - askPauseMs - 10)
    for (const digit of '0123') press(digit)
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
  })

  test('goes on key by key when * was among what was typed', async () => {
    const { call, typed, press } = callWith()
    const entry = call.collect(say('pin-enter'), pin)
    await jest.advanceTimersByTimeAsync(0)
    typed('001', 'OK', '99*20504198000')
    for (const digit of '123') press(digit)
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
  })

  test('begins with the key that was pressed before the dialplan listened', async () => {
    const { call, typed, press } = callWith()
    const entry = call.collect(say('pin-enter'), pin)
    await jest.advanceTimersByTimeAsync(0)
    press('2')
    typed('001', 'TIMEOUT', '0504198000123')
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
  })

  test('is not answered by what belongs to another question', async () => {
    const { call, continued, typed } = callWith()
    const first = call.collect(say('menu-check'), key)
    await jest.advanceTimersByTimeAsync(0)
    typed('001', 'OK', '1')
    await first
    const second = call.collect(say('pin-enter'), pin)
    await jest.advanceTimersByTimeAsync(0)
    typed('001', 'OK', '1')
    typed('002', 'OK', '20504198000123')
    expect(await second).toEqual({ kind: 'match', digits: '20504198000123' })
    expect(continued).toEqual([asked('001', 1, 'menu-check'), asked('002', 14, 'pin-enter')])
  })

  test('ends with a caller who hangs up, and what they heard is known', async () => {
    const { call, hangUp } = callWith()
    const entry = call.collect([say('menu-check'), say('menu-dates'), say('menu-callback')], key)
    await jest.advanceTimersByTimeAsync(1500)
    hangUp()
    await expect(entry).rejects.toThrow(HangupError)
    expect(await call.ended).toMatchObject({ cause: 16 })
    expect(call.begun()).toEqual(['menu-check', 'menu-dates'])
  })

  test('fails where the dialplan cannot ask', async () => {
    const { call, typed } = callWith()
    const failed = expect(call.collect(say('pin-enter'), pin)).rejects.toThrow('could not ask: ERROR')
    await jest.advanceTimersByTimeAsync(0)
    typed('001', 'ERROR', '')
    await failed
  })

  test('is asked for in our hands while a superfluous # may come, which stops no prompt', async () => {
    const { call, continued, typed, press, playback } = callWith()
    const first = call.collect(say('pin-enter'), pin)
    await jest.advanceTimersByTimeAsync(0)
    typed('001', 'OK', '20504198000123')
    await first
    const second = call.collect(say('menu-check'), key)
    await jest.advanceTimersByTimeAsync(0)
    press('#')
    press('1')
    playback('PlaybackFinished', 1)
    expect(await second).toEqual({ kind: 'match', digits: '1' })
    expect(continued).toHaveLength(1)
  })

  test('is asked for in our hands where its clips cannot be joined', async () => {
    const { call, continued, press, playback } = callWith({ joinAll: () => undefined })
    const entry = call.collect(say('pin-enter'), pin)
    await jest.advanceTimersByTimeAsync(0)
    for (const digit of '20504198000123') press(digit)
    playback('PlaybackFinished', 1)
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
    expect(continued).toEqual([])
  })
})

describe('the last key of an entry, of which is known what it leads to', () => {
  const apart: CollectOptions = { ...pin, lastApart: true }
  const found = [say('as-of'), say('found')]
  const menu = { prompts: [say('again-answer'), say('end-call')], options: key }
  const foretell: Foretell = async () => ({ said: new Map([['3', found]]), next: menu })
  /** All keys but the last have been typed, and the dialplan reads that. */
  const callAtLast = async (foretold = foretell) => {
    const line = callWith()
    const entry = line.call.collect(say('pin-enter'), apart, foretold)
    await jest.advanceTimersByTimeAsync(0)
    line.typed('001', 'OK', '2050419800012')
    await jest.advanceTimersByTimeAsync(0)
    return { ...line, entry }
  }

  test('is read by the dialplan, which is told what to say after which digit', async () => {
    const { continued } = await callAtLast()
    expect(continued).toEqual([asked('001', 13, 'pin-enter'), '0020100000000zzzzas-offoundzzzzzz@last'])
  })

  test('may lead to so many answers as an extension of the dialplan holds', async () => {
    const { continued } = await callAtLast(async () => ({ said: new Map([...'13579'].map((digit) => [digit, found])) }))
    expect(continued[1]).toBe('0020100000000zzas-offoundzzas-offoundzzas-offoundzzzz@last')
  })

  test('is followed by what is always asked then, once the dialplan knows that', async () => {
    const { call, continued, globals, typed, entry } = await callAtLast()
    const [[name = '', value] = []] = Object.entries(globals)
    expect([name.slice(0, 4), name.slice(-2), value]).toEqual(['ASK-', '-t', `01${nothing}again-answerend-call`])
    typed('002', 'OK', '')
    await entry
    const again = call.collect(say('pin-enter'), apart, foretell)
    await jest.advanceTimersByTimeAsync(0)
    typed('003', 'OK', '2050419800012')
    await jest.advanceTimersByTimeAsync(0)
    expect(continued.at(-1)).toBe(`00401${name.slice(4, -2)}zzzzas-offoundzzzzzz@last`)
    await jest.advanceTimersByTimeAsync(10_000)
    typed('004', 'OK', '9', passed('004', '3', 9_000) + passed('004', 't', 4_000))
    expect(await again).toEqual({ kind: 'match', digits: '20504198000123' })
    call.entryAge()
    expect(await call.play(found, { despiteTypeAhead: true })).toBe('played')
    expect(call.entryAge()).toEqual({ asked: 9_000, answered: 4_000 })
    expect(await call.collect(menu.prompts, menu.options)).toEqual({ kind: 'match', digits: '9' })
    expect(call.entryAge()).toEqual({ asked: 4_000, answered: 0 })
    expect(call.begun()).toEqual(['pin-enter', 'pin-enter', 'as-of', 'found', 'again-answer', 'end-call'])
    expect(continued).toHaveLength(4)
  })

  test('makes the entry, and what the dialplan has said is not said again', async () => {
    const { call, typed, entry, played } = await callAtLast()
    await jest.advanceTimersByTimeAsync(10_000)
    typed('002', 'TIMEOUT', '', passed('002', '3', 9_000))
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
    expect(call.begun()).toEqual(['pin-enter'])
    expect(call.entryAge()).toEqual({ asked: 10_000, answered: 9_000 })
    expect(await call.play(found, { despiteTypeAhead: true })).toBe('played')
    expect(call.begun()).toEqual(['as-of', 'found'])
    expect(call.entryAge()).toEqual({ asked: 9_000, answered: 0 })
    expect(played).toEqual([])
  })

  test('may be followed by a key that stops what is said, and is the next entry', async () => {
    const { call, typed, entry } = await callAtLast()
    await jest.advanceTimersByTimeAsync(10_000)
    typed('002', 'OK', '9', passed('002', '3', 500))
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
    expect(await call.play(found)).toBe('interrupted')
    expect(call.begun()).toEqual(['pin-enter', 'as-of'])
    expect(await call.collect(say('menu-check'), key)).toEqual({ kind: 'match', digits: '9' })
  })

  test('is known of a caller who hung up while it was said', async () => {
    const { call, hangUp, entry } = await callAtLast()
    await jest.advanceTimersByTimeAsync(10_000)
    hangUp(passed('002', '3', 1_500))
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
    call.begun()
    await expect(call.play(found)).rejects.toThrow(HangupError)
    expect(call.begun()).toEqual(['as-of', 'found'])
    expect(call.entryAge()).toEqual({ asked: 1_500, answered: 0 })
  })

  test('is known of a caller who is there when the line stops', async () => {
    const { call, entry } = await callAtLast()
    call.seenAt(`3k00201${nothing}zzzzas-offoundzzzzzz`)
    await call.apologise()
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
    call.begun()
    await expect(call.play(found)).rejects.toThrow(HangupError)
    expect(call.begun()).toEqual(['as-of'])
  })

  test('is known of a caller who is asked what follows when the line stops', async () => {
    const { call, entry } = await callAtLast()
    expect(call.placeAt(`00201${nothing}again-answerend-call`)).toEqual({ step: 'end-call', language: 'ky' })
    call.seenAt(`00201${nothing}again-answerend-call`)
    await call.apologise()
    await entry
    expect(await call.play(found)).toBe('played')
    await expect(call.collect(menu.prompts, menu.options)).rejects.toThrow(HangupError)
  })

  test('is not known of one who hung up before it', async () => {
    const { call, hangUp, entry } = await callAtLast()
    hangUp()
    await expect(entry).rejects.toThrow(HangupError)
    expect(call.begun()).toEqual(['pin-enter'])
  })

  test('is said anew where something else is to be said by then', async () => {
    const { call, typed, entry, played, playback } = await callAtLast()
    typed('002', 'OK', '9', passed('002', '3', 500))
    await entry
    const saying = call.play(say('station-closed'), { despiteTypeAhead: true })
    await jest.advanceTimersByTimeAsync(0)
    expect(played).toEqual(['sound:/station-closed'])
    playback('PlaybackFinished', 1)
    // What was typed at the other was for nobody.
    expect(await saying).toBe('played')
  })

  test.each([
    ['another digit', '4', { kind: 'match', digits: '20504198000124' }],
    ['#', '', { kind: 'nomatch', digits: '2050419800012' }],
  ])('is said by nobody ahead where it is %s', async (_what, keys, expected) => {
    const { call, typed, entry, played } = await callAtLast()
    typed('002', 'OK', keys)
    expect(await entry).toEqual(expected)
    void call.play(say('not-found')).catch(() => undefined)
    await jest.advanceTimersByTimeAsync(0)
    expect(played).toEqual(['sound:/not-found'])
  })

  test('is waited for, as long as callers have, where it does not come', async () => {
    const { typed, press, entry } = await callAtLast()
    typed('002', 'TIMEOUT', '')
    await jest.advanceTimersByTimeAsync(3000 - askPauseMs - 10)
    press('3')
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
  })

  test('is read by us where nothing is certain', async () => {
    const { continued, press, entry } = await callAtLast(async () => undefined)
    press('3')
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
    expect(continued).toHaveLength(1)
  })

  test('is read by us where it came while it was being found out what is certain', async () => {
    const known = deferred<Foretold>()
    const { continued, press, entry } = await callAtLast(() => known.promise)
    press('3')
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
    known.resolve({ said: new Map([['3', found]]) })
    await jest.advanceTimersByTimeAsync(0)
    expect(continued).toHaveLength(1)
  })

  test('came to us on the way: then the dialplan says nothing to whatever it reads', async () => {
    const { press, typed, hangUp, globals, entry, call } = await callAtLast()
    press('3')
    expect(globals['WITHHOLD-1.0']).toBe('yes')
    typed('002', 'OK', '7')
    expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
    expect(await call.collect(say('menu-check'), key)).toEqual({ kind: 'match', digits: '7' })
    hangUp()
    await jest.advanceTimersByTimeAsync(0)
    expect(Object.keys(globals)).not.toContain('WITHHOLD-1.0')
  })
})

describe('questions the dialplan goes on with by itself', () => {
  const leadsTo = { 1: { prompts: say('pin-enter'), options: pin } }
  const menu: CollectOptions = { ...key, leadsTo }
  const language: CollectOptions = {
    ...key,
    leadsTo: {
      1: { prompts: [say('menu-check'), say('menu-dates')], options: menu, language: 'ky' },
      2: { prompts: [say('menu-check'), say('menu-dates')], options: menu, language: 'ru' },
    },
  }
  const askMenu = (call: Call) => call.collect([say('menu-check'), say('menu-dates')], menu)
  const askPin = (call: Call) => call.collect(say('pin-enter'), pin)

  /** A call whose switch knows by now what follows. */
  const callAskedForLanguage = async () => {
    const line = callWith({ clipsFor: ({ name }, spoken) => [`/${name}-${spoken}`] })
    const first = line.call.collect(say('lang'), language)
    await jest.advanceTimersByTimeAsync(0)
    line.typed('001', 'OK', '9')
    await first
    line.call.begun()
    line.call.entryAge()
    const entry = line.call.collect(say('lang'), language)
    await jest.advanceTimersByTimeAsync(0)
    return { ...line, entry }
  }

  test('are told to the switch once, and followed from the next question on', async () => {
    const { continued, globals } = await callAskedForLanguage()
    /** The name under which the dialplan finds it. */
    const nameOf = (value: string) =>
      Object.entries(globals)
        .find(([, each]) => each === value)?.[0]
        .slice(4, 12)
    const menus = ['ky', 'ru'].map(
      (spoken) => `01${nameOf(`14${nothing}pin-enter-${spoken}`)}menu-check-${spoken}menu-dates-${spoken}`,
    )
    const name = nameOf(menus[0] ?? '')
    expect(Object.keys(globals)).toHaveLength(4)
    expect([globals[`ASK-${name}-1`], globals[`ASK-${name}-2`]]).toEqual(menus)
    expect(continued).toEqual([asked('001', 1, 'lang-ky'), asked('002', 1, 'lang-ky', name)])
  })

  test('are answered together, each with its own moments and prompts', async () => {
    const { call, typed, entry, continued } = await callAskedForLanguage()
    await jest.advanceTimersByTimeAsync(9_000)
    typed('002', 'OK', '20504198000123', passed('002', '2', 8_000) + passed('002', '1', 6_500))
    expect(await entry).toEqual({ kind: 'match', digits: '2' })
    expect(call.begun()).toEqual(['lang'])
    expect(call.entryAge()).toEqual({ asked: 9_000, answered: 8_000 })
    call.language = 'ru'
    expect(await askMenu(call)).toEqual({ kind: 'match', digits: '1' })
    expect(call.begun()).toEqual(['menu-check', 'menu-dates'])
    expect(call.entryAge()).toEqual({ asked: 8_000, answered: 6_500 })
    expect(await askPin(call)).toEqual({ kind: 'match', digits: '20504198000123' })
    expect(call.begun()).toEqual(['pin-enter'])
    expect(call.entryAge()).toEqual({ asked: 6_500, answered: 0 })
    expect(call.entryAge()).toBeUndefined()
    expect(continued).toHaveLength(2)
  })

  test('are ours to follow where the dialplan began with them by itself', async () => {
    const prompts = say('lang')
    const first = askedOf({ prompts, options: language, language: 'ky' }, setting)
    if (!first) throw new Error('it can be asked')
    const { call, typed, continued } = callWith({}, {}, { asked: first, mark: '907', at: Date.now() - 9_000 })
    typed(
      '907',
      'OK',
      '20504198000123',
      passed('907', '-', 9_000) + passed('907', '2', 8_000) + passed('907', '1', 6_500),
    )
    expect(call.age()).toBe(9_000)
    expect(await call.collect(prompts, language)).toEqual({ kind: 'match', digits: '2' })
    expect(call.begun()).toEqual(['lang'])
    expect(call.entryAge()).toEqual({ asked: 9_000, answered: 8_000 })
    call.language = 'ru'
    expect(await askMenu(call)).toEqual({ kind: 'match', digits: '1' })
    expect(await askPin(call)).toEqual({ kind: 'match', digits: '20504198000123' })
    expect(continued).toEqual([])
    // What is asked then has a mark of its own; a superfluous # comes no more.
    await jest.advanceTimersByTimeAsync(5_000)
    void askMenu(call).catch(() => undefined)
    await jest.advanceTimersByTimeAsync(0)
    expect(continued).toHaveLength(1)
    expect(continued[0]).toMatch(/^001/)
  })

  test('wait in our hands for what a caller has not typed yet', async () => {
    const { call, typed, press, entry } = await callAskedForLanguage()
    typed('002', 'TIMEOUT', '', passed('002', '1', 3_000))
    await entry
    const chosen = askMenu(call)
    await jest.advanceTimersByTimeAsync(3_000 - askPauseMs - 10)
    press('1')
    expect(await chosen).toEqual({ kind: 'match', digits: '1' })
  })

  test('end in silence as long as any other', async () => {
    const { call, typed, entry } = await callAskedForLanguage()
    typed('002', 'TIMEOUT', '', passed('002', '1', 3_000))
    await entry
    const chosen = askMenu(call)
    await jest.advanceTimersByTimeAsync(3_000 - askPauseMs + 10)
    expect(await chosen).toEqual({ kind: 'noinput' })
  })

  test('are known of a caller who hung up at one of them', async () => {
    const { call, hangUp, entry } = await callAskedForLanguage()
    await jest.advanceTimersByTimeAsync(5_000)
    hangUp(passed('002', '1', 500))
    expect(await entry).toEqual({ kind: 'match', digits: '1' })
    expect(call.begun()).toEqual(['lang'])
    expect(call.entryAge()).toEqual({ asked: 5_000, answered: 500 })
    await expect(askMenu(call)).rejects.toThrow(HangupError)
    expect(call.begun()).toEqual(['menu-check'])
    expect(call.entryAge()).toEqual({ asked: 500, answered: 0 })
    await expect(askPin(call)).rejects.toThrow(HangupError)
    expect(await call.ended).toMatchObject({ cause: 16 })
  })

  test('are asked again where a key from before the dialplan listened was the answer', async () => {
    const { call, typed, press, entry, continued } = await callAskedForLanguage()
    press('2')
    typed('002', 'TIMEOUT', '', passed('002', '1', 3_000))
    expect(await entry).toEqual({ kind: 'match', digits: '2' })
    call.language = 'ru'
    expect(await askMenu(call)).toEqual({ kind: 'match', digits: '1' })
    void askPin(call)
    await jest.advanceTimersByTimeAsync(0)
    expect(continued.at(-1)).toBe(asked('003', 14, 'pin-enter-ru'))
  })

  test('are forgotten, with what was typed, where something else is asked after all', async () => {
    const { call, typed, entry, continued } = await callAskedForLanguage()
    typed('002', 'OK', '20504198000123', passed('002', '1', 3_000) + passed('002', '1', 2_000))
    await entry
    void askPin(call)
    await jest.advanceTimersByTimeAsync(0)
    expect(continued.at(-1)).toBe(asked('003', 14, 'pin-enter-ky'))
  })

  test('are known to supervisors by where the dialplan is', async () => {
    const { call, globals, typed } = await callAskedForLanguage()
    const menuRu = Object.values(globals).find((each) => each.endsWith('menu-dates-ru'))
    expect(call.placeAt(`002${menuRu}`)).toEqual({ step: 'menu-dates', language: 'ru' })
    expect(call.placeAt('1255')).toBeUndefined()
    typed('002', 'TIMEOUT', '')
    await jest.advanceTimersByTimeAsync(0)
    expect(call.placeAt(`002${menuRu}`)).toBeUndefined()
  })
})

test('a call that was taken from us is over: its time was up', async () => {
  const refused = async () => {
    throw new AriError('not in our hands', { status: 409 })
  }
  const { call } = callWith({}, { play: refused })
  await expect(call.play(say('welcome'))).rejects.toThrow(HangupError)
  await jest.advanceTimersByTimeAsync(2_000)
  expect(await call.ended).toEqual({ cause: undefined, lastedMs: 0 })
})

test('who hung up before we were told has stopped listening then', async () => {
  const { call } = callWith()
  const entry = expect(call.collect(say('lang'), pin)).rejects.toThrow(HangupError)
  await jest.advanceTimersByTimeAsync(3_000)
  const hungUpAt = Date.now()
  await jest.advanceTimersByTimeAsync(800)
  call.take({ type: 'StasisStart', channel, args: ['gone', '16', String(hungUpAt), ''] })
  await entry
  expect(await call.ended).toEqual({ cause: 16, lastedMs: 3_000 })
  expect(call.entryAge()).toEqual({ asked: 3_800, answered: 800 })
})

test('who hangs up while speaking has hung up, though the end of the recording comes first', async () => {
  const spool = mkdtempSync(join(tmpdir(), 'spool-'))
  const { call, playback } = callWith({ spool })
  const recording = call.record([], { at: new Date(0) } as Consent)
  await jest.advanceTimersByTimeAsync(0)
  for (const nth of [2, 3]) {
    playback('PlaybackFinished', nth)
    await jest.advanceTimersByTimeAsync(0)
  }
  const name = '1.0-message-1'
  writeWav(join(spool, `${name}.wav`), { sampleRate: 8000, samples: new Int16Array(8000) })
  call.take({ type: 'RecordingFinished', recording: { name, target_uri: 'channel:1.0' } })
  await jest.advanceTimersByTimeAsync(10)
  call.take({ type: 'StasisStart', channel, args: ['gone', '16'] })
  expect(await recording).toMatchObject({ ended: 'hangup', durationMs: 1000 })
  rmSync(spool, { recursive: true })
})
