import { answerCalls, type Switchboard } from '../../src/asterisk/answer-calls.ts'
import type { AriWay } from '../../src/asterisk/ari.ts'
import type { AriCall } from '../../src/asterisk/ari-call.ts'
import { askPauseMs } from '../../src/config.ts'
import { type Deferred, deferred } from '../../src/deferred.ts'
import type { PhoneNumber } from '../../src/domain/phone-number.ts'
import { say } from '../../src/domain/prompt.ts'
import type { PromptName } from '../../src/domain/prompt-names.ts'
import { type CollectOptions, HangupError } from '../../src/ivr/call.ts'
import { clipCodecs } from '../../src/speech/clip-files.ts'
import { makeClipJoiner } from '../../src/speech/join-clips.ts'
import { openSwitch, type SwitchRig, until } from '../switch/rig.ts'
import { speechLike } from '../switch/speech.ts'
import { describeCall } from './call-contract.ts'

/** What ARI makes of a call, by one of the ways to speak it. In a file of its own: an application's name is one's alone. */
export function describeAriCall(way: AriWay): void {
  let rig: SwitchRig
  let switchboard: Switchboard
  /** Calls that came in, by the number that called. */
  const arrivals = new Map<string, Deferred<AriCall>>()
  let callers = 0

  beforeAll(async () => {
    rig = await openSwitch()
    const joiner = makeClipJoiner({ folder: rig.config.paths.joinedClips, codecs: clipCodecs, most: 100 })
    switchboard = answerCalls(
      { url: rig.files.ariUrl, user: rig.files.ariUser, password: rig.files.ariPassword, application: 'dobush' },
      () => ({
        timeouts: { firstDigit: 1500, interDigit: 1500, entry: 20_000 },
        askPauseMs,
        recordSeconds: 20,
        spool: rig.files.spoolRecordings,
        clipsFor: rig.speech.clipsFor,
        ...joiner,
      }),
      {
        async serve(call) {
          arrivals.get(call.ani ?? '')?.resolve(call)
          await call.ended
        },
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
    const places = await switchboard.places()
    expect(places.get(call.id)).toEqual({ step: 'menu-check', language: 'ru' })
    await close()
    expect(await answered).toEqual({ kind: 'match', digits: '2' })
    call.language = 'ru'
    await expect(call.collect(menu.prompts, menu.options)).rejects.toThrow(HangupError)
    expect(call.entryAge()?.asked).toBeGreaterThan(0)
  })

  describeCall(`on a real Asterisk, by ${way}`, open)

  async function open() {
    const from = `099${String(++callers).padStart(6, '0')}`
    const arrival = deferred<AriCall>()
    arrivals.set(from, arrival)
    const caller = await rig.dial({ from })
    const call = await arrival.promise
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
