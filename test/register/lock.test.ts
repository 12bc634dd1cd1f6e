import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { deferred } from '../../src/deferred.ts'
import { withLock } from '../../src/register/lock.ts'
import { UserError } from '../../src/user-error.ts'

const children: ChildProcess[] = []
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dobush-lock-'))
})

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const busy = 'Another import is running. Try again when it is done.'
const work = async () => 'done'

function start(act: 'hold' | 'try' | 'count', ...args: string[]) {
  const files = ['run-ts.cjs', 'lock-child.ts'].map((name) => join(__dirname, name))
  const child = spawn(process.execPath, [...files, act, folder, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

async function holdElsewhere() {
  const child = start('hold')
  await once(child.stdout, 'data')
  return child
}

test('whoever may not wait is told that another process has it', async () => {
  await holdElsewhere()
  await expect(withLock(folder, 'edits', work, { wait: false, busy })).rejects.toThrow(new UserError(busy))
  expect(await withLock(folder, 'pointer', work, { wait: false, busy })).toBe('done')
})

test('a process killed with kill -9 lets go at once and leaves nothing behind', async () => {
  for (let n = 0; n < 3; n++) {
    const child = await holdElsewhere()
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    expect(await exited).toEqual([null, 'SIGKILL'])
    expect(readdirSync(folder)).toEqual(['.edits.lock'])
    expect(await withLock(folder, 'edits', work, { wait: false, busy })).toBe('done')
  }
  expect(statSync(join(folder, '.edits.lock'))).toMatchObject({ size: 0, mode: 0o100600 })
})

test.each(['is done', 'is killed'])('whoever waits begins when the other process %s', async (how) => {
  const child = await holdElsewhere()
  let begun = false
  const waiting = withLock(folder, 'edits', async () => {
    begun = true
  })
  await expect(withLock(folder, 'edits', work, { wait: false, busy })).rejects.toThrow(busy)
  expect(begun).toBe(false)
  if (how === 'is done') child.stdin.end()
  else child.kill('SIGKILL')
  await waiting
  expect(begun).toBe(true)
})

test('it keeps one process from itself too; whoever is refused does not set it free', async () => {
  const release = deferred<void>()
  const begun = deferred<void>()
  const first = withLock(folder, 'edits', async () => {
    begun.resolve()
    await release.promise
    throw new Error('a fault')
  })
  await begun.promise
  // Each refusal closes a descriptor of the file, which alone would drop a bare fcntl lock.
  for (let n = 0; n < 2; n++) {
    await expect(withLock(folder, 'edits', work, { wait: false, busy })).rejects.toThrow(busy)
  }
  expect(await text(start('try').stdout)).toBe('UserError: busy')
  release.resolve()
  await expect(first).rejects.toThrow('a fault')
  expect(await text(start('try').stdout)).toBe('free')
})

test('three processes that count together lose nothing', async () => {
  const counter = join(folder, 'counter')
  writeFileSync(counter, '0')
  const exits = await Promise.all([1, 2, 3].map(() => once(start('count', counter, '20'), 'exit')))
  expect(exits).toEqual([1, 2, 3].map(() => [0, null]))
  expect(readFileSync(counter, 'utf8')).toBe('60')
})

test('a lock file that is something else is named', async () => {
  const file = join(folder, '.edits.lock')
  writeFileSync(file, 'not a database, but long enough to be read as one. '.repeat(100))
  await expect(withLock(folder, 'edits', work)).rejects.toThrow(`${file} can't be locked`)
})
