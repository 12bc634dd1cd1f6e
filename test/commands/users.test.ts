import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandFile, pathsBelow } from '../../src/config.ts'
import { makePasswords } from '../../src/passwords.ts'
import { makeAuditLog } from '../../src/store/audit-log.ts'
import { openHotline } from '../../src/store/database.ts'
import { makePeople } from '../../src/store/people.ts'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'dobush-users-'))
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

function users(args: readonly string[], input = ''): Promise<Said> {
  const { DATABASE_URL: _, ...rest } = process.env
  return new Promise((resolve) => {
    const env = { ...rest, DOBUSH_HOME: home }
    const child = execFile(process.execPath, [commandFile, 'users', ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out: out.trim(), err: err.trim() }),
    )
    child.stdin?.end(input)
  })
}

/** What is in the database now. */
async function stored() {
  const hotline = await openHotline(pathsBelow(home).hotline)
  const clock = () => new Date()
  const people = makePeople(hotline, clock)
  try {
    return {
      people: await people.list(),
      passwords: new Map(
        await Promise.all(
          (await people.list()).map(
            async ({ name }) => [name, (await people.credentials({ name }))?.passwordHash] as const,
          ),
        ),
      ),
      entries: await makeAuditLog(hotline, clock).list({ limit: 99 }),
      firstPasswords: await hotline.selectFrom('person').select(['name', 'must_change_password']).execute(),
    }
  } finally {
    await hotline.destroy()
  }
}

test('people are added, listed, reset, disabled and enabled from the command line', async () => {
  const added = await users(['add', 'aida', '--roles', 'administrator, auditor', '--display-name', 'Аида'])
  expect(added.code).toBe(0)
  const password = /signs in with (\S+) and/.exec(added.out)?.[1] ?? ''
  expect(password).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/)

  const own = 'a password of my own'
  expect(await users(['add', 'bek', '--roles', 'operator', '--password-stdin'], `${own}\n`)).toEqual({
    code: 0,
    out: 'bek is added.',
    err: '',
  })
  const { people, passwords, entries, firstPasswords } = await stored()
  expect(people).toMatchObject([
    { name: 'bek', displayName: 'bek', roles: ['operator'] },
    { name: 'aida', displayName: 'Аида', roles: ['auditor', 'administrator'] },
  ])
  expect(firstPasswords).toEqual(
    expect.arrayContaining([
      { name: 'aida', must_change_password: 1 },
      { name: 'bek', must_change_password: 0 },
    ]),
  )
  expect(await makePasswords().fits(password, passwords.get('aida'))).toBe(true)
  expect(await makePasswords().fits(own, passwords.get('bek'))).toBe(true)
  expect(entries).toMatchObject([
    { by: 'system', action: 'person.added', subject: 'person:bek' },
    { by: 'system', action: 'person.added', subject: 'person:aida' },
  ])
  expect(entries[1]?.detail).toMatch(/^administrator, auditor; on the command line, by \S+$/)
  expect(JSON.stringify(entries)).not.toContain(password)

  const listed = await users(['list'])
  expect(listed.out.split('\n').map((line) => line.split(/\s{2,}/).slice(0, 5))).toEqual([
    ['name', 'shown as', 'roles', 'authenticator', 'state'],
    ['bek', 'bek', 'operator', 'off', 'may sign in'],
    ['aida', 'Аида', 'auditor, administrator', 'off', 'may sign in'],
  ])
  expect(JSON.parse((await users(['list', '--json'])).out)).toMatchObject([{ name: 'bek' }, { name: 'aida' }])

  expect((await users(['disable', 'bek'])).out).toBe('bek is disabled.')
  expect((await users(['list'])).out).toMatch(/bek .* disabled/)
  expect((await users(['enable', 'bek'])).out).toBe('bek is enabled.')

  const reset = await users(['reset', 'aida'])
  const next = /signs in with (\S+) and/.exec(reset.out)?.[1] ?? ''
  expect(next).not.toBe(password)
  const after = await stored()
  expect(await makePasswords().fits(next, after.passwords.get('aida'))).toBe(true)
  expect(after.entries.map(({ action, subject }) => `${action} ${subject}`).slice(0, 3)).toEqual([
    'person.reset person:aida',
    'person.changed person:bek',
    'person.changed person:bek',
  ])
})

test.each([
  [['add', 'Aida', '--roles', 'operator'], '', /^Nobody was added\. name: a name has lower-case Latin letters/],
  [['add', 'system', '--roles', 'operator'], '', /^Nobody was added\. name: this name is taken/],
  [['add', 'aida', '--roles', 'god'], '', /^Nobody was added\. roles\.0: .* There are the roles operator, supervisor/],
  [['add', 'root', '--roles', 'operator'], '', /^There is somebody called root already: choose another name\.$/],
  [['add', 'aida', '--roles', 'operator', '--password-stdin'], 'short\n', /^A password has 12 to 200 characters/],
  [['add', 'aida', '--roles', 'operator', '--password-stdin'], '', /^A password has 12 to 200 characters/],
  [['reset', 'nobody'], '', /^There is nobody called nobody: npx dobush users list shows who there is\.$/],
  [['disable', 'root'], '', /^root is the last administrator: add another one first\.$/],
])('%j is refused in a sentence', async (args, input, sentence) => {
  await users(['add', 'root', '--roles', 'administrator'])
  const refused = await users(args, input)
  expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringMatching(sentence) })
  expect((await stored()).people).toMatchObject([{ name: 'root', disabled: false }])
})

test('a password is no argument', async () => {
  const { code, err } = await users(['add', 'aida', '--roles', 'operator', '--password', 'twelve letters'])
  expect(code).toBe(2)
  expect(err).toContain("unknown option '--password'")
})
