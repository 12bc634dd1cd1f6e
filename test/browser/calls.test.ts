import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import type { Download, Page } from 'playwright-core'
import { pins, until } from '../switch/rig.ts'
import { choose, typePin } from '../switch/talk.ts'
import { type ConsoleRig, openConsoleRig } from './console-rig.ts'

const seeded = 2000

let rig: ConsoleRig
beforeAll(async () => {
  rig = await openConsoleRig({ calls: seeded, callbacks: 50 })
}, 300_000)
afterAll(() => rig.close())

async function openCalls(search = '') {
  const opened = await rig.signedIn(['supervisor'])
  await opened.page.goto(`/calls${search}`)
  await opened.page.locator('tr[data-row]').first().waitFor()
  return opened
}

/** Shows what has been written since: the line writes a call down a moment after its end. */
async function refresh(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Refresh' }).click()
  await page.locator('section:not(:has(.mantine-LoadingOverlay-root)) table').waitFor()
}

/** How many calls the page says there are. */
async function count(page: Page): Promise<number> {
  const text = await page.getByText(/^Calls: [\d,]+$/).textContent()
  return Number(text?.replaceAll(/\D/g, ''))
}

async function exported(page: Page, format: string): Promise<{ name: string; content: Buffer }> {
  await page.getByRole('button', { name: 'Export' }).click()
  const [download]: [Download, unknown] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: format }).click(),
  ])
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) }
}

test('a call just made is found by its full number, and its page tells what happened but for the PIN', async () => {
  const caller = await rig.line.dial({ from: '+996555123456' })
  await typePin(caller, 'ru', `${pins.listed}#`)
  await caller.hears('again-answer', { language: 'ru', withinMs: 60_000 })
  await caller.press('4')
  await caller.hears('goodbye', { language: 'ru' })
  await caller.hangup()

  const { page, faults } = await openCalls()
  const field = page.getByLabel('Full number')
  await until(async () => {
    await field.fill('0555 12 34 56')
    await field.press('Enter')
    await refresh(page)
    return (await page.locator('tr[data-row]').count()) === 1
  })
  expect(page.url()).not.toContain('555')
  const row = page.locator('tr[data-row]')
  await row.getByText('+996555••••56').waitFor()
  await row.getByRole('link').focus()
  await page.keyboard.press('Enter')

  await page.getByRole('heading', { level: 1, name: 'Call' }).waitFor()
  const steps = page.getByRole('table', { name: 'Steps' })
  const pin = steps.getByRole('row').filter({ hasText: 'Entering the PIN' })
  await pin.getByText('••••••••••••••', { exact: true }).waitFor()
  await steps.getByRole('row').filter({ hasText: 'Choice of language' }).getByText('2', { exact: true }).waitFor()
  await page.getByText('Station told').first().waitFor()
  await page.getByText('Completed').waitFor()
  expect(await page.content()).not.toContain(pins.listed)
  expect(await page.content()).not.toContain('555123456')

  await page.getByRole('button', { name: 'Show the full number' }).click()
  await page.getByText('+996555123456').waitFor()
  await page.getByRole('link', { name: 'To the calls' }).click()
  await page.locator('tr[data-row]').waitFor()
  expect(await field.inputValue()).toBe('0555 12 34 56')
  expect(faults).toEqual([])

  // Both the search and the view can be found again.
  const auditor = await rig.signedIn(['auditor'])
  const audit = await auditor.page.request.get('/api/audit')
  const actions = (await audit.json()).rows.map((entry: { action: string }) => entry.action)
  expect(actions).toEqual(expect.arrayContaining(['call.number-shown', 'calls.searched-by-number']))
})

test('filters narrow the table and the address down, and what is shown is exported', async () => {
  const { page, faults } = await openCalls()
  const all = await count(page)
  expect(all).toBeGreaterThanOrEqual(seeded)
  await page.getByRole('combobox', { name: 'Disposition' }).press('ArrowDown')
  await page.getByRole('option', { name: 'Abandoned' }).click()
  await page.keyboard.press('Escape')
  await page.waitForURL(/abandoned/)
  const abandoned = await countBelow(page, all)
  await page.getByLabel('Duration from, s').fill('30')
  await page.keyboard.press('Enter')
  await page.waitForURL(/minDurationMs/)
  await page.locator('tr[data-row]').first().waitFor()
  const found = await countBelow(page, abandoned)
  expect(found).toBeGreaterThan(0)

  const csv = await exported(page, 'CSV')
  expect(csv.name).toMatch(/^calls-\d{4}-\d\d-\d\d\.csv$/)
  const rows: Record<string, string>[] = parse(csv.content, { columns: true, bom: true })
  expect(rows).toHaveLength(found)
  expect(rows.filter(({ caller = '' }) => /\d{9}/.test(caller))).toEqual([])

  const xlsx = await exported(page, 'XLSX')
  // A zip.
  expect(xlsx.content.subarray(0, 2).toString()).toBe('PK')

  await page.getByRole('button', { name: 'Clear' }).last().click()
  await until(async () => (await count(page)) >= seeded)
  expect(faults).toEqual([])
})

/** The count once it is narrowed down: until then the page shows the one before. */
async function countBelow(page: Page, before: number): Promise<number> {
  let now = before
  await until(async () => {
    now = await count(page)
    return now < before
  })
  return now
}

test('one filter is kept under a name, and taken again', async () => {
  const { page } = await openCalls('?disposition=%5B%22failed%22%5D')
  const failed = await count(page)
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await page.getByLabel('Save this filter').fill('Our faults')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Our faults', exact: true }).waitFor()
  await page.goto('/calls')
  await page.locator('tr[data-row]').first().waitFor()
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await page.getByRole('button', { name: 'Our faults', exact: true }).click()
  await page.waitForURL(/failed/)
  await until(async () => (await count(page)) === failed)
  await page.getByRole('button', { name: 'Saved filters' }).click()
  await page.getByRole('button', { name: 'Remove the filter “Our faults”' }).click()
  await page.getByText('There are none yet.').waitFor()
})

test('the table goes on as one scrolls, and sorts', async () => {
  const { page } = await openCalls()
  await page.getByRole('button', { name: 'Duration' }).click()
  await page.waitForURL(/durationMs/)
  await page.getByRole('columnheader', { name: 'Duration' }).and(page.locator('[aria-sort=descending]')).waitFor()
  const table = page.getByRole('region', { name: 'List of calls' })
  // Of thousands only what is in sight is in the page.
  expect(await page.locator('tr[data-row]').count()).toBeLessThan(80)
  await until(async () => {
    await table.evaluate((it) => it.scrollTo({ top: it.scrollHeight }))
    const indexes = await page
      .locator('tr[data-row]')
      .evaluateAll((rows) => rows.map((row) => Number(row.ariaRowIndex)))
    return Math.max(...indexes) > 500
  })
  const shown = await page.locator('tr[data-row] td:nth-child(2)').allTextContents()
  const seconds = shown.map((text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0))
  expect(seconds).toEqual([...seconds].sort((a, b) => b - a))
})

test('a call in a language of its own is told in it', async () => {
  const caller = await rig.line.dial({ from: '+996700222333' })
  await choose(caller, 'ky')
  await caller.hears('menu-check', { language: 'ky' })
  await caller.hangup()
  const { page } = await openCalls()
  const newest = page.locator('tr[data-row]').first()
  await until(async () => {
    await refresh(page)
    return newest.getByText('+996700••••33').isVisible()
  })
  await newest.getByText('Abandoned').waitFor()
  await newest.click()
  await page.getByText('16 · normal clearing').waitFor()
})
