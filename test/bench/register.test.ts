import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectFolder } from '../../src/config.ts'

// A real line with a real Asterisk, calls of a dozen seconds each, and its prompts rendered anew.
jest.setTimeout(600_000)

const keys = [
  'importToSqliteImport',
  'importSeconds',
  'importPeakMB',
  'lookupToRawGet',
  'lookupsPerSecond',
  'lookupP99Us',
  'swapLatencyRatio',
  'rollbackSeconds',
  'clipsColdSeconds',
  'clipsWarmSeconds',
  'voters',
  'stations',
]

let here: string
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'dobush-bench-test-'))
})
afterEach(() => rmSync(here, { recursive: true, force: true }))

/** `npm run bench -- register …` to its end, which comes with SIGTERM once it says `until`. */
async function bench(args: readonly string[], until?: string): Promise<{ code: number; out: string; err: string }> {
  const command = [join(projectFolder, 'src', 'dobush.mjs'), 'bench', 'register', ...args]
  const child = spawn(process.execPath, [...command, '--folder', join(here, 'a folder')], { stdio: 'pipe' })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text
    // Only once: a second one kills without ado.
    if (until !== undefined && said.err.includes(until) && !child.killed) child.kill('SIGTERM')
  })
  const [code] = (await once(child, 'close')) as [number]
  return { code, ...said }
}

test('a small run measures import, lookup and swaps under calls, and leaves nothing behind', async () => {
  const sizes = ['--voters', '2000', '--stations', '12', '--rounds', '1', '--calls', '3']
  const { code, out, err } = await bench([...sizes, '--only', 'import,lookup,swap'])
  expect(err).toContain('swap: round 1 of 1')
  expect({ code, said: err.trimEnd().split('\n').at(-1) }).toEqual({
    code: 0,
    said: expect.stringContaining('swap: p99'),
  })
  const lines = out.trimEnd().split('\n')
  const figures = JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>
  expect(Object.keys(figures)).toEqual(keys)
  const { clipsColdSeconds, clipsWarmSeconds, voters, stations, ...measured } = figures
  expect({ clipsColdSeconds, clipsWarmSeconds }).toEqual({ clipsColdSeconds: null, clipsWarmSeconds: null })
  expect({ voters, stations }).toEqual({ voters: 2000, stations: 12 })
  for (const [key, value] of Object.entries(measured)) {
    expect({ [key]: Number.isFinite(value) && Number(value) > 0 }).toEqual({ [key]: true })
  }
  expect(out).toMatch(/calls interrupted, or answered wrongly +0 +0$/m)
  // Nobody's PIN, and the table is for people.
  expect(out + err).not.toMatch(/\d{14}/)
  expect(lines.some((line) => line.startsWith('measured '))).toBe(true)
  expect(readdirSync(join(here, 'a folder'))).toEqual([])
})

test('what is left out is null, and what can not be measured is said in a sentence', async () => {
  const { code, out } = await bench(['--voters', '2000', '--stations', '12', '--rounds', '1', '--only', 'lookup'])
  expect(code).toBe(0)
  const figures = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>
  expect(Object.keys(figures).filter((key) => figures[key] !== null)).toEqual([
    'lookupToRawGet',
    'lookupsPerSecond',
    'lookupP99Us',
    'voters',
    'stations',
  ])
  expect(await bench(['--only', 'lookup,tea'])).toMatchObject({ code: 1, err: expect.stringContaining('not "tea"') })
  expect(await bench(['--rounds', '0'])).toMatchObject({ code: 1, err: expect.stringContaining('--rounds') })
  // Most stations would have no voters, which no register may have.
  const empty = await bench(['--voters', '200', '--stations', '900', '--only', 'import'])
  expect(empty).toMatchObject({ code: 1, err: expect.stringContaining('has red checks') })
  expect(readdirSync(join(here, 'a folder'))).toEqual([])
})

test('stopped in the middle it leaves nothing behind', async () => {
  const { code, out } = await bench(['--voters', '300000', '--stations', '12', '--only', 'import'], 'import: the first')
  expect(code).toBe(130)
  expect(out).not.toContain('{')
  expect(readdirSync(join(here, 'a folder'))).toEqual([])
})
