import type { Role } from '../../src/api/route.ts'
import { roles } from '../../src/api/route.ts'
import { routes } from '../../src/api/routes.ts'
import type { Mounted } from '../../src/http/mount-routes.ts'
import type { Browser } from './browser.ts'
import { openTestConsole, password, type TestConsole } from './console-rig.ts'
import { addressOf, isLetIn, matrix } from './role-matrix.ts'

// Every route of the contract stands there, with schemas and all; the areas whose handlers are not part of this test say
// only that they were reached. That the whole console mounts them all is the test of open-console.
const reached: string[] = []
const own = new Set(['sign-in', 'people', 'audit'])
const standIns: readonly Mounted[] = routes
  .filter(({ area }) => !own.has(area))
  .map((route) => ({
    route: { ...route, params: undefined, query: undefined, body: undefined, response: undefined },
    handle: () => {
      reached.push(route.name)
    },
  }))

const several: readonly (readonly Role[])[] = [
  ['operator', 'auditor'],
  ['supervisor', 'administrator'],
]
const groups = [[], ...roles.map((role) => [role]), ...several].map((some) => ({
  some,
  title: some.length === 0 ? 'nobody who is signed in' : some.join(' and '),
}))

let page: TestConsole
const browsers = new Map<string, Browser>()

beforeAll(async () => {
  page = await openTestConsole({ mounted: () => standIns })
  // So that nobody here is the last one.
  await page.add('root', ['administrator'])
  for (const [index, { some, title }] of groups.entries()) {
    browsers.set(title, some.length === 0 ? page.browser() : await page.signedIn(`person-${index}`, some))
  }
})

afterAll(() => page.close())

function nameOf(title: string): string {
  const group = groups.findIndex((each) => each.title === title)
  return group === -1 ? title : `person-${group}`
}

/** A sign-out would end what the other tests go on with. */
async function ask(title: string, route: (typeof routes)[number]) {
  const known = browsers.get(title)
  if (!known) throw new Error(title)
  const got = await known.send(route.method.toUpperCase(), addressOf(route), {
    ...(route.method === 'get' ? {} : { body: {} }),
  })
  if (route.name === 'signOut' && got.status === 204) await known.signIn(nameOf(title), password)
  return got
}

test('the matrix has every route, and no other', () => {
  expect(Object.keys(matrix).sort()).toEqual(routes.map(({ name }) => name).sort())
})

describe.each(groups)('$title', ({ some, title }) => {
  test.each(routes.map((route) => [route.name, route] as const))('%s', async (name, route) => {
    reached.length = 0
    const { status, body } = await ask(title, route)
    if (isLetIn(route, some)) {
      // What comes behind may still find fault with an empty body or an id that nothing has.
      expect([200, 204, 400, 404, 409, 422]).toContain(status)
      if (!own.has(route.area)) expect(reached).toEqual([name])
      return
    }
    expect(reached).toEqual([])
    expect({ status, code: body.code }).toEqual(
      some.length === 0 ? { status: 401, code: 'not-signed-in' } : { status: 403, code: 'not-allowed' },
    )
  })
})

test.each(routes.filter(({ who }) => who !== 'anyone').map((route) => [route.name, route] as const))(
  '%s is closed to whoever was disabled a moment ago',
  async (_, route) => {
    const gone = browsers.get('gone') ?? (await page.signedIn('gone', roles))
    if (!browsers.has('gone')) {
      browsers.set('gone', gone)
      const person = await page.people.find({ name: 'gone' })
      if (person) await page.people.change(person.id, { ...person, disabled: true })
    }
    expect(await ask('gone', route)).toMatchObject({ status: 401, body: { code: 'not-signed-in' } })
  },
)

test.each(routes.map((route) => [route.name, route] as const))(
  '%s with a password somebody else gave',
  async (name, route) => {
    if (!browsers.has('new')) {
      browsers.set('new', await page.signedIn('new', roles))
      await page.hotline.updateTable('person').set({ must_change_password: 1 }).where('name', '=', 'new').execute()
    }
    reached.length = 0
    const { status, body } = await ask('new', route)
    const first = ['signIn', 'signOut', 'whoAmI', 'changePassword', 'setLanguage']
    if (first.includes(name)) return expect([200, 204, 400]).toContain(status)
    expect({ status, code: body.code }).toEqual({ status: 403, code: 'password-change-needed' })
    expect(reached).toEqual([])
  },
)
