import { type LineRig, openLine, pins, until } from './rig.ts'
import { agree, choose, fromMenu, heardFrom, speak, typePin } from './talk.ts'

let rig: LineRig
beforeAll(async () => {
  rig = await openLine({ settings: { line: { firstDigitSeconds: 3, interDigitSeconds: 2, wholeEntrySeconds: 15 } } })
}, 300_000)
afterAll(() => rig.close())

test.concurrent('a key silences the prompt it interrupts', async () => {
  const caller = await rig.dial()
  await caller.hears('welcome')
  await caller.press('2')
  await caller.hears('menu-check', { language: 'ru' })
  await caller.hangup()
  await caller.ended
  const names = heardFrom(caller, 'welcome')
  expect(names).toEqual(['ky/welcome cut', expect.stringMatching(/^ru\/menu-check/)])
})

test.concurrent('language, menu and PIN typed during the welcome are all read', async () => {
  const caller = await rig.dial()
  await caller.hears('welcome')
  await caller.press(`21${pins.listed}#`, { onMs: 80, offMs: 80 })
  await caller.hears('station-1101', { language: 'ru', whole: true, withinMs: 40_000 })
  await caller.hangup()
  await caller.ended
  expect(heardFrom(caller, 'welcome').slice(0, 2)).toEqual(['ky/welcome cut', 'ru/found.1'])
})

test.concurrent.each([
  ['fast, 50 ms on and 50 off', { onMs: 50, offMs: 50 }],
  ['slow, 400 ms on and 1200 off', { onMs: 400, offMs: 600 }],
])('digits typed %s arrive', async (_how, timing) => {
  const caller = await rig.dial()
  await typePin(caller, 'ky', '')
  await caller.press(pins.listedElsewhere, timing)
  await caller.hears('station-7087', { language: 'ky', withinMs: 60_000 })
  await caller.hangup()
  await caller.ended
})

test.concurrent('* clears the PIN and starts over', async () => {
  const caller = await rig.dial()
  await typePin(caller, 'ru', `999*${pins.listed}`)
  await caller.hears('station-1101', { language: 'ru', withinMs: 40_000 })
  await caller.hangup()
  await caller.ended
})

test.concurrent('# after the fourteenth digit does not cut the answer', async () => {
  const caller = await rig.dial()
  await typePin(caller, 'ru', `${pins.listed}#`)
  const first = await caller.hears('found.1', { language: 'ru', whole: true })
  expect(first.whole).toBe(true)
  await caller.hangup()
  await caller.ended
})

test.concurrent('who stops half-way is told after the inter-digit timeout, who types nothing after the first', async () => {
  const caller = await rig.dial()
  await typePin(caller, 'ru', '20504')
  await caller.hears('pin-length-5', { language: 'ru' })
  await caller.hears('pin-enter', { language: 'ru', whole: true, withinMs: 30_000 })
  await caller.hears('no-input', { language: 'ru', withinMs: 10_000 })
  await caller.hangup()
  await caller.ended
})

// Asterisk makes a short key longer and lets the next wait meanwhile: without a timer it crashed there.
test.concurrent('keys that come all at once while nothing is asked harm no call', async () => {
  const other = await rig.dial()
  await typePin(other, 'ky', '')
  const caller = await rig.dial({ from: '+996700444441' })
  await agree(caller, 'ru', '2')
  await speak(caller, 'ru', 4000)
  await caller.press('123', { onMs: 20, offMs: 20 })
  await caller.press('#')
  await caller.hears('cb-review', { language: 'ru' })
  await other.press(pins.listed)
  await other.hears('station-1101', { language: 'ky', withinMs: 60_000 })
  for (const each of [caller, other]) {
    await each.hangup()
    await each.ended
  }
})

test.concurrent('* repeats the menu, 0 and other keys are no choice', async () => {
  const caller = await rig.dial()
  await fromMenu(caller, 'ru', '*')
  await caller.hears('menu-check', { language: 'ru' })
  await caller.press('0')
  await caller.hears('bad-choice', { language: 'ru', whole: true })
  await caller.hears('menu-check', { language: 'ru' })
  await caller.hangup()
  await caller.ended
})

test.concurrent('silence in the menu, three times, ends the call in good order', async () => {
  const caller = await rig.dial()
  await choose(caller, 'ru')
  await caller.hears('goodbye', { language: 'ru', whole: true, withinMs: 110_000 })
  expect(await caller.ended).toMatchObject({ by: 'line', cause: 16 })
})

test('no call is left behind', async () => {
  await until(() => rig.line.health().callsInProgress === 0)
})
