import type { CallSetting } from '../../src/asterisk/ari-call.ts'
import { type FirstPlan, makeFirstQuestion } from '../../src/asterisk/first-question.ts'
import { makeFollowUps } from '../../src/asterisk/follow-ups.ts'
import { say } from '../../src/domain/prompt.ts'
import type { Question } from '../../src/ivr/call.ts'

const setting = {
  clipsFor: ({ name }) => [`/${name}`],
  joinAll: (clips) => clips.join('').replaceAll('/', ''),
} as Partial<CallSetting> as CallSetting
const key = { max: 1, accepts: /^[12]$/ }
const language: Question = { prompts: say('lang'), options: key }
const menu: Question = { prompts: say('menu-check'), options: key }
const nothing = '00000000'

function firstOf(plan: FirstPlan) {
  const told: string[] = []
  let takes = true
  let now = plan
  const setGlobal = async (name: string, value: string) => {
    if (!takes) throw new Error('not connected')
    if (name === 'DOBUSH_FIRST') told.push(value)
  }
  const first = makeFirstQuestion(setGlobal, makeFollowUps(setGlobal), () => now)
  return {
    told,
    first,
    change(to: FirstPlan) {
      now = to
    },
    refuse(does: boolean) {
      takes = !does
    },
  }
}

/** Lets what the switch was told arrive. */
const arrived = () => new Promise((resolve) => setImmediate(resolve))

test('the switch is told once what callers are asked first, and again when that changes', async () => {
  const plan = { setting, first: language }
  const { first, told, change } = firstOf(plan)
  first.tell()
  first.tell()
  expect(told).toEqual([`90001${nothing}lang`])
  change({ setting, first: menu })
  first.tell()
  expect(told).toEqual([`90001${nothing}lang`, `90101${nothing}menu-check`])
  expect(first.editionOf('900', Date.now())?.plan).toBe(plan)
  expect(first.editionOf('901', Date.now())?.asked.clip).toBe('menu-check')
})

test('it goes on by itself as soon as the switch knows what follows', async () => {
  const { first, told } = firstOf({ setting, first: { ...language, options: { ...key, leadsTo: { 1: menu } } } })
  first.tell()
  await arrived()
  first.tell()
  expect(told).toEqual([`90001${nothing}lang`, expect.stringMatching(/^90101(?!0{8})[0-9a-f]{8}lang$/)])
})

test('another switch is told anew, and so is one that was not reached', async () => {
  const { first, told, refuse } = firstOf({ setting, first: language })
  refuse(true)
  first.tell()
  await arrived()
  refuse(false)
  first.tell()
  first.forget()
  first.tell()
  expect(told).toEqual([`90101${nothing}lang`, `90201${nothing}lang`])
})

test('where nothing can be asked as one clip the call is handed over at once', () => {
  const { first, told } = firstOf({ setting: { ...setting, joinAll: () => undefined }, first: language })
  first.tell()
  expect(told).toEqual([''])
  expect(first.editionOf('900', Date.now())).toBeUndefined()
})

test('who was asked before this process began was asked by another', () => {
  const { first } = firstOf({ setting, first: language })
  const before = Date.now() - 1
  first.tell()
  expect(first.editionOf('900', before)).toBeUndefined()
  expect(first.editionOf('900', Date.now())).toBeDefined()
  expect(first.editionOf('955', Date.now())).toBeUndefined()
})
