import { readFileSync } from 'node:fs'
import { decodeAlaw } from '../../src/audio/g711.ts'
import { wavBytes } from '../../src/audio/wav.ts'
import { bookOf } from '../../src/commands/call.ts'
import { importRegister } from '../../src/prepare.ts'
import { openSpeech } from '../../src/speech/speech.ts'
import { addresses, stations, until, writeRegister } from '../switch/rig.ts'
import { choose } from '../switch/talk.ts'
import { type ConsoleRig, openConsoleRig, password, signIn } from './console-rig.ts'

let rig: ConsoleRig
beforeAll(async () => {
  rig = await openConsoleRig({ calls: 400, callbacks: 30 })
}, 300_000)
afterAll(() => rig.close())

test('a studio recording is uploaded, listened to, heard on the next call, and taken away again', async () => {
  const { line } = rig
  const { page, faults } = await rig.signedIn(['administrator'])
  await page.goto('/prompts')
  await page.getByRole('textbox', { name: 'Search name or text' }).fill('menu-check')
  const cell = page
    .getByRole('row', { name: /^menu-check/ })
    .getByRole('cell')
    .last()
  await cell.getByText('synthetic').waitFor()

  // Something else that sounds like a voice: the same backwards.
  const clip = line.speech.list([]).find(({ name, language }) => name === 'menu-check' && language === 'ru')
  const samples = decodeAlaw(readFileSync(clip?.files.alaw ?? '')).reverse()
  const recording = Buffer.from(wavBytes({ sampleRate: 8000, samples }))
  await cell.locator('input[type=file]').setInputFiles({ name: 'a.wav', mimeType: 'audio/wav', buffer: recording })
  await cell.getByText('The recording is taken, and heard from the next call on').waitFor({ timeout: 60_000 })
  await cell.getByText('studio', { exact: true }).waitFor()
  await cell.getByRole('button', { name: /Listen/ }).click()
  await cell.getByRole('button', { name: /Stop/ }).waitFor()

  const known = ['1101', '7087'].map((number) => ({ number, address: addresses(number) }))
  const book = bookOf(openSpeech(line.config, line.tools).list(known))
  const caller = await line.dial({ book })
  await choose(caller, 'ru')
  await caller.hears('menu-check', { language: 'ru', whole: true, withinMs: 40_000 })
  await caller.hangup()
  await caller.ended

  const silence = Buffer.from(wavBytes({ sampleRate: 8000, samples: new Int16Array(16_000) }))
  await cell.locator('input[type=file]').setInputFiles({ name: 'b.wav', mimeType: 'audio/wav', buffer: silence })
  await cell.getByText('The recording was not taken').waitFor({ timeout: 60_000 })
  await cell.getByText('There is no voice in it.').waitFor()

  await cell.getByRole('button', { name: /Revert/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revert' }).click()
  await cell.getByText('synthetic').waitFor({ timeout: 60_000 })
  expect(faults).toEqual([])
})

test('the register is rolled back, with the reason in its journal', async () => {
  const { config, speech, line } = rig.line
  const progress = { update: () => undefined, done: () => undefined, warn: () => undefined }
  const first = line.health().register?.id ?? ''
  const moved = stations.map((row) => row.replace(/^1101,1/, '1109,1'))
  const files = await writeRegister(config.paths.home, [...moved, stations[0] ?? ''])
  const second = await importRegister({ config, speech, progress }, files, { trusted: true })
  await until(() => line.health().register?.id === second?.id)

  const { page, faults } = await rig.signedIn(['administrator'])
  await page.goto('/register')
  await page.getByRole('button', { name: 'Roll back' }).click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.getByRole('button', { name: 'Roll back' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Reason').fill('the new list is older than it says')
  await dialog.getByRole('button', { name: 'Roll back' }).click()
  await page.getByText(/Rolling back .* done$/).waitFor({ timeout: 60_000 })
  await page.getByRole('row', { name: new RegExp(`${first}.*active`) }).waitFor()
  await page.getByRole('cell', { name: 'the new list is older than it says' }).waitFor()
  expect(line.health().register?.id).toBe(first)

  await page.getByRole('link', { name: second?.id ?? '' }).click()
  await page.getByText('stations that are new').waitFor()
  await page.getByRole('cell', { name: 'stations that are new station 1109' }).waitFor()
  expect(faults).toEqual([])
})

test('a report is shown, and saved as a picture and as a PDF', async () => {
  const { page, faults } = await rig.signedIn(['supervisor'])
  await page.goto('/reports')
  await page.getByRole('heading', { name: 'By hour and weekday' }).waitFor()
  for (const [format, magic] of [
    ['PNG', '\x89PNG'],
    ['PDF', '%PDF'],
  ] as const) {
    const [download] = await Promise.all([
      page.waitForEvent('download', { timeout: 60_000 }),
      page.getByRole('button', { name: format }).click(),
    ])
    expect(download.suggestedFilename()).toMatch(new RegExp(`^dobush-[\\d-]+\\.${format.toLowerCase()}$`))
    const bytes = readFileSync(await download.path())
    expect(bytes.subarray(0, 4).toString('latin1')).toBe(magic)
    expect(bytes.length).toBeGreaterThan(50_000)
  }
  expect(faults).toEqual([])
})

test('a person is added, signs in with the password shown once, and the audit log tells of it', async () => {
  const { page, faults } = await rig.signedIn(['administrator'])
  await page.goto('/settings/people')
  await page.getByRole('button', { name: 'Add a person' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Sign-in name').fill('gulnara')
  await form.getByLabel('Name shown').fill('<b>Gulnara</b>')
  await form.getByRole('checkbox', { name: 'Operator' }).check()
  await form.getByRole('button', { name: 'Save' }).click()
  const given = await page.locator('[data-password]').textContent()
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
  await page.getByRole('cell', { name: '<b>Gulnara</b>' }).waitFor()

  const newcomer = await rig.newPage()
  await newcomer.page.goto('/')
  await signIn(newcomer.page, 'gulnara', given ?? '')
  await newcomer.page.locator('input[autocomplete=new-password]').first().waitFor()

  await page.getByRole('tab', { name: 'Audit log' }).click()
  await page.getByRole('row', { name: /added a person/ }).waitFor()
  await page.getByRole('button', { name: 'Check the chain' }).click()
  await page.getByText(/^The chain is whole: \d+ entries checked\./).waitFor()
  expect(given).not.toBe(password)
  expect(faults).toEqual([])
})

test('what operators go by is set, and read-only for those who may only look', async () => {
  const { page, faults } = await rig.signedIn(['administrator'])
  await page.goto('/settings/callbacks')
  await page.getByLabel('Time to call back').fill('24')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Saved.').waitFor()

  const auditor = await rig.signedIn(['auditor'])
  await auditor.page.goto('/settings/callbacks')
  await auditor.page.getByText('Only an administrator may change this.').waitFor()
  const field = auditor.page.getByLabel('Time to call back')
  expect(await field.inputValue()).toBe('24 working h')
  expect(await field.isDisabled()).toBe(true)
  expect(await auditor.page.getByRole('button', { name: 'Save' }).count()).toBe(0)
  expect(faults).toEqual([])
})
