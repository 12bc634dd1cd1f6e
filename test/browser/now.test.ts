import { until } from '../switch/rig.ts'
import { choose } from '../switch/talk.ts'
import { openBreakableWay } from './breakable.ts'
import { type ConsoleRig, openConsoleRig, signIn } from './console-rig.ts'

let rig: ConsoleRig
beforeAll(async () => {
  rig = await openConsoleRig({ calls: 300, callbacks: 20 })
}, 300_000)
afterAll(() => rig.close())

test('a call appears while it is made, with the step it is in, and goes when it ends', async () => {
  const { page, faults } = await rig.signedIn(['supervisor'])
  await page.getByText('No calls at the moment.').waitFor()
  const caller = await rig.line.dial({ from: '+996555123456' })
  const row = page.locator('tr[data-call]')
  await row.getByText('+996555••••56').waitFor()
  await row.getByText('1255').waitFor()
  await choose(caller, 'ru')
  await row.getByText('Russian').waitFor()
  await row.getByText('Main menu').waitFor()
  const lines = page.getByRole('region', { name: 'Lines' })
  expect(await lines.textContent()).toMatch(/Lines1of 200/)
  await caller.hangup()
  await row.waitFor({ state: 'detached' })
  await page.getByText('No calls at the moment.').waitFor()
  // Never more of a number than may be seen by all.
  expect(await page.content()).not.toContain('555123456')
  expect(faults).toEqual([])
})

test('the page says when it hears nothing any more, and goes on by itself', async () => {
  const way = await openBreakableWay(rig.line.config.console.port)
  try {
    await rig.addPerson('watcher', ['supervisor'])
    const { page } = await rig.newPage({ baseURL: way.address })
    await page.goto('/now')
    await signIn(page, 'watcher')
    await page.getByText('The line answers').waitFor()
    way.break()
    await page.getByText('The connection is lost and being made again.').waitFor()
    // A browser alone gives up now.
    await until(() => way.refused() > 0)
    const caller = await rig.line.dial({ from: '+996700654321' })
    way.mend()
    await page.locator('tr[data-call]').getByText('+996700••••21').waitFor({ timeout: 60_000 })
    expect(await page.getByText('The connection is lost').count()).toBe(0)
    await caller.hangup()
  } finally {
    await way.close()
  }
})
