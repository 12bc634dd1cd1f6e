import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { removeScratch, scratch, stationsText } from './scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(120_000)

afterEach(removeScratch)

interface State {
  readonly id: string
  readonly voters: number
  readonly answer: string
  readonly hash: string
}

/** A line of disk-full-child.ts. */
interface Attempt {
  readonly pages: number
  readonly said?: { readonly message: string; readonly isUserError: boolean }
  readonly last: string
  readonly before: State
  readonly after: State
  readonly names: readonly string[]
}

function writeEdition(folder: string, voters: number): void {
  const rows = Array.from(
    { length: voters - 1 },
    (_, i) => `1${String(1e12 + i * 7919).padStart(13, '0')},1101,listed\n`,
  )
  mkdirSync(folder)
  writeFileSync(join(folder, 'stations.csv'), stationsText)
  writeFileSync(join(folder, 'voters.csv'), `pin,station,status\n20504198000123,7087,listed\n${rows.join('')}`)
}

/** In mount tables of its own: nobody else sees its tmpfs, and the kernel drops it with the process. */
async function runOnSmallDisk(here: string): Promise<readonly string[]> {
  const isRoot = process.getuid?.() === 0
  const files = ['run-ts.cjs', 'disk-full-child.ts'].map((name) => join(__dirname, name))
  const { stdout } = await promisify(execFile)(
    'unshare',
    [...(isRoot ? [] : ['--user', '--map-root-user']), '--mount', process.execPath, ...files, here],
    { maxBuffer: 16 * 1024 * 1024 },
  )
  return stdout.trim().split('\n')
}

test('wherever an import runs out of disk, the active snapshot goes on, and with room again it works', async () => {
  const here = scratch()
  writeEdition(join(here, 'small'), 20_000)
  writeEdition(join(here, 'large'), 30_000)
  mkdirSync(join(here, 'disk'))
  const lines = (await runOnSmallDisk(here)).map((line) => JSON.parse(line) as Attempt & { end?: State })
  const refused = lines.filter(({ said }) => said !== undefined)
  for (const { said, before, after, names } of refused) {
    expect(said?.message).toMatch(/^There is no room (in|for) [^\n]+\.$/)
    expect(said?.isUserError).toBe(true)
    expect(before).toMatchObject({ voters: 20_000, answer: 'found' })
    expect(after).toEqual(before)
    expect(names).toEqual([])
  }
  expect(refused.length).toBeGreaterThan(20)
  // It ran out everywhere but at the pointer, which needs no more than the note about the source just before it.
  expect(new Set(refused.map(({ last }) => last))).toEqual(new Set(['staging', 'reading voters', 'checking']))
  const [enough] = lines.filter(({ said, end }) => said === undefined && end === undefined)
  expect(enough?.after).toMatchObject({ voters: 30_000, answer: 'found' })
  expect(lines.at(-1)?.end).toMatchObject({ voters: 30_000, answer: 'found' })
})
