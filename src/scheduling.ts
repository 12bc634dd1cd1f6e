import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/**
 * Gives all threads of a process the policy for what need not run the moment it wakes; no privilege is needed. A call's thread wakes a
 * hundred times a second, for a few microseconds each: to wait until whoever runs has done what it woke for costs less than to take
 * its place. Later threads inherit it.
 */
export function letWait(pid: number): void {
  // Linux's own tool, among Debian's essential packages. Where it is not allowed what it is asked for, the line works all the same.
  spawnSync('chrt', ['--all-tasks', '--batch', '--pid', '0', `${pid}`], { stdio: 'ignore' })
}

/** Nice values of a session that gets some ten times as much of a full machine as others do, and of one that gets some tenth. */
const sessionFirst = -10
const sessionBehind = 10

/**
 * Lets a process go before all others, for what stands for machines of its own, as a benchmark's telephones; only root may have it so.
 * @param pid leads a session: was started `detached`. Where Linux shares a full machine out by sessions first, a nice value counts only
 *   within one: sched(7), "The autogroup feature"
 */
export function putFirst(pid: number): void {
  place(pid, constants.priority.PRIORITY_HIGH, sessionFirst)
}

/** The other way, for what a person waits for while there are calls, with all it starts; no privilege is needed. */
export function putBehind(pid: number): void {
  place(pid, sessionBehind, sessionBehind)
}

/** The same, for what nobody waits for: it gets what calls leave. */
export function putLast(pid: number): void {
  place(pid, constants.priority.PRIORITY_LOW, constants.priority.PRIORITY_LOW)
}

/** @param nice of its first thread */
function place(pid: number, nice: number, sessionNice: number): void {
  try {
    setPriority(pid, nice)
    writeFileSync(`/proc/${pid}/autogroup`, `${sessionNice}`)
  } catch {
    // Not allowed, or it has ended meanwhile, or this kernel doesn't group.
  }
}
