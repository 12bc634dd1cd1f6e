import type { Page } from 'playwright-core'
import { openHotline } from '../../src/store/database.ts'
import { agree, heardFrom, speak } from '../switch/talk.ts'
import { type ConsoleRig, openConsoleRig, signIn } from './console-rig.ts'

let rig: ConsoleRig
beforeAll(async () => {
  rig = await openConsoleRig({ calls: 200, callbacks: 12 })
}, 300_000)
afterAll(() => rig.close())

/** Phones the line and leaves a message of four seconds. */
async function leaveRequest(from: string): Promise<string> {
  const caller = await rig.line.dial({ from })
  await agree(caller, 'ru', '2')
  await speak(caller, 'ru', 4000)
  await caller.press('#')
  await caller.hears('cb-review', { language: 'ru' })
  await caller.press('3')
  await caller.hears('cb-number.2', { language: 'ru', withinMs: 40_000 })
  await caller.press('1')
  await caller.hears('goodbye', { language: 'ru', whole: true, withinMs: 60_000 })
  await caller.ended
  const digits = heardFrom(caller, 'cb-done.1')
    .map((name) => /digit-(\d)/.exec(name)?.[1] ?? '')
    .join('')
  // It is said twice.
  return digits.slice(0, digits.length / 2)
}

async function openRequest(page: Page, reference: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: 'Callbacks' }).click()
  await page.getByRole('textbox', { name: 'Reference' }).fill(reference)
  await page.getByRole('link', { name: reference, exact: true }).click()
  await page.getByRole('heading', { name: `Request ${reference}` }).waitFor()
}

async function auditedFor(name: string): Promise<string[]> {
  const hotline = await openHotline(rig.line.config.database)
  try {
    const rows = await hotline.selectFrom('audit_entry').select(['action']).where('by_name', '=', name).execute()
    return rows.map(({ action }) => action)
  } finally {
    await hotline.destroy()
  }
}

test('an operator claims the request a call left, hears it, notes what came of it and closes it', async () => {
  const reference = await leaveRequest('+996555010203')
  const { page, faults } = await rig.signedIn(['operator'])
  await openRequest(page, reference)

  await page.getByText('+996555••••03').waitFor()
  await page.getByText('Claim the request to listen to it.').waitFor()
  await page.getByRole('button', { name: 'Claim it' }).click()
  await page.getByText('You have this request').waitFor()

  await page.getByRole('button', { name: 'Listen' }).click()
  const player = page.getByRole('group', { name: 'Player of the message' })
  await player.getByText(/^0:00 \/ 0:0[3-6]$/).waitFor()
  // Its keys work at once.
  await page.keyboard.press('.')
  await page.keyboard.press('Space')
  expect(await player.getByRole('radio', { name: '1.25×' }).isChecked()).toBe(true)
  await player.getByRole('button', { name: 'Pause' }).waitFor()
  await player.getByText(/^0:0[1-5] \//).waitFor()

  await page.getByRole('button', { name: 'Show the full number' }).click()
  await page.getByRole('link', { name: '+996555010203' }).waitFor()

  await page.getByRole('button', { name: 'Add a note' }).click()
  await page.getByRole('textbox', { name: 'Note' }).fill('<img src=x onerror=alert(1)>')
  await page.getByRole('button', { name: 'Add a note' }).click()
  await page.getByText('<img src=x onerror=alert(1)>').waitFor()

  await page.getByRole('radio', { name: /passed to the commission/ }).check()
  await page.getByLabel('Number of the commission').fill('1101')
  await page.getByRole('button', { name: 'Save the outcome' }).click()
  await page.getByText('The request is closed: passed to the commission № 1101').waitFor()

  expect(await auditedFor('operator')).toEqual(expect.arrayContaining(['callback.listened', 'callback.number-shown']))
  expect(faults).toEqual([])
})

test('what one has claimed, others see as taken; a supervisor frees it', async () => {
  const reference = await leaveRequest('+996555040506')
  const first = await rig.signedIn(['supervisor'])
  await openRequest(first.page, reference)
  await first.page.getByRole('button', { name: 'Claim it' }).click()
  await first.page.getByText('You have this request').waitFor()

  await rig.addPerson('second', ['supervisor'])
  const second = await rig.newPage()
  await second.page.goto('/callbacks')
  await signIn(second.page, 'second')
  await openRequest(second.page, reference)
  await second.page.getByText(/^Test supervisor has this request/).waitFor()
  expect(await second.page.getByRole('button', { name: 'Claim it' }).count()).toBe(0)
  await second.page.getByRole('button', { name: 'Free it' }).click()
  await second.page.getByRole('button', { name: 'Claim it' }).click()
  await second.page.getByText('You have this request').waitFor()

  // The first finds out by trying.
  await first.page.getByRole('radio', { name: /^resolved/ }).check()
  await first.page.getByRole('button', { name: 'Save the outcome' }).click()
  await first.page.getByText(/^Test second has this request/).waitFor()
})
