import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Command } from '../command.ts'
import { runCommand } from '../run-command.ts'
import { letWait } from '../scheduling.ts'
import { UserError } from '../user-error.ts'
import { mustBeFree } from './ports.ts'
import { statField } from './process-stat.ts'
import type { SwitchFiles } from './render-dialplan.ts'

const readyWithinMs = 30_000
const stopWithinMs = 5_000
/** Longer than any question the dialplan asks by itself, with the apology after it. */
const finishWithinMs = 60_000

export interface AsteriskProcess {
  readonly pid: number
  /** Resolves with how it ended (`code 1`, `SIGKILL`), whoever ended it. */
  readonly exited: Promise<string>
  /** SIGTERM, and after 5 s SIGKILL. Resolves when it is gone. */
  stop(): Promise<void>
  /** Stops once the calls in progress are over, after 60 s in any case. New ones are refused with 503 from now on. */
  finish(): Promise<void>
}

/**
 * Starts Asterisk in the foreground; resolves when ARI answers. An Asterisk that an earlier, killed start left
 * running on these files is stopped first.
 * @throws UserError for a taken port, or where it ends or does not answer within 30 s
 */
export async function startAsterisk(
  asterisk: Command,
  files: SwitchFiles,
  options: { onExit?: (how: string) => void } = {},
): Promise<AsteriskProcess> {
  await stopLeftover(files)
  await checkPorts(files)
  await rm(files.logFile, { force: true })
  const child = spawnPrivate(asterisk, ['-f', '-C', files.configFile])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-10_000)
    })
  }
  let ended: string | undefined
  const exited = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('exit', (code, signal) => resolve(signal ?? `code ${code}`))
  })
  void exited.then((how) => {
    ended = how
  })
  const stop = () => stopChild(child, exited)
  const finish = async () => {
    // Comes back when the last call is over. Where it fails, it took too long, or nobody is left to wait for.
    await runCommand(asterisk, ['-C', files.configFile, '-rx', 'core stop gracefully'], '', finishWithinMs).catch(
      () => undefined,
    )
    await stop()
  }
  if (child.pid !== undefined) await writeFile(files.pidFile, `${child.pid}`, { mode: 0o600 })

  const deadline = performance.now() + readyWithinMs
  for (let pause = 25; !(await answers(files)); pause = Math.min(pause * 1.5, 250)) {
    if (ended !== undefined || performance.now() > deadline) {
      await stop()
      const what = ended === undefined ? 'does not answer' : `ended at once (${ended})`
      throw new UserError(`Asterisk ${what}: read ${files.logFile} and start again. ${await lastWords(files, output)}`)
    }
    await Promise.race([delay(pause), exited])
  }
  void exited.then((how) => options.onExit?.(how))
  const pid = child.pid ?? 0
  // Not before: Asterisk gives itself the usual policy as it starts.
  letWait(pid)
  return { pid, exited, stop, finish }
}

/** What Asterisk writes (recordings, log, database) is for this user alone. */
function spawnPrivate(command: Command, args: readonly string[]): ChildProcess {
  const before = process.umask(0o077)
  try {
    return spawn(command.file, [...command.args, ...args], {
      env: { ...process.env, ...command.env, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Not in the terminal's group: Ctrl-C reaches the supervisor, which ends things in order.
      detached: true,
    })
  } finally {
    process.umask(before)
  }
}

async function stopChild(child: ChildProcess, exited: Promise<string>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
  child.kill('SIGTERM')
  await exited
  clearTimeout(timer)
}

async function answers(files: SwitchFiles): Promise<boolean> {
  const sign = Buffer.from(`${files.ariUser}:${files.ariPassword}`).toString('base64')
  try {
    const response = await fetch(`${files.ariUrl}/ari/asterisk/ping`, {
      headers: { authorization: `Basic ${sign}` },
      signal: AbortSignal.timeout(2000),
    })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

async function lastWords(files: SwitchFiles, output: string): Promise<string> {
  const log = await readFile(files.logFile, 'utf8').catch(() => '')
  return `Its last words:\n${`${log}${output}`.trim().split('\n').slice(-8).join('\n')}`
}

/** Ends the Asterisk named in the pid file, if that process still is one that runs on this very configuration. */
async function stopLeftover(files: SwitchFiles): Promise<void> {
  const pid = Number(await readFile(files.pidFile, 'utf8').catch(() => ''))
  if (!Number.isInteger(pid) || pid <= 1) return
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  if (commandLine.split('\0').includes(files.configFile)) {
    process.kill(pid, 'SIGTERM')
    for (let waited = 50; await holdsPorts(pid); waited += 50) {
      if (waited === stopWithinMs) process.kill(pid, 'SIGKILL')
      await delay(50)
    }
  }
  await rm(files.pidFile, { force: true })
}

/**
 * A process that ends loses its command line first, then its sockets. Its first thread may be a zombie before that: the
 * sockets are all threads' until the last has ended.
 */
async function holdsPorts(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const state = statField(stat, 3)
  if (!state || state === 'X') return false
  const threads = Number(statField(stat, 20))
  return state !== 'Z' || threads > 1
}

async function checkPorts(files: SwitchFiles): Promise<void> {
  await mustBeFree('udp', files.sip, 'Asterisk needs for SIP calls', 'asterisk.sipPort')
  await mustBeFree('tcp', files.http, 'Asterisk needs for ARI', 'asterisk.httpPort')
  await mustBeFree('tcp', files.ami, 'Asterisk needs for AMI', 'asterisk.amiPort')
}
