import { answerCalls, type CallPlan, type Switchboard } from '../../src/asterisk/answer-calls.ts'
import type { AriWay } from '../../src/asterisk/ari.ts'
import type { AriCall } from '../../src/asterisk/ari-call.ts'
import { askPauseMs } from '../../src/config.ts'
import { type Deferred, deferred } from '../../src/deferred.ts'
import type { PhoneNumber } from '../../src/domain/phone-number.ts'
import { say } from '../../src/domain/prompt.ts'
import type { PromptName } from '../../src/domain/prompt-names.ts'
import { type CollectOptions, type Foretell, HangupError } from '../../src/ivr/call.ts'
import { clipCodecs } from '../../src/speech/clip-files.ts'
import { makeClipJoiner } from '../../src/speech/join-clips.ts'
import { switchGlobal } from '../ask-ari.ts'
import { openSwitch, type SwitchRig, until } from '../switch/rig.ts'
import { speechLike } from '../switch/speech.ts'
import { describeCall } from './call-contract.ts'

/** What ARI makes of a call, by one of the ways to speak it. In a file of its own: an application's name is one's alone. */
export function describeAriCall(way: AriWay): void {
  let rig: SwitchRig
  let switchboard: Switchboard
  let plan: CallPlan
  /** Calls that came in, by the number that called. */
  const arrivals = new Map<string, Deferred<AriCall>>()
  let callers = 0

  beforeAll(async () => {
    rig = await openSwitch()
    const joiner = makeClipJoiner({ folder: rig.config.paths.joinedClips, codecs: clipCodecs, most: 100 })
    plan = {
      setting: {
        timeouts: { firstDigit: 1500, interDigit: 1500, entry: 20_000 },
        askPauseMs,
        recordSeconds: 20,
        spool: rig.files.spoolRecordings,
        clipsFor: rig.speech.clipsFor,
        ...joiner,
      },
      async serve(call) {
        arrivals.get(call.ani ?? '')?.resolve(call)
        await call.ended
      },
    }
    switchboard = answerCalls(
      { url: rig.files.ariUrl, user: rig.files.ariUser, password: rig.files.ariPassword, application: 'dobush' },
      () => plan,
      {
        parseAni: (raw) => raw as PhoneNumber,
        note: () => undefined,
        replaced: () => undefined,
      },
      way,
    )
    await until(() => switchboard.up)
  }, 300_000)
  afterAll(async () => {
    await switchboard.close()
    await rig.close()
  })

  test(`where a caller is whom Asterisk asks by itself is seen from outside, by ${way}`, async () => {
    const { call, caller, close } = await open()
    const key = { max: 1, accepts: /^[12]$/ }
    const menu = { prompts: say('menu-check'), options: key }
    const options: CollectOptions = { ...key, leadsTo: { 2: { ...menu, language: 'ru' } } }
    // The first time Asterisk is only told what follows.
    const first = call.collect(say('bad-choice'), options)
    await caller.hears('bad-choice')
    await caller.press('1')
    await first
    const answered = call.collect(say('dates-how'), options)
    await caller.hears('dates-how')
    await caller.press('2')
    await caller.hears('menu-check')
    const asked = await switchboard.asked()
    expect(asked.find(({ id }) => id === call.id)?.place).toEqual({ step: 'menu-check', language: 'ru' })
    await close()
    expect(await answered).toEqual({ kind: 'match', digits: '2' })
    call.language = 'ru'
    await expect(call.collect(menu.prompts, menu.options)).rejects.toThrow(HangupError)
    expect(call.entryAge()?.asked).toBeGreaterThan(0)
  })

  describe(`what is certain after an entry's last key, by ${way}`, () => {
    const four: CollectOptions = { max: 4, accepts: /^[0-9]{4}$/, terminator: '#', lastApart: true }
    const key = { max: 1, accepts: /^[12]$/ }
    const told = [say('bad-choice'), say('dates-how')]
    const next = { prompts: say('no-input'), options: key }
    const foretell: Foretell = async () => ({
      said: new Map([...'079'].map((digit) => [digit, digit === '7' ? told : say('menu-dates')])),
      next,
    })

    /** All keys but the last have been typed, and Asterisk reads that. */
    const atLast = async () => {
      const { call, caller, close } = await open()
      const entry = call.collect(say('menu-check'), four, foretell)
      await caller.hears('menu-check')
      await caller.press('123')
      return { call, caller, entry, close }
    }

    test('is said by Asterisk itself, and once', async () => {
      const { call, caller, entry, close } = await atLast()
      await caller.press('7')
      await caller.hears('dates-how')
      const asked = await switchboard.asked()
      expect(asked.find(({ id }) => id === call.id)?.place).toEqual({ step: 'dates-how', language: 'ky' })
      expect(await entry).toEqual({ kind: 'match', digits: '1237' })
      expect(await call.play(told)).toBe('played')
      expect(call.begun()).toEqual(['menu-check', 'bad-choice', 'dates-how'])
      await close()
    })

    test('is followed by what is always asked then', async () => {
      const { call, caller, entry, close } = await atLast()
      await caller.press('7')
      await caller.hears('dates-how')
      await caller.hears('no-input')
      const asked = await switchboard.asked()
      expect(asked.find(({ id }) => id === call.id)?.place).toEqual({ step: 'no-input', language: 'ky' })
      await caller.press('2')
      expect(await entry).toEqual({ kind: 'match', digits: '1237' })
      expect(await call.play(told)).toBe('played')
      expect(await call.collect(next.prompts, next.options)).toEqual({ kind: 'match', digits: '2' })
      expect(call.begun()).toEqual(['menu-check', 'bad-choice', 'dates-how', 'no-input'])
      await close()
    })

    test('goes on under a #, and is stopped by any other key, which is the next entry', async () => {
      const { call, caller, entry, close } = await atLast()
      await caller.press('7#')
      await caller.hears('dates-how')
      await caller.press('2')
      expect(await entry).toEqual({ kind: 'match', digits: '1237' })
      expect(await call.play(told)).toBe('interrupted')
      expect(await call.collect(say('menu-check'), key)).toEqual({ kind: 'match', digits: '2' })
      await close()
    })

    test('is said to nobody who types another', async () => {
      const { call, caller, entry, close } = await atLast()
      await caller.press('8')
      expect(await entry).toEqual({ kind: 'match', digits: '1238' })
      const said = call.play(say('no-input'))
      await caller.hears('no-input')
      expect(await said).toBe('played')
      await close()
    })

    test('waits for one who hesitates', async () => {
      const { caller, entry, close } = await atLast()
      expect(await entry).toEqual({ kind: 'nomatch', digits: '123' })
      await caller.hangup()
      await close()
    })

    test('is known of one who hangs up meanwhile', async () => {
      const { call, caller, entry } = await atLast()
      await caller.press('7')
      await caller.hears('dates-how')
      await caller.hangup()
      expect(await entry).toEqual({ kind: 'match', digits: '1237' })
      await expect(call.play(told)).rejects.toThrow(HangupError)
      expect(await call.ended).toMatchObject({ cause: 16 })
    })
  })

  describe(`a caller whom Asterisk asks first, by ${way}`, () => {
    const key = { max: 1, accepts: /^[12]$/ }
    const menu = { prompts: say('menu-check'), options: key }
    const first = {
      prompts: say('dates-how'),
      options: { ...key, leadsTo: { 2: { ...menu, language: 'ru' } } },
    } as const

    beforeAll(async () => {
      plan = { ...plan, first }
      // At first it does not know what follows.
      await until(async () => {
        const extension = await switchGlobal(rig.files, 'DOBUSH_FIRST')
        return extension.endsWith(joinedName()) && !extension.includes('00000000')
      })
    })
    afterAll(async () => {
      plan = { ...plan, first: undefined }
      await until(async () => (await switchGlobal(rig.files, 'DOBUSH_FIRST')) === '')
    })

    test('is seen from outside, and ours with all answers at once', async () => {
      const { arrival, caller, from } = await dial()
      await caller.hears('dates-how')
      const askedNow = async () => (await switchboard.asked()).find(({ ani }) => ani === from)
      expect(await askedNow()).toMatchObject({ did: '1255', place: { step: 'dates-how', language: 'ky' } })
      await caller.press('2')
      await caller.hears('menu-check')
      expect(await askedNow()).toMatchObject({ place: { step: 'menu-check', language: 'ru' } })
      await caller.press('1')
      const call = await arrival
      expect(call.did).toBe('1255')
      expect(await call.collect(first.prompts, first.options)).toEqual({ kind: 'match', digits: '2' })
      expect(call.begun()).toEqual(['dates-how'])
      call.language = 'ru'
      expect(await call.collect(menu.prompts, menu.options)).toEqual({ kind: 'match', digits: '1' })
      expect(call.age()).toBeGreaterThan(1_000)
      expect(call.age()).toBeLessThan(60_000)
      const playing = call.play(say('welcome'))
      await caller.hears('welcome')
      await caller.hangup()
      await expect(playing).rejects.toThrow(HangupError)
      expect(await call.ended).toMatchObject({ cause: 16 })
    })

    test('is ours, too, when they hang up meanwhile', async () => {
      const { arrival, caller } = await dial()
      await caller.hears('dates-how')
      await caller.hangup()
      const call = await arrival
      await expect(call.collect(first.prompts, first.options)).rejects.toThrow(HangupError)
      expect(call.begun()).toEqual(['dates-how'])
      expect(await call.ended).toMatchObject({ cause: 16 })
    })

    test('is over when they hung up, whenever that is told', async () => {
      const { arrival, caller } = await dial()
      await caller.hears('dates-how')
      const hungUpAt = performance.now()
      await caller.hangup()
      const call = await arrival
      const toldAt = performance.now()
      await expect(call.collect(first.prompts, first.options)).rejects.toThrow(HangupError)
      const { lastedMs } = await call.ended
      const answeredAt = performance.now() - call.age()
      // The switch tells milliseconds without their parts.
      expect(answeredAt + lastedMs).toBeGreaterThan(hungUpAt - 2)
      expect(answeredAt + lastedMs).toBeLessThan(toldAt + 2)
    })

    test('is ours with all others who hang up in the same moment', async () => {
      const dialled = await Promise.all(Array.from({ length: 25 }, dial))
      await Promise.all(dialled.map(({ caller }) => caller.hears('dates-how')))
      await Promise.all(dialled.map(({ caller }) => caller.hangup()))
      for (const { arrival, from } of dialled) {
        const call = await arrival
        expect(call.ani).toBe(from)
        await expect(call.collect(first.prompts, first.options)).rejects.toThrow(HangupError)
        expect(await call.ended).toMatchObject({ cause: 16 })
      }
    })

    test('is asked anew where something else is asked first', async () => {
      const { arrival, caller } = await dial()
      await caller.hears('dates-how')
      await caller.press('1')
      const call = await arrival
      const entry = call.collect(menu.prompts, menu.options)
      await caller.hears('menu-check')
      await caller.press('2')
      expect(await entry).toEqual({ kind: 'match', digits: '2' })
      await caller.hangup()
    })

    const joinedName = () => plan.setting.joinAll(plan.setting.clipsFor(say('dates-how'), 'ky')) ?? 'nothing'
  })

  describeCall(`on a real Asterisk, by ${way}`, open)

  async function dial() {
    const from = `099${String(++callers).padStart(6, '0')}`
    const arrival = deferred<AriCall>()
    arrivals.set(from, arrival)
    return { from, caller: await rig.dial({ from }), arrival: arrival.promise }
  }

  async function open() {
    const { caller, arrival } = await dial()
    const call = await arrival
    return {
      call,
      caller: {
        press: (keys: string) => caller.press(keys),
        hangup: () => caller.hangup(),
        hears: (name: PromptName) => caller.hears(name),
        speak: (milliseconds: number) => caller.say(speechLike(milliseconds)),
      },
      async close() {
        await caller.hangup()
        await caller.ended
      },
    }
  }
}
