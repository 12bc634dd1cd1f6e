import { say } from '../../src/domain/prompt.ts'
import type { PromptName } from '../../src/domain/prompt-names.ts'
import { type Call, type CollectOptions, type Foretell, HangupError, type Question } from '../../src/ivr/call.ts'
import type { Consent } from '../../src/ivr/consent.ts'

/** A call and the person at its other end, whatever the call is made of. */
export interface CallUnderTest {
  readonly call: Call
  readonly caller: {
    press(keys: string): unknown
    hangup(): unknown
    /** Resolves when the prompt begins to be heard. */
    hears(name: PromptName): Promise<unknown>
    /** Talks into the recording that is about to begin or running; resolves when said or at once. */
    speak(milliseconds: number): unknown
  }
  /** Ends what is left of it. */
  close(): Promise<void>
}

const pin: CollectOptions = { max: 14, accepts: /^[0-9]{14}$/, terminator: '#', clear: '*', secret: true }
const key: CollectOptions = { max: 1, accepts: /^[12]$/ }
const consent = { at: new Date(0) } as Consent

/** What every implementation of `Call` owes the conversation. */
export function describeCall(name: string, open: () => Promise<CallUnderTest>): void {
  describe(`the contract of a call: ${name}`, () => {
    const withCall = (title: string, act: (under: CallUnderTest) => Promise<void>) =>
      test.concurrent(title, async () => {
        const under = await open()
        try {
          await act(under)
        } finally {
          await under.close()
        }
      })

    withCall('a prompt nobody interrupts is played', async ({ call }) => {
      expect(await call.play(say('bad-choice'))).toBe('played')
    })

    withCall('a key interrupts a prompt and is the next entry', async ({ call, caller }) => {
      const heard = call.play(say('dates-how'))
      await caller.hears('dates-how')
      caller.press('2')
      expect(await heard).toBe('interrupted')
      expect(await call.collect(say('menu-check'), key)).toEqual({ kind: 'match', digits: '2' })
    })

    withCall('tells which prompts began, those that a key cut off not among them', async ({ call, caller }) => {
      await call.play([say('bad-choice'), say('beep')])
      expect(call.begun()).toEqual(['bad-choice', 'beep'])
      const entry = call.collect([say('no-input'), say('menu-check'), say('dates-how')], key)
      await caller.hears('menu-check')
      caller.press('1')
      await entry
      expect(await call.collect(say('menu-dates'), { ...key, bargeIn: false }).catch(() => undefined)).toEqual({
        kind: 'noinput',
      })
      expect(call.begun()).toEqual(['no-input', 'menu-check', 'menu-dates'])
      const heard = call.play([say('bad-choice'), say('dates-how')])
      await caller.hears('bad-choice')
      await caller.hangup()
      await expect(heard).rejects.toThrow(HangupError)
      expect(call.begun()).toEqual(['bad-choice'])
    })

    withCall('keys typed ahead skip a prompt, but not one played despite them', async ({ call, caller }) => {
      const first = call.play(say('dates-how'))
      await caller.hears('dates-how')
      caller.press('1')
      await first
      expect(await call.play(say('no-input'))).toBe('interrupted')
      expect(await call.play(say('bad-choice'), { despiteTypeAhead: true })).toBe('played')
      expect(await call.collect(say('menu-check'), key)).toEqual({ kind: 'match', digits: '1' })
    })

    withCall('an entry is complete at its last digit, and the # after it is forgotten', async ({ call, caller }) => {
      const entry = call.collect(say('pin-enter'), pin)
      await caller.hears('pin-enter')
      caller.press('20504198000123#')
      expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
      const next = call.collect(say('menu-check'), key)
      await caller.hears('menu-check')
      caller.press('1')
      expect(await next).toEqual({ kind: 'match', digits: '1' })
    })

    withCall('an entry ends at #, and is no match when it is short', async ({ call, caller }) => {
      const entry = call.collect(say('pin-enter'), pin)
      await caller.hears('pin-enter')
      caller.press('12345#')
      expect(await entry).toEqual({ kind: 'nomatch', digits: '12345' })
    })

    withCall('* forgets what was typed', async ({ call, caller }) => {
      const entry = call.collect(say('pin-enter'), pin)
      await caller.hears('pin-enter')
      caller.press('99*11503199200045')
      expect(await entry).toEqual({ kind: 'match', digits: '11503199200045' })
    })

    withCall('an entry that stops half-way ends by the inter-digit timeout', async ({ call, caller }) => {
      const entry = call.collect(say('pin-enter'), pin)
      await caller.hears('pin-enter')
      caller.press('205')
      expect(await entry).toEqual({ kind: 'nomatch', digits: '205' })
    })

    withCall('silence after the prompt is no input', async ({ call }) => {
      expect(await call.collect(say('bad-choice'), key)).toEqual({ kind: 'noinput' })
    })

    withCall('without barge-in keys before the end of the prompt count for nothing', async ({ call, caller }) => {
      const entry = call.collect(say('bad-choice'), { ...key, bargeIn: false })
      await caller.hears('bad-choice')
      caller.press('1')
      expect(await entry).toEqual({ kind: 'noinput' })
    })

    withCall('two entries typed in one breath are both read', async ({ call, caller }) => {
      const first = call.collect(say('menu-check'), key)
      await caller.hears('menu-check')
      caller.press('120504198000123')
      expect(await first).toEqual({ kind: 'match', digits: '1' })
      expect(await call.collect(say('pin-enter'), pin)).toEqual({ kind: 'match', digits: '20504198000123' })
    })

    withCall('what a key leads to is asked and answered as if it stood alone', async ({ call, caller }) => {
      const third: Question = { prompts: say('pin-enter'), options: pin }
      const second: Question = { prompts: say('menu-check'), options: { ...key, leadsTo: { 1: third } } }
      const first: CollectOptions = { ...key, leadsTo: { 2: { ...second, language: 'ru' } } }
      const answer = async () => {
        await caller.hears('dates-how')
        caller.press('2')
        await caller.hears('menu-check')
        caller.press('1')
        await caller.hears('pin-enter')
        caller.press('20504198000123')
      }
      // The second time a switch may go on by itself.
      for (const _ of ['first', 'second']) {
        call.language = 'ky'
        const answered = answer()
        expect(await call.collect(say('dates-how'), first)).toEqual({ kind: 'match', digits: '2' })
        call.language = 'ru'
        expect(await call.collect(second.prompts, second.options)).toEqual({ kind: 'match', digits: '1' })
        expect(await call.collect(third.prompts, third.options)).toEqual({ kind: 'match', digits: '20504198000123' })
        await answered
        expect(call.begun()).toEqual(['dates-how', 'menu-check', 'pin-enter'])
        // Nothing is left of them.
        expect(await call.play(say('bad-choice'))).toBe('played')
        call.begun()
      }
    })

    withCall('what its last key is certain to lead to is played as if it stood alone', async ({ call, caller }) => {
      const told = [say('bad-choice'), say('no-input')]
      const foretell: Foretell = async (typed) => ({ said: new Map(typed === '2050419800012' ? [['3', told]] : []) })
      const entry = call.collect(say('pin-enter'), { ...pin, lastApart: true }, foretell)
      await caller.hears('pin-enter')
      caller.press('20504198000123')
      expect(await entry).toEqual({ kind: 'match', digits: '20504198000123' })
      expect(await call.play(told, { despiteTypeAhead: true })).toBe('played')
      expect(call.begun()).toEqual(['pin-enter', 'bad-choice', 'no-input'])
      expect(await call.play(told)).toBe('played')
    })

    withCall('hanging up ends a prompt and everything after it', async ({ call, caller }) => {
      const heard = call.play(say('dates-how'))
      await caller.hears('dates-how')
      caller.hangup()
      await expect(heard).rejects.toThrow(HangupError)
      await expect(call.collect(say('menu-check'), key)).rejects.toThrow(HangupError)
      expect((await call.ended).cause).toBe(16)
    })

    withCall('hanging up ends an entry', async ({ call, caller }) => {
      const entry = call.collect(say('pin-enter'), pin)
      await caller.hears('pin-enter')
      caller.press('205')
      caller.hangup()
      await expect(entry).rejects.toThrow(HangupError)
    })

    withCall('# ends a recording and is not the next key', async ({ call, caller }) => {
      const recording = call.record(say('cb-number-bad'), consent)
      await caller.hears('beep')
      await caller.speak(3000)
      caller.press('#')
      const made = await recording
      expect(made?.ended).toBe('key')
      expect(made?.talkingMs).toBeGreaterThanOrEqual(1000)
      expect(await call.collect(say('bad-choice'), key)).toEqual({ kind: 'noinput' })
    })

    withCall('a recording in which nobody speaks ends by itself and says so', async ({ call }) => {
      const made = await call.record(say('cb-number-bad'), consent)
      expect(made).toMatchObject({ ended: 'silence' })
      expect(made?.talkingMs).toBeLessThan(700)
    })

    withCall('hanging up while speaking loses nothing', async ({ call, caller }) => {
      const recording = call.record(say('cb-number-bad'), consent)
      await caller.hears('beep')
      await caller.speak(3000)
      caller.hangup()
      const made = await recording
      expect(made?.ended).toBe('hangup')
      expect(made?.talkingMs).toBeGreaterThanOrEqual(1000)
    })

    withCall('the line hangs up', async ({ call }) => {
      await call.hangup()
      expect((await call.ended).cause).toBe(16)
      await expect(call.play(say('goodbye'))).rejects.toThrow(HangupError)
    })
  })
}
