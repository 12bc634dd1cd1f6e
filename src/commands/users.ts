import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { newPerson } from '../api/people.ts'
import { roles } from '../api/route.ts'
import { chosenPassword } from '../api/sign-in.ts'
import { loadConfig } from '../config.ts'
import { generatePassword, makePasswords } from '../passwords.ts'
import { print, printJson } from '../print.ts'
import { type AuditLog, makeAuditLog } from '../store/audit-log.ts'
import { openHotline } from '../store/database.ts'
import { makePeople, type People, type Person } from '../store/people.ts'
import { table } from '../table.ts'
import { UserError } from '../user-error.ts'

/** Gives `dobush users` what it can do. */
export function addUsersCommands(users: Command, firstLine: () => Promise<string>): void {
  users
    .command('add <name>')
    .description('let somebody sign in at the console; prints a password for the first time')
    .requiredOption('--roles <list>', `of ${roles.join(', ')}, with commas between`)
    .option('--display-name <name>', 'how colleagues see them; the name itself without it')
    .option('--password-stdin', "take one's own password from standard input, to keep, instead of making one up")
    .action(async (name: string, options: { roles: string; displayName?: string; passwordStdin?: boolean }) => {
      const given = newPerson.safeParse({
        name,
        displayName: options.displayName ?? name,
        roles: options.roles.split(',').map((role) => role.trim()),
      })
      if (!given.success) {
        const faults = given.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
        throw new UserError(`Nobody was added. ${faults.join('; ')}. There are the roles ${roles.join(', ')}.`)
      }
      const own = options.passwordStdin ? ownPassword(await firstLine()) : undefined
      const made = own ?? generatePassword()
      const passwordHash = await makePasswords().hash(made)
      await withPeople(async ({ people, audit }) => {
        const taken = new UserError(`There is somebody called ${name} already: choose another name.`)
        if (await people.find({ name })) throw taken
        await audit('person.added', name, given.data.roles.join(', '))
        const added = await people.add({ ...given.data, passwordHash })
        if (!added) throw taken
        if (own !== undefined) await people.setPassword(added.id, passwordHash)
      })
      print(
        own === undefined
          ? `${name} signs in with ${made} and chooses a password of their own then.`
          : `${name} is added.`,
      )
    })
  users
    .command('list')
    .description('who may sign in')
    .option('--json')
    .action(async ({ json }: { json?: boolean }) => {
      const listed = await withPeople(({ people }) => people.list())
      if (json) return printJson(listed)
      print(
        table(
          ['name', 'shown as', 'roles', 'authenticator', 'state', 'last sign-in'],
          listed.map((person) => [
            person.name,
            person.displayName,
            person.roles.join(', '),
            person.totp ? 'on' : 'off',
            stateOf(person),
            person.lastSignInAt ?? 'never',
          ]),
        ),
      )
    })
  users
    .command('reset <name>')
    .description('a new password for the next sign-in; unlocks, and switches the authenticator off')
    .option('--password-stdin', "take one's own password from standard input, to keep, instead of making one up")
    .action(async (name: string, { passwordStdin }: { passwordStdin?: boolean }) => {
      const own = passwordStdin ? ownPassword(await firstLine()) : undefined
      const made = own ?? generatePassword()
      const passwordHash = await makePasswords().hash(made)
      await withPeople(async ({ people, audit }) => {
        const { id } = await personCalled(people, name)
        await audit('person.reset', name)
        await people.reset(id, passwordHash)
        if (own !== undefined) await people.setPassword(id, passwordHash)
      })
      print(
        own === undefined
          ? `${name} signs in with ${made} and chooses a password of their own then.`
          : `${name} has the new password.`,
      )
    })
  for (const [command, disabled, description] of [
    ['disable', true, 'let somebody sign in no more, and end their sign-ins'],
    ['enable', false, 'let somebody who was disabled sign in again'],
  ] as const) {
    users
      .command(`${command} <name>`)
      .description(description)
      .action(async (name: string) => {
        await withPeople(async ({ people, audit }) => {
          const person = await personCalled(people, name)
          await audit('person.changed', name, `${command}d`)
          if ((await people.change(person.id, { ...person, disabled })) === 'last-administrator') {
            throw new UserError(`${name} is the last administrator: add another one first.`)
          }
        })
        print(`${name} is ${command}d.`)
      })
  }
}

interface Opened {
  readonly people: People
  audit(action: string, name: string, detail?: string): Promise<void>
}

async function withPeople<Result>(work: (opened: Opened) => Promise<Result>): Promise<Result> {
  const hotline = await openHotline(loadConfig(() => new Date()).database)
  const now = () => new Date()
  const log: AuditLog = makeAuditLog(hotline, now)
  try {
    return await work({
      people: makePeople(hotline, now),
      audit: (action, name, detail) =>
        log.append({
          by: 'system',
          action,
          subject: `person:${name}`,
          detail: [detail, `on the command line, by ${userInfo().username}`].filter(Boolean).join('; '),
        }),
    })
  } finally {
    await hotline.destroy()
  }
}

async function personCalled(people: People, name: string): Promise<Person> {
  const found = await people.find({ name })
  if (found) return found
  throw new UserError(`There is nobody called ${name}: npx dobush users list shows who there is.`)
}

function ownPassword(text: string): string {
  if (chosenPassword.safeParse(text).success) return text
  throw new UserError('A password has 12 to 200 characters, on one line of standard input.')
}

function stateOf({ disabled, lockedUntil }: Person): string {
  if (disabled) return 'disabled'
  return lockedUntil === null ? 'may sign in' : `locked until ${lockedUntil}`
}
