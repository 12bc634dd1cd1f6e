import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openVoterDirectory } from '../../src/register/directory.ts'
import { importSnapshot } from '../../src/register/import.ts'
import { writeSample } from '../../src/register/sample.ts'
import { ignoreProgress, pinOf, publishRegister, removeScratch, scratch } from './scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(60_000)

const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  removeScratch()
})

/** Runs imports in a child and kills it, kill -9, as the given line is said for the n-th time. */
async function killAt(line: string, nth: number, files: { votersCsv: string; stationsCsv: string }, folder: string) {
  const args = [join(__dirname, 'run-ts.cjs'), join(__dirname, 'import-child.ts')]
  const child = spawn(process.execPath, [...args, files.votersCsv, files.stationsCsv, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const exited = once(child, 'exit')
  let seen = 0
  for await (const said of createInterface({ input: child.stdout })) {
    if (said === line) seen += 1
    if (seen === nth) child.kill('SIGKILL')
  }
  expect(await exited).toEqual([null, 'SIGKILL'])
}

test.each([
  ['reading stations', 1],
  ['reading voters', 1],
  ['reading voters', 4],
  ['writing', 1],
  ['checking', 1],
  ['checking', 2],
  ['active', 1],
  ['reading voters', 9],
])(
  'killed at the sound of "%s" (%i), an import leaves a register that answers, and the next one works',
  async (line, nth) => {
    const here = scratch()
    const files = await writeSample(here, { stations: 20, voters: 60_000 })
    const folder = join(here, 'register')
    const source = { ...files, folder, now: new Date('2026-11-20T03:00:00Z') }
    const first = await publishRegister(source)

    await killAt(line, nth, files, folder)

    const directory = openVoterDirectory(folder)
    expect(directory.findByPin(pinOf('20504198000123'))).toMatchObject({ kind: 'found', station: { number: '1101' } })
    const active = directory.snapshot()
    if (line !== 'active' && nth < 3) expect(active).toEqual(first)

    const next = await importSnapshot({ ...source, now: new Date() }, ignoreProgress)
    expect(next).toMatchObject({ voters: 60_000, stations: 20 })
    expect(readdirSync(folder).filter((name) => name.startsWith('.') || name.endsWith('.part'))).toEqual([])
    directory.close()
  },
)

test('imports that run at the same time don’t disturb each other', async () => {
  const here = scratch()
  const files = await writeSample(here, { stations: 20, voters: 5000 })
  const source = { ...files, folder: join(here, 'register'), now: new Date('2026-11-22T03:00:00Z') }
  const made = await Promise.all([1, 2, 3].map(() => importSnapshot(source, ignoreProgress)))
  expect(new Set(made.map(({ id }) => id)).size).toBe(3)
  for (const { voters } of made) expect(voters).toBe(5000)
  expect(readdirSync(source.folder)).toHaveLength(4)
})
