import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { roles } from '../../src/api/route.ts'
import { type ConsoleRig, openConsoleRig } from './console-rig.ts'

const axe = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let rig: ConsoleRig
let places: readonly string[]
beforeAll(async () => {
  rig = await openConsoleRig()
  places = await everyPlace()
}, 400_000)
afterAll(() => rig.close())

test('every section has a page, and so has what is opened from it', () => {
  const sections = ['now', 'calls', 'callbacks', 'messages', 'reports', 'register', 'prompts', 'settings']
  expect(places).toEqual(expect.arrayContaining(sections.map((name) => `/${name}`)))
  expect(places.filter((place) => /^\/(calls|callbacks)\/./.test(place))).toHaveLength(2)
})

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each([
    ['on a desk', { width: 1366, height: 768 }],
    ['on a phone', { width: 390, height: 844 }],
  ])(
    'every page %s can be read by all, and fits',
    async (_where, viewport) => {
      const { page, faults } = await rig.signedIn([...roles], { viewport, colorScheme, reducedMotion: 'reduce' })
      const found: Record<string, unknown> = {}
      for (const place of places) {
        await open(page, place)
        const wrong = [...(await troubles(page)), ...(await violations(page)), ...(await whatSticksOut(page))]
        if (wrong.length > 0) found[place] = wrong
      }
      expect(found).toEqual({})
      expect(faults).toEqual([])
      await page.context().close()
    },
    600_000,
  )
})

test('the page to sign in can be read by all', async () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const { page } = await rig.newPage({ colorScheme })
    await page.goto('/')
    await page.getByRole('button', { name: 'Кирүү' }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.context().close()
  }
})

/** From section to section, and into the first of each kind of thing there is. */
async function everyPlace(): Promise<string[]> {
  const { page } = await rig.signedIn([...roles])
  const kinds = new Map<string, string>([['/account', '/account']])
  const note = (links: readonly string[]) => {
    for (const link of links) kinds.set(kindOf(link), kinds.get(kindOf(link)) ?? link)
  }
  const links = (place: string) =>
    page
      .locator(`${place} a[href^="/"]`)
      .evaluateAll((all) => all.map((link) => new URL((link as HTMLAnchorElement).href).pathname))
  await open(page, '/now')
  note(await links('nav'))
  // A map may grow while one goes through it: what is found on the way is opened, too.
  for (const place of kinds.values()) {
    await open(page, place)
    note(await links('main'))
  }
  await page.context().close()
  return [...kinds.values()].filter((place) => place !== '/')
}

function kindOf(place: string): string {
  const [, section, thing] = place.split('/')
  return thing !== undefined && (section === 'calls' || section === 'callbacks') ? `/${section}/*` : place
}

/** Waits until everything that was asked for is there. */
async function open(page: Page, place: string): Promise<void> {
  await page.goto(place)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('.mantine-Loader-root, .mantine-Skeleton-root').first().waitFor({ state: 'detached' })
}

/** What the page itself says did not work. */
function troubles(page: Page): Promise<string[]> {
  return page.locator('main [role=alert]').allTextContents()
}

async function violations(page: Page): Promise<string[]> {
  // Not a script of the page, which its policy would refuse.
  await page.evaluate(axe)
  const results = await page.evaluate<AxeResults, string[]>(
    (runOnly) => (globalThis as unknown as { axe: typeof import('axe-core') }).axe.run({ runOnly }),
    rules,
  )
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}

/** The page must not be wider than the window; tables scroll by themselves. */
async function whatSticksOut(page: Page): Promise<string[]> {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  return wider > 0 ? [`${wider} px wider than the window`] : []
}
