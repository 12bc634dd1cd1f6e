import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Role } from '../../src/api/route.ts'
import { seedHotline } from '../../src/bench/console-data.ts'
import { makePasswords } from '../../src/passwords.ts'
import { openHotline } from '../../src/store/database.ts'
import { makePeople } from '../../src/store/people.ts'
import { type LineRig, openLine } from '../switch/rig.ts'
import { faultsOf, openChromium } from './chromium.ts'

export interface ConsoleRig {
  readonly line: LineRig
  readonly browser: Browser
  /** Where the console is, `http://127.0.0.1:…`. */
  readonly address: string
  /** A page nobody has signed in at. */
  newPage(options?: BrowserContextOptions): Promise<OpenPage>
  /** A page at which somebody with these roles has just signed in, as people do. */
  signedIn(who: readonly Role[], options?: BrowserContextOptions): Promise<OpenPage>
  addPerson(name: string, who: readonly Role[], options?: { readonly mustChange?: boolean }): Promise<void>
  close(): Promise<void>
}

export interface OpenPage {
  readonly page: Page
  /** What went wrong in it so far. */
  readonly faults: readonly string[]
}

/** Whoever the tests sign in. */
export const password = 'a-password-of-the-tests'

export interface ConsoleRigOptions {
  readonly calls?: number
  readonly callbacks?: number
  /** More of the line's configuration. */
  readonly settings?: object
}

/** A real line on a real Asterisk with its console, some weeks of made-up calls, and a real browser. */
export async function openConsoleRig({ settings, ...made }: ConsoleRigOptions = {}): Promise<ConsoleRig> {
  const line = await openLine({ clock: () => new Date(), settings: { election: 'sample', ...settings } })
  try {
    return await openAround(line, made)
  } catch (error) {
    await line.close()
    throw error
  }
}

async function openAround(line: LineRig, { calls = 2000, callbacks = 120 }: ConsoleRigOptions): Promise<ConsoleRig> {
  const hotline = await openHotline(line.config.database)
  const people = makePeople(hotline, () => new Date())
  const passwordHash = await makePasswords().hash(password)
  const browser = await openChromium(line.config)
  const address = `http://127.0.0.1:${line.config.console.port}`
  const known = new Set<string>()

  async function addPerson(name: string, who: readonly Role[], { mustChange = false } = {}) {
    const added = await people.add({ name, displayName: `Test ${name}`, roles: who, passwordHash })
    if (!added) throw new Error(`there is a ${name} already`)
    // Only a password one has set oneself lets one in.
    if (!mustChange) await people.setPassword(added.id, passwordHash)
    await people.setLanguage(added.id, 'en')
  }

  async function newPage(options: BrowserContextOptions = {}): Promise<OpenPage> {
    const context = await browser.newContext({ baseURL: address, viewport: { width: 1366, height: 768 }, ...options })
    const page = await context.newPage()
    return { page, faults: faultsOf(page) }
  }

  const rig: ConsoleRig = {
    line,
    browser,
    address,
    newPage,
    addPerson,
    async signedIn(who, options) {
      const name = who.join('-')
      if (!known.has(name)) await addPerson(name, who)
      known.add(name)
      const opened = await newPage(options)
      await opened.page.goto('/')
      await signIn(opened.page, name)
      await opened.page.getByRole('navigation').waitFor({ state: 'attached' })
      return opened
    },
    async close() {
      await browser.close()
      await hotline.destroy()
      await line.close()
    },
  }
  await seedHotline(hotline, { calls, callbacks, days: 14, seed: 5, now: new Date() })
  return rig
}

/** Fills the form in; the page speaks Kyrgyz to strangers. */
export async function signIn(page: Page, name: string, given = password): Promise<void> {
  await page.getByLabel('Колдонуучунун аты').fill(name)
  await page.getByLabel('Сырсөз', { exact: true }).fill(given)
  await page.getByRole('button', { name: 'Кирүү' }).click()
}
