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
  child = spawn(process.execPath, ['-e', 'process.on("message", () => 0); process.send(0)'], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    detached: true,
  })
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

test('a process that goes first, which only root may ask for, does so beyond its own session', () => {
  const pid = child.pid ?? 0
  putFirst(pid)
  const isRoot = process.getuid?.() === 0
  expect(ofProcess(pid).nice).toBe(isRoot ? constants.priority.PRIORITY_HIGH : 0)
  if (isRoot && groupOf(pid) !== undefined) expect(groupOf(pid)).toMatch(/ nice -10$/m)
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
