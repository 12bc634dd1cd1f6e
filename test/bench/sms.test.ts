import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectFolder } from '../../src/config.ts'

let here: string
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'dobush-bench-test-'))
})
afterEach(() => rmSync(here, { recursive: true, force: true }))

test('a small run answers every text rightly and once, says four figures and leaves nothing behind', async () => {
  const folder = join(here, 'a folder')
  const sizes = ['--messages', '500', '--paced', '100', '--rate', '50', '--voters', '2000']
  const command = [join(projectFolder, 'src', 'dobush.mjs'), 'bench', 'sms', ...sizes, '--folder', folder]
  const child = spawn(process.execPath, command, { stdio: 'pipe' })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const [code] = await once(child, 'close')
  // Wrong answers, and those that come twice, are faults of the run.
  expect({ code, said: err.trimEnd().split('\n').at(-1) }).toEqual({ code: 0, said: expect.stringContaining('load:') })
  const figures = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>
  expect(figures).toEqual({
    messagesPerSecond: expect.any(Number),
    replyP99Ms: expect.any(Number),
    memoryGrowthMB: expect.any(Number),
    messages: 500,
  })
  expect(readdirSync(folder)).toEqual([])
}, 300_000)
