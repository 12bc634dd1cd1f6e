import { rmSync } from 'node:fs'
import { type Browser, openTestConsole, type TestConsole } from '../http/console-rig.ts'
import { makeHome } from '../switch/rig.ts'
import { faultsOf, openChromium } from './chromium.ts'

let page: TestConsole
let signedIn: Browser

beforeAll(async () => {
  page = await openTestConsole()
  signedIn = await page.signedIn('aida', ['auditor'])
})

afterAll(() => page.close())

test('the API is described to people, tried out with the sign-in they have, and nothing of it is refused by the browser', async () => {
  const { home, config } = await makeHome()
  const chromium = await openChromium(config)
  try {
    const context = await chromium.newContext()
    const [name = '', value = ''] = signedIn.cookie?.split('=') ?? []
    await context.addCookies([{ name, value, url: page.address }])
    const docs = await context.newPage()
    const faults = faultsOf(docs)
    await docs.goto(`${page.address}/api/docs`)
    const operation = docs.locator('#operations-audit-checkAudit')
    await operation.getByText('/api/audit/check').click()
    await operation.getByRole('button', { name: 'Try it out' }).click()
    await operation.getByRole('button', { name: 'Execute' }).click()
    await operation.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor()
    expect(await page.auditLog.list({ limit: 1 })).toMatchObject([{ by: 'aida', action: 'audit.checked' }])
    expect(faults).toEqual([])
  } finally {
    await chromium.close()
    rmSync(home, { recursive: true, force: true })
  }
})
