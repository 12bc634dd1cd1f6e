import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

// Linux's own tool, among Debian's essential packages. Where it is not allowed what it is asked for, the line works all the same.
const chrt = (...args: readonly string[]) => spawnSync('chrt', args, { stdio: 'ignore' }).status === 0

/**
 * Gives all threads of a process the policy for what need not run the moment it wakes; no privilege is needed. A call's thread wakes a
 * hundred times a second, for a few microseconds each: to wait until whoever runs has done what it woke for costs less than to take
 * its place. Later threads inherit it.
 */
export function letWait(pid: number): void {
  chrt('--all-tasks', '--batch', '--pid', '0', `${pid}`)
}

/** The nice value of a session that gets some tenth as much of a full machine as others do. */
const sessionBehind = 10

/**
 * Lets a process come behind calls, for what a person waits for, with all it starts; no privilege is needed.
 * @param pid leads a session: was started `detached`. Where Linux shares a full machine out by sessions first, a nice value counts only
 *   within one: sched(7), "The autogroup feature"
 */
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
