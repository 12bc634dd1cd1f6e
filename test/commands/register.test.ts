import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandFile } from '../../src/config.ts'
import { writeSample } from '../../src/register/sample.ts'
import { makeHome, pins } from '../switch/rig.ts'

jest.setTimeout(300_000)

interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

let home: string
let drop: string

beforeAll(async () => {
  ;({ home } = await makeHome())
  drop = mkdtempSync(join(home, 'drop-'))
  await writeSample(drop, { stations: 9, voters: 500 })
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

function dobush(args: readonly string[], input = ''): Promise<Said> {
  return new Promise((resolve) => {
    const env = { ...process.env, DOBUSH_HOME: home }
    const child = execFile(process.execPath, [commandFile, ...args], { env }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out: out.trim(), err: err.trim() }),
    )
    child.stdin?.end(input)
  })
}

const register = (...args: string[]) => dobush(['register', ...args])

async function stationOf(pin: string): Promise<string> {
  return (await dobush(['voter', '--pin-stdin'], `${pin}\n`)).out.split('\n')[0] ?? ''
}

/** The one line on standard error of a command that refused. */
async function refusalOf(...args: string[]): Promise<string> {
  const { code, out, err } = await register(...args)
  expect(code).toBe(1)
  expect(out).toBe('')
  return err.split('\n').at(-1) ?? ''
}

function sign(id: string, asOf: string): Promise<Said> {
  return register('sign', drop, '--key', join(drop, 'cec.key'), '--id', id, '--election', 'Test', '--as-of', asOf)
}

test('an edition is signed, verified, brought in, overridden, edited and rolled back from the command line', async () => {
  expect(await refusalOf('status')).toContain('No register was imported yet')
  expect(await refusalOf('report')).toContain('Nothing was imported yet')
  expect(await refusalOf('import', drop)).toContain('There is no manifest')
  expect(await refusalOf('import', drop, '--voters', 'x')).toContain('Give a folder or an address')

  const keygen = ['keygen', '--name', 'CEC', '--expires', '2999-12-31', '--out', drop]
  expect((await register(...keygen)).code).toBe(0)
  expect(await refusalOf(...keygen)).toContain('is there already')
  expect(await sign('e1', '2026-01-01T00:00:00Z')).toMatchObject({ code: 0 })
  expect(await refusalOf('verify', drop)).toContain('not among register.keys')
  const config = join(home, 'config.yaml')
  const keys = `keys: [${join(drop, 'cec.pub.json')}]`
  writeFileSync(config, readFileSync(config, 'utf8').replace('register:', `register:\n  ${keys}\n  source: ${drop}`))
  expect((await register('verify', drop)).out).toContain('Edition e1 of Test is whole: 500 voters, 9 stations')

  const first = await register('refresh')
  expect(first.out).toMatch(/^imported /)
  const id = first.out.split(' ')[1] ?? ''
  expect((await register('refresh')).out).toBe('unchanged')
  expect(JSON.parse((await register('status', '--json')).out)).toMatchObject({ active: { id, voters: 500 } })
  expect((await register('report')).out).toContain('fit to be activated')
  expect(await stationOf(pins.listed)).toBe('station 1101')

  // Everybody of station 1101 is at 7087 all at once: red, until two people say that it is meant.
  const voters = join(drop, 'voters.csv')
  writeFileSync(voters, readFileSync(voters, 'utf8').replaceAll(',1101,', ',7087,'))
  await sign('e2', '2026-01-02T00:00:00Z')
  const refused = await refusalOf('refresh')
  expect(refused).toContain('has red checks')
  const red = /report of (\S+) has/.exec(refused)?.[1] ?? ''
  expect((await register('report', red)).out).toMatch(/^red .*voters moved to another station$/m)
  expect(JSON.parse((await register('report', red, '--json')).out)).toMatchObject({ id: red })
  expect(await refusalOf('activate', red, '--override')).toContain('give --by NAME and --reason TEXT')
  const override = (by: string) => ['activate', red, '--override', '--by', by, '--reason', 'the station burnt down']
  expect(await refusalOf(...override('Айсулуу Асанова'))).toContain('one other person can')
  expect(await refusalOf(...override('айсулуу асанова'))).toContain('one other person can')
  expect(await stationOf(pins.listed)).toBe('station 1101')
  expect((await register(...override('Bek Bekov'))).out).toContain(`${red} is active`)
  expect(await stationOf(pins.listed)).toBe('station 7087')

  const by = ['--by', 'Bek Bekov', '--reason', 'flooded']
  expect(await refusalOf('edit', 'voter', '1', ...by)).toContain('Only a station can be edited')
  expect(await refusalOf('edit', 'station', '7087', ...by)).toContain('Nothing to edit')
  expect(await refusalOf('edit', 'station', '7087', '--address-ky', 'Туз', ...by)).toContain('in both languages')
  expect((await register('edit', 'station', '7087', '--closed', ...by)).code).toBe(0)
  expect(await stationOf(pins.listed)).toBe('station-closed')
  expect((await register('status')).out).toContain('edited   7087')
  expect((await register('edit', 'station', '7087', '--withdraw', ...by)).code).toBe(0)
  expect(await stationOf(pins.listed)).toBe('station 7087')

  expect((await register('rollback', ...by)).out).toContain(`${id} is active`)
  expect(await stationOf(pins.listed)).toBe('station 1101')
  expect((await register('refresh')).out).toBe('unchanged')
  expect(await refusalOf('rollback', ...by)).toContain('There is no earlier snapshot')
  const journal = JSON.parse((await register('journal', '--json')).out) as { what: string }[]
  expect(journal.map(({ what }) => what)).toEqual([
    ...['activate', 'override', 'override', 'override', 'activate-overridden'],
    ...['edit-station', 'withdraw-edit', 'roll-back'],
  ])
  expect((await register('journal')).out).toContain('the station burnt down')
})
