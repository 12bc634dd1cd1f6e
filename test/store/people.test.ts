import { lockDelayMs, makeLockOuts } from '../../src/store/lock-outs.ts'
import { makePeople } from '../../src/store/people.ts'
import { makeSignIns } from '../../src/store/sign-ins.ts'
import { databases } from './databases.ts'
import { cleanUp } from './scratch.ts'

afterEach(cleanUp)

test('a lock grows from half a minute to an hour', () => {
  const delays = Array.from({ length: 15 }, (_, failures) => lockDelayMs(failures) / 1000)
  expect(delays).toEqual([0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600])
})

describe.each(databases)('people on $name', ({ empty }) => {
  const time = { now: new Date('2026-11-23T09:00:00Z') }
  const clock = () => time.now
  const later = (ms: number) => {
    time.now = new Date(time.now.getTime() + ms)
  }

  async function opened() {
    const hotline = await empty()
    const people = makePeople(hotline, clock)
    const add = async (name: string, roles: Parameters<typeof people.add>[0]['roles']) => {
      const added = await people.add({ name, displayName: name.toUpperCase(), roles, passwordHash: `hash of ${name}` })
      if (!added) throw new Error(`${name} is taken`)
      return added
    }
    const signIns = makeSignIns(hotline, clock, { idleMs: 3_600_000, longestMs: 12 * 3_600_000 })
    return { hotline, people, add, signIns, lockOuts: makeLockOuts(hotline, clock) }
  }

  test('are added once under a name, with a password to be changed', async () => {
    const { people, add } = await opened()
    const added = await add('aida', ['supervisor', 'operator'])
    expect(added).toEqual({
      id: expect.any(String),
      name: 'aida',
      displayName: 'AIDA',
      roles: ['operator', 'supervisor'],
      totp: false,
      disabled: false,
      lockedUntil: null,
      lastSignInAt: null,
      createdAt: time.now.toISOString(),
    })
    expect(await people.add({ name: 'aida', displayName: 'x', roles: ['operator'], passwordHash: 'x' })).toBeUndefined()
    expect(await people.list()).toEqual([added])
    expect(await people.find({ id: added.id })).toEqual(added)
    expect(await people.find({ name: 'bek' })).toBeUndefined()
  })

  test('of whom only one of two at once gets the name', async () => {
    const { people } = await opened()
    const given = { name: 'aida', displayName: 'x', roles: ['operator'], passwordHash: 'x' } as const
    const added = await Promise.all(Array.from({ length: 8 }, () => people.add(given)))
    expect(added.filter(Boolean)).toHaveLength(1)
  })

  test('who take requests over are operators and supervisors who may sign in', async () => {
    const { people, add } = await opened()
    await add('root', ['administrator'])
    await add('zarina', ['operator'])
    await add('aida', ['supervisor', 'auditor'])
    const gone = await add('bek', ['operator'])
    await people.change(gone.id, { ...gone, disabled: true })
    expect((await people.colleagues()).map(({ displayName }) => displayName)).toEqual(['AIDA', 'ZARINA'])
  })

  test('keep an administrator among them, also when two go for each other at once', async () => {
    const { people, add } = await opened()
    const [one, two] = [await add('one', ['administrator']), await add('two', ['administrator'])]
    const outcomes = await Promise.all([
      people.change(one.id, { ...one, roles: ['operator'] }),
      people.change(two.id, { ...two, disabled: true }),
    ])
    expect(outcomes.filter((outcome) => outcome === 'last-administrator')).toHaveLength(1)
    const left = (await people.list()).filter(({ roles, disabled }) => !disabled && roles.includes('administrator'))
    expect(left).toHaveLength(1)
    expect(await people.change('nobody', { ...one })).toBe('unknown')
  })

  test('who are reset start anew: a password to be changed, no authenticator, no lock, no sign-in', async () => {
    const { people, add, signIns, lockOuts } = await opened()
    const { id } = await add('aida', ['operator'])
    await people.setPassword(id, 'her own')
    await people.beginTotp(id, 'SECRET')
    await people.switchTotp(id, true)
    for (let failures = 0; failures < 6; failures += 1) await lockOuts.noteFailure('aida')
    const token = await signIns.begin(id)
    expect(await signIns.find(token)).toMatchObject({ totp: true, mustChangePassword: false })
    expect(await people.find({ id })).toMatchObject({ totp: true, lockedUntil: '2026-11-23T09:01:00.000Z' })

    await people.reset(id, 'another')
    expect(await signIns.find(token)).toBeUndefined()
    expect(await people.find({ id })).toMatchObject({ totp: false, lockedUntil: null })
    expect(await people.credentials({ name: 'aida' })).toMatchObject({ passwordHash: 'another', totpSecret: undefined })
    expect(await lockOuts.lockedUntil('aida')).toBeUndefined()
    expect(await signIns.find(await signIns.begin(id))).toMatchObject({ mustChangePassword: true })
  })

  test('give each code of an authenticator once, whoever is quicker', async () => {
    const { people, add } = await opened()
    const { id } = await add('aida', ['operator'])
    const taken = await Promise.all(Array.from({ length: 10 }, () => people.takeTotpPeriod(id, 7)))
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(await people.takeTotpPeriod(id, 6)).toBe(false)
    expect(await people.takeTotpPeriod(id, 8)).toBe(true)
  })

  test('have sign-ins that end alone or together, and are swept when they expired', async () => {
    const { hotline, add, signIns } = await opened()
    const { id } = await add('aida', ['operator'])
    const [first, second, third] = [await signIns.begin(id), await signIns.begin(id), await signIns.begin(id)]
    const idOf = async (token: string) => (await signIns.find(token))?.signInId ?? 'ended'
    const ids = [await idOf(first), await idOf(second), await idOf(third)]
    await signIns.end(ids[0] ?? '')
    expect(await signIns.holding(ids)).toEqual(new Set([ids[1], ids[2]]))
    await signIns.endOthers(id, ids[2] ?? '')
    expect(await signIns.holding(ids)).toEqual(new Set([ids[2]]))
    expect(await signIns.find(first)).toBeUndefined()
    later(3_600_000)
    expect(await signIns.find(third)).toBeUndefined()
    await signIns.begin(id)
    expect(await hotline.selectFrom('sign_in').selectAll().execute()).toHaveLength(1)
  })

  test('are forgiven their slips after a day', async () => {
    const { hotline, lockOuts } = await opened()
    for (let failures = 0; failures < 4; failures += 1) await lockOuts.noteFailure('aida')
    later(25 * 3_600_000)
    expect(await lockOuts.noteFailure('bek')).toBeUndefined()
    expect(await hotline.selectFrom('lock_out').select('name').execute()).toEqual([{ name: 'bek' }])
    expect(await lockOuts.noteFailure('aida')).toBeUndefined()
  })

  test('count every failure, also those at the same moment', async () => {
    const { hotline, lockOuts } = await opened()
    await Promise.all(Array.from({ length: 20 }, () => lockOuts.noteFailure('aida')))
    expect(await hotline.selectFrom('lock_out').select('failures').execute()).toEqual([{ failures: 20 }])
    await lockOuts.clear('aida')
    expect(await lockOuts.lockedUntil('aida')).toBeUndefined()
  })
})
