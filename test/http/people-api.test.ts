import type { Browser } from './browser.ts'
import { openTestConsole, password, type TestConsole } from './console-rig.ts'

let page: TestConsole
let root: Browser

beforeEach(async () => {
  page = await openTestConsole()
  root = await page.signedIn('root', ['administrator'])
})

afterEach(() => page.close())

const newest = async () => (await page.auditLog.list({ limit: 1 }))[0]

test('an administrator adds a person, who chooses a password with the one they were given', async () => {
  const given = { name: 'aida', displayName: ' Аида Жумабекова ', roles: ['operator'] }
  const added = await root.send('POST', '/api/people', { body: given })
  expect(added).toMatchObject({
    status: 200,
    body: { person: { displayName: 'Аида Жумабекова', roles: ['operator'] } },
  })
  expect(await newest()).toMatchObject({
    by: 'root',
    action: 'person.added',
    subject: 'person:aida',
    detail: 'operator',
  })

  const first = added.body.password
  expect(first).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)
  expect(JSON.stringify([await page.auditLog.list({ limit: 9 }), page.lines])).not.toContain(first)
  const aida = page.browser()
  expect(await aida.signIn('aida', first)).toMatchObject({ status: 200, body: { mustChangePassword: true } })
  expect(await aida.send('GET', '/api/colleagues')).toMatchObject({ status: 403 })
  await aida.send('PUT', '/api/self/password', { body: { current: first, next: password } })
  expect(await aida.send('GET', '/api/colleagues')).toMatchObject({
    status: 200,
    body: [{ displayName: 'Аида Жумабекова' }],
  })
})

test.each(['root', 'system', 'Aida', 'a', 'аида', 'a b', 'x'.repeat(41), '-aida'])(
  '%s is no name to add',
  async (name) => {
    const got = await root.send('POST', '/api/people', { body: { name, displayName: 'X', roles: ['operator'] } })
    expect([400, 409]).toContain(got.status)
    expect(Object.keys(got.body.fields)).toEqual(['name'])
    expect(await page.people.list()).toHaveLength(1)
  },
)

test('a change is written down in words', async () => {
  const { id } = await page.add('aida', ['operator'])
  const body = { displayName: 'Aida', roles: ['supervisor', 'auditor'], disabled: true }
  expect(await root.send('PUT', `/api/people/${id}`, { body })).toMatchObject({
    status: 200,
    body: { name: 'aida', displayName: 'Aida', roles: ['supervisor', 'auditor'], disabled: true },
  })
  expect(await newest()).toMatchObject({
    action: 'person.changed',
    subject: 'person:aida',
    detail: 'roles: operator → auditor, supervisor; disabled; name shown',
  })
  expect(await page.browser().signIn('aida', password)).toMatchObject({ status: 401 })
})

test('the last administrator stays', async () => {
  const { id } = (await page.people.find({ name: 'root' })) ?? { id: '' }
  for (const body of [
    { displayName: 'R', roles: ['operator'], disabled: false },
    { displayName: 'R', roles: ['administrator'], disabled: true },
  ]) {
    expect(await root.send('PUT', `/api/people/${id}`, { body })).toMatchObject({
      status: 409,
      body: { code: 'last-administrator' },
    })
  }
  expect(await newest()).toMatchObject({ by: 'system', action: 'person.change-refused' })
  expect(await root.send('GET', '/api/people')).toMatchObject({ status: 200 })
})

test('a reset gives a password for the next sign-in, once, and ends the others', async () => {
  const aida = await page.signedIn('aida', ['operator'])
  const { id } = (await page.people.find({ name: 'aida' })) ?? { id: '' }
  const got = await root.send('POST', `/api/people/${id}/reset`)
  expect(got.status).toBe(200)
  expect(await aida.send('GET', '/api/self')).toMatchObject({ status: 401 })
  expect(await page.browser().signIn('aida', password)).toMatchObject({ status: 401 })
  expect(await page.browser().signIn('aida', got.body.password)).toMatchObject({ body: { mustChangePassword: true } })
  expect(await root.send('POST', '/api/people/nobody/reset')).toMatchObject({ status: 404 })
})

describe('the audit log', () => {
  async function filled(entries: number): Promise<Browser> {
    for (let made = 0; made < entries; made += 1) {
      await page.auditLog.append({ by: 'aida', action: 'call.opened', subject: `call:${made}` })
    }
    return page.signedIn('vera', ['auditor'])
  }

  test('is read page by page, each entry once', async () => {
    const auditor = await filled(23)
    const seen: number[] = []
    let cursor = ''
    for (;;) {
      const { status, body } = await auditor.send('GET', `/api/audit?limit=10&action=call${cursor}`)
      expect(status).toBe(200)
      seen.push(...body.rows.map(({ number }: { number: number }) => number))
      // What comes in meanwhile doesn't move the pages.
      await page.auditLog.append({ by: 'bek', action: 'call.opened' })
      if (body.next === null) break
      cursor = `&cursor=${body.next}`
    }
    expect(seen).toEqual(Array.from({ length: 23 }, (_, index) => 23 - index))
  })

  test('is checked on request, which is written down', async () => {
    const auditor = await filled(3)
    const [last] = await page.auditLog.list({ limit: 1 })
    expect(await auditor.send('POST', '/api/audit/check')).toMatchObject({
      status: 200,
      body: { entries: 3, brokenAt: null, head: last?.hash },
    })
    expect(await newest()).toMatchObject({ by: 'vera', action: 'audit.checked', detail: 'whole', from: '127.0.0.1' })
  })
})
