import type { Disposition, Step } from '../domain/call-log.ts'
import type { CallbackReason } from '../domain/callback-request.ts'
import type { Language } from '../domain/language.ts'
import type { PromptName } from '../domain/prompt-names.ts'
import { drawBy } from './random.ts'

/** A made-up call, as far as its caller determines it. */
export interface Walk {
  readonly language: Language
  readonly steps: readonly Step[]
  readonly station: string | undefined
  readonly disposition: Disposition
  readonly durationMs: number
  /** What was asked for in it. */
  readonly reason: CallbackReason | undefined
}

const drawLanguage = drawBy({ ky: 62, ru: 38 })
const drawWish = drawBy({ check: 80, dates: 9, language: 4, nothing: 7 })
const drawAnswer = drawBy({
  found: 82,
  'not-found': 8,
  'no-biometry': 3,
  'station-closed': 2,
  'under-18': 2,
  unavailable: 3,
})
const drawAfter = drawBy({ again: 74, menu: 4, goodbye: 12, hangup: 8 })
/** By voters: the capital and its surroundings call most. */
const drawRegion = drawBy({ 1: 22, 2: 17, 3: 8, 4: 5, 5: 21, 6: 4, 7: 16, 8: 6, 9: 1 })
const drawReason = drawBy<CallbackReason>({
  'not-in-list': 38,
  'wrong-station': 34,
  'wrong-personal-data': 18,
  other: 10,
})

const welcome: readonly PromptName[] = ['welcome', 'welcome', 'lang', 'lang']
const mainMenu: readonly PromptName[] = ['menu-check', 'menu-dates', 'menu-callback', 'menu-repeat', 'menu-language']
const afterAnswer: readonly PromptName[] = ['again-answer', 'report-error', 'main-menu', 'end-call']
const afterTrouble: readonly PromptName[] = ['leave-request', 'main-menu']
const stationsPerRegion = 250
const hangupInStep = 0.008

class HungUp extends Error {}

/**
 * Walks through the menu as callers do: most check themselves, some again and again, some give up, some hang up.
 * @param wantsCallback whether the walk ends in a request
 */
export function walk(startedAt: number, random: () => number, wantsCallback: boolean): Walk {
  const steps: Step[] = []
  let now = startedAt
  let station: string | undefined
  let served = false
  const language = drawLanguage(random())

  /** @throws HungUp where the caller does in the middle of it */
  function step(prompts: readonly PromptName[], seconds: number, outcome: string, more: Partial<Step> = {}): void {
    const hangsUp = !wantsCallback && random() < hangupInStep
    const durationMs = Math.round(seconds * 1000 * (0.6 + 0.8 * random()) * (hangsUp ? 0.5 : 1))
    const name = prompts.at(-1) ?? 'replay'
    const ended = hangsUp ? { outcome: 'hangup', key: undefined, digits: undefined } : { outcome }
    steps.push({ name, at: new Date(now), durationMs, key: undefined, digits: undefined, prompts, ...more, ...ended })
    now += durationMs
    if (hangsUp) throw new HungUp()
  }
  const choose = (prompts: readonly PromptName[], seconds: number, key: string) =>
    step(prompts, seconds, 'match', { key })

  function askForCallback(): Walk['reason'] {
    choose(['cb-consent'], 12, '1')
    const reason = drawReason(random())
    choose(
      ['cb-reason'],
      8,
      { 'not-in-list': '1', 'wrong-station': '2', 'wrong-personal-data': '3', other: '4' }[reason],
    )
    step(['cb-speak'], 28, 'recorded', { prompts: ['cb-speak', 'beep'] })
    if (random() < 0.3) {
      choose(['cb-review'], 4, '1')
      step([], 14, 'interrupted')
    }
    choose(['cb-review'], 6, '3')
    choose(['cb-number'], 9, '1')
    step(['cb-done'], 14, 'played')
    served = true
    return reason
  }

  function enterPin(): boolean {
    for (let tries = 0; tries < 3; tries += 1) {
      const wrong = tries === 0 ? 0.22 : 0.4
      const before: readonly PromptName[] = tries === 0 ? [] : ['pin-length']
      if (random() >= wrong) {
        step([...before, 'pin-enter'], 13, 'match', { digits: 14 })
        return true
      }
      if (random() < 0.3) step([...before, 'pin-enter'], 11, 'noinput', { digits: 0 })
      else step([...before, 'pin-enter'], 12, 'nomatch', { digits: 5 + Math.floor(random() * 9) })
    }
    return false
  }

  /** @returns whether the caller goes back to the menu, leaves a request, or is done */
  function check(): 'menu' | 'callback' | Disposition {
    const entered = enterPin()
    const answer = entered ? drawAnswer(random()) : 'too-many'
    if (answer !== 'found') {
      if (answer === 'station-closed') step([answer], 16, 'played')
      served ||= entered && answer !== 'unavailable'
      const intro = answer === 'station-closed' ? [] : [answer as PromptName]
      if (wantsCallback) {
        choose([...intro, ...afterTrouble], 8, '3')
        return 'callback'
      }
      if (random() < 0.5) {
        choose([...intro, ...afterTrouble], 9, '9')
        return 'menu'
      }
      step([...intro, ...afterTrouble], 18, 'noinput')
      return 'gave-up'
    }
    const drawn = `${drawRegion(random())}${String(101 + Math.floor(random() * stationsPerRegion)).padStart(3, '0')}`
    for (;;) {
      step(['found'], 19, 'played')
      station = drawn
      served = true
      if (wantsCallback) {
        choose(afterAnswer, 6, '3')
        return 'callback'
      }
      switch (drawAfter(random())) {
        case 'again':
          choose(afterAnswer, 4, '1')
          break
        case 'menu':
          choose(afterAnswer, 7, '9')
          return 'menu'
        case 'goodbye':
          choose(afterAnswer, 9, '4')
          return 'completed'
        case 'hangup':
          step(afterAnswer, 5, 'hangup')
          throw new HungUp()
      }
    }
  }

  let reason: Walk['reason']
  let disposition: Disposition | undefined
  try {
    if (random() < 0.1) step(welcome, 26, 'noinput')
    choose(welcome, 16, language === 'ky' ? '1' : '2')
    while (disposition === undefined) {
      const wish = wantsCallback ? 'check' : drawWish(random())
      if (wish === 'nothing') {
        for (let round = 0; round < 3; round += 1) step(mainMenu, 24, 'noinput')
        disposition = served ? 'completed' : 'gave-up'
        break
      }
      choose(mainMenu, 12, { check: '1', dates: '2', language: '9' }[wish])
      if (wish === 'dates') {
        choose(['dates-voting', 'dates-window', 'dates-how', 'nav'], 30, '9')
        served = true
      }
      if (wish !== 'check') continue
      const next = check()
      if (next === 'callback') {
        reason = askForCallback()
        disposition = 'completed'
      } else if (next !== 'menu') disposition = next
    }
    step(['goodbye'], 6, 'played')
    if (random() < 0.006) disposition = 'failed'
  } catch (error) {
    if (!(error instanceof HungUp)) throw error
    disposition ??= served ? 'completed' : 'abandoned'
  }
  return { language, steps, station, disposition, durationMs: now - startedAt, reason }
}
