import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { projectFolder } from '../../src/config.ts'

// A real line with a real Asterisk, calls of a dozen seconds each, and its prompts rendered anew.
jest.setTimeout(600_000)

let here: string
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'dobush-bench-test-'))
})
afterEach(() => rmSync(here, { recursive: true, force: true }))

test('measures everything on a small history, says it in one line of JSON, and leaves nothing behind', async () => {
  const sizes = { calls: 2000, callbacks: 60, searches: 12, exported: 500, supervisors: 2, 'line-calls': 2, rounds: 1 }
  const options = Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)])
  const command = [join(projectFolder, 'src', 'dobush.mjs'), 'bench', 'console', ...options, '--folder', here]
  const { stdout } = await promisify(execFile)(process.execPath, command, {
    // Nothing of it may get into a database that is set.
    env: { ...process.env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' },
    timeout: 580_000,
  })
  const figures = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
  expect(Object.keys(figures)).toEqual(['calls', 'filterP95Ms', 'nowP95Ms', 'exportPeakMB', 'lineLatencyRatio'])
  expect(figures.calls).toBe(2000)
  for (const value of Object.values(figures)) expect(Number.isFinite(value)).toBe(true)
  expect(stdout).toMatch(/export of 500 calls as csv/)
  expect(stdout).toMatch(/calls interrupted, or answered wrongly +0/)
  expect(readdirSync(here)).toEqual([])
})

test('says what is wrong with an option', async () => {
  const command = [join(projectFolder, 'src', 'dobush.mjs'), 'bench', 'console', '--calls', 'many']
  await expect(promisify(execFile)(process.execPath, command)).rejects.toMatchObject({
    stderr: expect.stringContaining('--calls takes a number'),
  })
})
