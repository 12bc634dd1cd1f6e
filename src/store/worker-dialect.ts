import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

/** A statement on its way to the thread, in the company of those that are asked in the same turn. */
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

/** What a thread opens, and how it behaves. */
export interface Place {
  /** Must exist. */
  readonly file: string
  /** Whether it lets everything else on the machine go first. */
  readonly yields: boolean
}

export interface WorkerOptions extends Place {
  /** How many, each with a connection of its own. */
  readonly threads: number
}

/**
 * SQLite in threads of its own. A commit waits for the disk, tens of milliseconds while a register is imported; calls
 * must not wait with it.
 * @param script compiled sqlite-worker.ts
 */
export function workerDialect(script: string, options: WorkerOptions): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createDriver: () => makeDriver(script, options),
  }
}

interface Thread extends DatabaseConnection {
  close(): Promise<void>
}

function startThread(script: string, place: Place): Thread {
  const asked = new Map<number, (answer: Answer) => void>()
  let worker: Worker | undefined
  let together: Question[] = []
  let closing = false
  let lastId = 0
  let broken: Error | undefined

  // Not before the first statement: Kysely doesn't end what it hasn't used.
  function start(): Worker {
    const started = new Worker(script, { workerData: place })
    // Only what is still to be answered keeps the process alive.
    started.unref()
    started.on('message', (answers: readonly Answer[]) => {
      for (const answer of answers) {
        asked.get(answer.id)?.(answer)
        asked.delete(answer.id)
      }
      if (asked.size === 0 && !closing) started.unref()
    })
    started.on('error', (error) => fail(error))
    started.on('exit', () => fail(new Error('The thread of the hotline database has ended')))
    return started
  }

  function fail(error: Error): void {
    broken ??= error
    for (const [id, settle] of asked) settle({ id, fault: { message: broken.message, code: undefined } })
    asked.clear()
  }

  function ask(sql: string, parameters: readonly unknown[]): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (broken) return reject(broken)
      worker ??= start()
      lastId += 1
      asked.set(lastId, resolve)
      // Behind all that this turn still asks: to wake a thread costs more than most statements.
      if (together.length === 0) process.nextTick(send, worker)
      together.push({ id: lastId, sql, parameters })
    })
  }

  function send(to: Worker): void {
    if (together.length === 0) return
    to.ref()
    to.postMessage(together)
    together = []
  }

  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const answer = await ask(sql, parameters)
      if ('fault' in answer) throw Object.assign(new Error(answer.fault.message), { code: answer.fault.code })
      const { rows, changes } = answer
      return { rows: rows as Row[], ...(changes === undefined ? {} : { numAffectedRows: BigInt(changes) }) }
    },
    // biome-ignore lint/correctness/useYield: nothing here streams, and the interface wants it
    async *streamQuery() {
      throw new Error('The hotline database does not stream')
    },
    async close() {
      if (broken || !worker) return
      closing = true
      worker.ref()
      send(worker)
      worker.postMessage('close')
      await once(worker, 'exit')
    },
  }
}

function makeDriver(script: string, { threads, ...place }: WorkerOptions): Driver {
  const all = Array.from({ length: threads }, () => startThread(script, place))
  // The one used last first: its pages are in memory, and a thread that is never needed is never started.
  const free = [...all]
  const waiting: ((connection: DatabaseConnection) => void)[] = []

  const say = async (connection: DatabaseConnection, sql: string) => {
    await connection.executeQuery(CompiledQuery.raw(sql))
  }
  return {
    async init() {},
    // Whoever has a connection has it alone, so a transaction keeps others of the same thread waiting.
    async acquireConnection() {
      return free.pop() ?? new Promise((resolve) => waiting.push(resolve))
    },
    async releaseConnection(connection) {
      const next = waiting.shift()
      if (next) next(connection)
      else free.push(connection as Thread)
    },
    // Immediate: a transaction that begins to write later fails where another process wrote in between. Not waited for:
    // it goes together with the first statement, which fails as it does.
    async beginTransaction(connection, { accessMode }) {
      say(connection, accessMode === 'read only' ? 'BEGIN' : 'BEGIN IMMEDIATE').catch(() => undefined)
    },
    commitTransaction: (connection) => say(connection, 'COMMIT'),
    rollbackTransaction: (connection) => say(connection, 'ROLLBACK'),
    async destroy() {
      for (const thread of all) await thread.close()
    },
  }
}
