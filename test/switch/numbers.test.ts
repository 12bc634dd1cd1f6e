import { readFileSync } from 'node:fs'
import { type LineRig, loggedCalls, openLine, until } from './rig.ts'
import { choose } from './talk.ts'

let rig: LineRig
beforeAll(async () => {
  rig = await openLine()
}, 300_000)
afterAll(() => rig.close())

test.concurrent.each([
  ['1255', '1255'],
  ['+9961255', '1255'],
  ['119', '119'],
  ['0990091255', '0990091255'],
  ['+996990091255', '0990091255'],
  ['996500091255', '0500091255'],
  ['0500091255', '0500091255'],
  ['00996779091255', '0779091255'],
  ['779091255', '0779091255'],
])('%s is answered', async (to, did) => {
  const caller = await rig.dial({ to, from: '+996700000001' })
  await caller.hears('welcome', { language: 'ky' })
  await caller.hangup()
  await caller.ended
  await until(async () => (await loggedCalls(rig.config)).some((call) => call.did === did))
})

test.concurrent.each(['1256', '0555123456', '112', '+79001234567', 's', 'apology'])('%s is refused', async (to) => {
  const caller = await rig.dial({ to })
  expect(await caller.ended).toMatchObject({ by: 'refused', status: 404 })
})

test.concurrent('a withheld caller ID is no caller ID', async () => {
  const caller = await rig.dial({ from: undefined, to: '119' })
  await choose(caller, 'ru')
  await caller.hears('menu-check', { language: 'ru' })
  await caller.hangup()
  await caller.ended
  await until(async () => (await loggedCalls(rig.config)).some((call) => call.caller === undefined))
})

test.concurrent.each(['alaw', 'ulaw', 'g722'] as const)(
  'a caller with %s hears the clips as they are stored',
  async (codec) => {
    const caller = await rig.dial({ codec })
    await caller.hears('welcome', { language: 'ru', withinMs: 30_000 })
    await caller.hangup()
    await caller.ended
    const clip = rig.speech.list([]).find(({ name, language }) => name === 'welcome' && language === 'ky')
    const stored = readFileSync(clip?.files[codec] ?? '')
    // Byte for byte: nothing was transcoded on the way.
    expect(Buffer.from(caller.receivedBytes()).includes(stored)).toBe(true)
  },
)

test.concurrent('the number is shown masked', async () => {
  const caller = await rig.dial({ from: '0555123456' })
  await caller.hears('welcome')
  await caller.hangup()
  await caller.ended
  await until(async () => (await loggedCalls(rig.config)).some((call) => /^\+996555•+56$/.test(call.caller ?? '')))
})
