import { Secret, TOTP } from 'otpauth'
import { type ConsoleRig, openConsoleRig, password, signIn } from './console-rig.ts'

let rig: ConsoleRig
beforeAll(async () => {
  rig = await openConsoleRig({ calls: 50, callbacks: 5 })
}, 300_000)
afterAll(() => rig.close())

test('a wrong password is told so, and the right one leads to the page one wanted', async () => {
  await rig.addPerson('nurlan', ['supervisor'])
  const { page, faults } = await rig.newPage()
  await page.goto('/calls?disposition=%5B%22abandoned%22%5D')
  await signIn(page, 'nurlan', 'not the password at all')
  await page.getByRole('alert').getByText('Аты же сырсөзү туура эмес.').waitFor()
  await page.getByLabel('Сырсөз', { exact: true }).fill(password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Calls' }).waitFor()
  expect(page.url()).toContain('abandoned')
  expect(await page.locator('html').getAttribute('lang')).toBe('en')

  await page.getByRole('button', { name: 'Test nurlan' }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  expect(faults).toEqual([])
})

test('a password somebody else gave has to be changed first', async () => {
  await rig.addPerson('gulnara', ['operator'], { mustChange: true })
  const { page, faults } = await rig.newPage()
  await page.goto('/')
  await signIn(page, 'gulnara')
  await page.getByText('Somebody else gave you this password.').waitFor()
  await page.getByLabel('Current password').fill(password)
  await page.getByLabel('New password', { exact: true }).fill('short')
  await page.getByLabel('New password again').fill('short')
  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByText('A password has at least 12 characters.').waitFor()
  for (const field of ['New password', 'New password again']) {
    await page.getByLabel(field, { exact: true }).fill('one of my very own')
  }
  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('heading', { level: 1, name: 'Callbacks' }).waitFor()
  // An operator finds nothing but the queue.
  expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(['Callbacks'])
  await page.goto('/calls')
  await page.getByRole('heading', { name: 'This page is not for your role' }).waitFor()
  expect(faults).toEqual([])
})

test('an authenticator is switched on, and its code is asked for from then on', async () => {
  await rig.addPerson('azamat', ['auditor'])
  const { page, faults } = await rig.newPage()
  await page.goto('/account')
  await signIn(page, 'azamat')
  await page.getByRole('button', { name: 'Switch on' }).click()
  const secret = await page.locator('code').textContent()
  const totp = new TOTP({ secret: Secret.fromBase32((secret ?? '').replaceAll(' ', '')) })
  await page.getByLabel('Code of the authenticator').fill(totp.generate())
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByRole('button', { name: 'Switch off' }).waitFor()

  const again = await rig.newPage()
  await again.page.goto('/')
  await signIn(again.page, 'azamat')
  await again.page.getByRole('alert').waitFor()
  // The code used before is refused; the next period's is taken.
  await again.page.getByLabel('Аутентификатордун коду').fill(totp.generate({ timestamp: Date.now() + 30_000 }))
  await again.page.getByRole('button', { name: 'Кирүү' }).click()
  await again.page.getByRole('heading', { level: 1, name: 'Now' }).waitFor()
  expect([...faults, ...again.faults]).toEqual([])
})

test('who is signed out elsewhere is led to signing in, and told why', async () => {
  await rig.addPerson('meerim', ['supervisor'])
  const { page } = await rig.newPage()
  await page.goto('/calls')
  await signIn(page, 'meerim')
  await page.getByRole('heading', { level: 1, name: 'Calls' }).waitFor()
  await page.context().clearCookies()
  await page.getByRole('button', { name: 'Refresh' }).click()
  await page.getByText('Your sign-in has ended. Sign in again.').waitFor()
})

test('the language chosen is the language of the next sign-in', async () => {
  await rig.addPerson('cholpon', ['supervisor'])
  const { page } = await rig.newPage()
  await page.goto('/account')
  await signIn(page, 'cholpon')
  await page.getByRole('heading', { level: 1, name: 'My account' }).waitFor()
  await page.getByText('Русский', { exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Моя учётная запись' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Моя учётная запись' }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('ru')
})
