import { fork } from 'node:child_process'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { putBehind } from '../scheduling.ts'

/** A statement on its way to the worker, in the company of those that are asked in the same turn. */
export interface Question {
  readonly id: number
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** What it came to. */
export type Answer =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly changes?: number }
  | { readonly id: number; readonly fault: Fault }

export interface Fault {
  readonly message: string
  readonly code: string | undefined
}

/** What runs sqlite-worker.ts. */
export interface SqliteWorker {
  post(message: readonly Question[] | 'close'): void
  /** Whether this process waits for it. */
  hold(isWaitedFor: boolean): void
  onAnswers(take: (answers: readonly Answer[]) => void): void
  /** Resolves when it has ended, however that came. */
  readonly ended: Promise<Error>
}

/** A thread takes less to start and to ask; a process lets calls go first. */
export type WorkerKind = 'thread' | 'process'

/**
 * @param script compiled sqlite-worker.ts
 * @param file the database; must exist
 */
export function startWorker(kind: WorkerKind, script: string, file: string): SqliteWorker {
  return kind === 'thread' ? startThread(script, file) : startProcess(script, file)
}

/** Of what dies young in the thread, in MB, twice. */
const threadRoom = 4

function startThread(script: string, file: string): SqliteWorker {
  // V8's flags are those of all threads: the 64 MB that calls want (setup/application-process.ts) would fill here, over 50,000 of
  // them. There is no way to say it of one thread, whose `resourceLimits` the process's flags overrule; threads that run already keep what
  // they began with.
  for (const flag of ['min', 'max']) setFlagsFromString(`--${flag}-semi-space-size=${threadRoom}`)
  const thread = new Worker(script, { workerData: file })
  return {
    post: (message) => thread.postMessage(message),
    hold: (isWaitedFor) => (isWaitedFor ? thread.ref() : thread.unref()),
    onAnswers: (take) => void thread.on('message', take),
    ended: endOf(thread, 'thread'),
  }
}

/** A thread that searches would be part of this process, whose session goes before those of calls. */
function startProcess(script: string, file: string): SqliteWorker {
  const child = fork(script, [file], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Bytes stay bytes.
    serialization: 'advanced',
    detached: true,
  })
  if (child.pid !== undefined) putBehind(child.pid)
  return {
    // Where it has ended, that is what fails the question.
    post: (message) => void child.send(message, () => undefined),
    hold(isWaitedFor) {
      for (const each of [child, child.channel]) isWaitedFor ? each?.ref() : each?.unref()
    },
    onAnswers: (take) => void child.on('message', (answers) => take(answers as readonly Answer[])),
    ended: endOf(child, 'process'),
  }
}

function endOf(worker: NodeJS.EventEmitter, kind: WorkerKind): Promise<Error> {
  return new Promise((resolve) => {
    worker.on('error', resolve)
    worker.on('exit', () => resolve(new Error(`The ${kind} of the hotline database has ended`)))
  })
}
