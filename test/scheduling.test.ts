import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { letWait, putFirst, putLast } from '../src/scheduling.ts'
import { statField } from '../src/setup/process-stat.ts'

/** Of Linux's sched.h: SCHED_BATCH. */
const batch = 3

let child: ChildProcess
beforeEach(async () => {
  // Starts a process of its own at a word, and says which.
  const script = `process.on('message', () => process.send(require('node:child_process').spawn('sleep', ['60']).pid)); process.send(0)`
  child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true })
  await once(child, 'message')
})
afterEach(async () => {
  child.kill('SIGKILL')
  await once(child, 'exit')
})

/** As the kernel has it of a thread: proc_pid_stat(5). */
function scheduled(stat: string): { nice: number; policy: number } {
  return { nice: Number(statField(stat, 19)), policy: Number(statField(stat, 41)) }
}
const ofProcess = (pid: number) => scheduled(readFileSync(`/proc/${pid}/stat`, 'utf8'))
/** Nothing where the kernel does not group by sessions. */
const groupOf = (pid: number) => {
  const file = `/proc/${pid}/autogroup`
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

test('all threads of a process can be made to wait', () => {
  const pid = child.pid ?? 0
  letWait(pid)
  const threads = readdirSync(`/proc/${pid}/task`)
  expect(threads.length).toBeGreaterThan(1)
  const policies = threads.map((id) => scheduled(readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8')).policy)
  expect(new Set(policies)).toEqual(new Set([batch]))
})

test('a process that goes first, which only root may ask for, does not make those it starts go first', async () => {
  const pid = child.pid ?? 0
  putFirst(pid)
  const isRoot = process.getuid?.() === 0
  expect(ofProcess(pid).nice).toBe(isRoot ? constants.priority.PRIORITY_HIGH : 0)
  if (isRoot && groupOf(pid) !== undefined) expect(groupOf(pid)).toMatch(/ nice -10$/m)
  const said = once(child, 'message')
  child.send('start')
  const [started] = (await said) as [number]
  expect(ofProcess(started).nice).toBe(0)
  process.kill(started, 'SIGKILL')
})

test('a process that gets what others leave does so beyond its own session, where the kernel counts by sessions', () => {
  const before = groupOf(process.pid)
  const pid = child.pid ?? 0
  putLast(pid)
  expect(ofProcess(pid).nice).toBe(constants.priority.PRIORITY_LOW)
  if (before !== undefined) expect(groupOf(pid)).toMatch(/ nice 19$/m)
  expect(groupOf(process.pid)).toBe(before)
})

test('a process that is no more is nobody to be put first or last', () => {
  expect(() => putFirst(2 ** 22 + 1)).not.toThrow()
  expect(() => putLast(2 ** 22 + 1)).not.toThrow()
})
