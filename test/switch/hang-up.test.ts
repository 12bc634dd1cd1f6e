import type { Caller } from '../../src/caller/call.ts'
import { askAri } from '../ask-ari.ts'
import { type LineRig, loggedCalls, openLine, pins, until } from './rig.ts'
import { choose, fromMenu, typePin } from './talk.ts'

let rig: LineRig
beforeAll(async () => {
  rig = await openLine()
}, 300_000)
afterAll(() => rig.close())

const steps: readonly [string, (caller: Caller) => Promise<unknown>, string][] = [
  ['the welcome', (caller) => caller.hears('welcome'), 'abandoned'],
  ['the main menu', (caller) => choose(caller, 'ru').then(() => caller.hears('menu-check')), 'abandoned'],
  ['the PIN, before the first digit', (caller) => typePin(caller, 'ru', ''), 'abandoned'],
  ['the PIN, half typed', (caller) => typePin(caller, 'ru', '2050'), 'abandoned'],
  [
    'the answer, before its end',
    (caller) => typePin(caller, 'ru', pins.listed).then(() => caller.hears('found.1')),
    'abandoned',
  ],
  [
    'the menu after the answer',
    (caller) => typePin(caller, 'ru', pins.listed).then(() => caller.hears('again-answer', { withinMs: 60_000 })),
    'completed',
  ],
  [
    'the words for who is not listed',
    (caller) => typePin(caller, 'ru', pins.notListed).then(() => caller.hears('not-found')),
    'abandoned',
  ],
  ['the dates', (caller) => fromMenu(caller, 'ru', '2').then(() => caller.hears('dates-voting')), 'abandoned'],
  ['the consent', (caller) => fromMenu(caller, 'ru', '3').then(() => caller.hears('cb-consent')), 'abandoned'],
]

test.concurrent.each(steps)('at %s', async (_where, go, disposition) => {
  const from = `+99670000${String(1000 + steps.findIndex(([name]) => name === _where))}`
  const caller = await rig.dial({ from })
  await go(caller)
  await caller.hangup()
  await caller.ended
  const logged = async () => (await loggedCalls(rig.config)).find((call) => call.caller?.endsWith(from.slice(-2)))
  await until(async () => (await logged()) !== undefined)
  expect(await logged()).toMatchObject({ disposition, hangupCause: 16 })
})

test('nothing is left behind, in the application or in the switch', async () => {
  await until(() => rig.line.health().callsInProgress === 0)
  await until(async () => ((await (await askAri(rig.files, '/channels')).json()) as unknown[]).length === 0)
})
