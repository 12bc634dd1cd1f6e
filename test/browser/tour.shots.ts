// Takes the pictures of the README's tour, `npm run tour`: every page, in both themes, of made-up calls.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { roles } from '../../src/api/route.ts'
import { type Smsc, startSmsc } from '../../src/bench/peers/smsc.ts'
import type { Caller } from '../../src/caller/call.ts'
import { loadConfig, projectFolder } from '../../src/config.ts'
import { until } from '../switch/rig.ts'
import { type ConsoleRig, openConsoleRig } from './console-rig.ts'

const folder = join(projectFolder, 'src', 'console', 'tour')

let secrets: string
let smsc: Smsc
let rig: ConsoleRig
let caller: Caller
beforeAll(async () => {
  secrets = await mkdtemp(join(tmpdir(), 'dobush-tour-'))
  await writeFile(join(secrets, 'password'), 'sesame\n', { mode: 0o600 })
  smsc = await startSmsc(loadConfig(() => new Date()))
  const bind = { kind: 'smpp', name: 'mega', host: '127.0.0.1', port: smsc.port, systemId: 'dobush' }
  const sms = { binds: [{ ...bind, passwordFile: join(secrets, 'password') }] }
  rig = await openConsoleRig({ calls: 20_000, callbacks: 400, settings: { sms } })
  await until(() => rig.line.line.health().sms?.[0]?.status === 'bound')
  for (const [index, text] of ['20504198000123', 'ПИН 1 1503 1992 00045', 'КЫР', 'жардам', '123'].entries()) {
    const from = `99670011223${index}`
    const hex = Buffer.from(text, 'utf16le').swap16().toString('hex')
    smsc.order({ do: 'deliver', from, dataCoding: 8, hex, name: `text-${index}` })
    await smsc.when(() => smsc.handset(from)[0])
  }
  caller = await rig.line.dial({ from: '+996555123456' })
  await mkdir(folder, { recursive: true })
}, 300_000)

afterAll(async () => {
  await caller?.hangup()
  await rig?.close()
  await smsc?.close()
  await rm(secrets, { recursive: true, force: true })
})

test.each(['light', 'dark'] as const)(
  'every page, %s',
  async (colorScheme) => {
    const { page } = await rig.signedIn([...roles], { colorScheme, reducedMotion: 'reduce' })
    const shoot = async (name: string, fullPage = false) => {
      await settled(page)
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage })
    }
    const shootAt = async (name: string, path: string, fullPage = false) => {
      await page.goto(path)
      await shoot(name, fullPage)
    }

    await shootAt('now', '/now')
    await shootAt('calls', '/calls')
    await page.locator('main a[href^="/calls/"]').first().click()
    await shoot('call')
    await shootAt('callbacks', '/callbacks')
    await page.locator('main a[href^="/callbacks/"]').first().click()
    const claim = page.getByRole('button', { name: 'Claim it' })
    await claim.or(page.getByText('You have this request')).first().waitFor()
    if (await claim.isVisible()) await claim.click()
    await page.getByText('You have this request').waitFor()
    await shoot('callback')
    await shootAt('messages', '/messages')
    await shootAt('reports', '/reports', true)
    await shootAt('register', '/register')
    await page.locator('main a[href^="/register/"]').first().click()
    await shoot('register-report')
    await shootAt('prompts', '/prompts')
    for (const part of ['calendar', 'hours', 'callbacks', 'retention', 'capacity', 'people', 'audit']) {
      await shootAt(`settings-${part}`, `/settings/${part}`)
    }
    await page.context().close()
  },
  300_000,
)

/** Nothing is being fetched or drawn any more. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('.mantine-Loader-root, .mantine-Skeleton-root').first().waitFor({ state: 'detached' })
  let before: Buffer | undefined
  for (let same = 0; same < 2; ) {
    const picture = await page.screenshot()
    same = before?.equals(picture) ? same + 1 : 0
    before = picture
    // A clock that ticks in the page changes once a second.
    if (same === 0) await page.waitForTimeout(400)
  }
}
