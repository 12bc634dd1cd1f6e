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

/** A statement on its way to the thread. */
export interface Question {
  readonly id: number
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** What it came to. */
export type Answer =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly changes?: number }
  | { readonly id: number; readonly fault: { readonly message: string; readonly code: string | undefined } }

/**
 * SQLite in a thread of its own. A commit waits for the disk, tens of milliseconds while a register is imported; calls
 * must not wait with it.
 * @param script compiled sqlite-worker.ts
 * @param file must exist
 */
export function workerDialect(script: string, file: string): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createDriver: () => makeDriver(script, file),
  }
}

function makeDriver(script: string, file: string): Driver {
  const asked = new Map<number, (answer: Answer) => void>()
  let worker: Worker | undefined
  let lastId = 0
  let broken: Error | undefined

  // Not before the first statement: Kysely doesn't end what it hasn't used.
  function start(): Worker {
    const started = new Worker(script, { workerData: { file } })
    // Only what is still to be answered keeps the process alive.
    started.unref()
    started.on('message', (answer: Answer) => {
      asked.get(answer.id)?.(answer)
      asked.delete(answer.id)
      if (asked.size === 0) started.unref()
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
      worker.ref()
      worker.postMessage({ id: lastId, sql, parameters } satisfies Question)
    })
  }

  const connection: DatabaseConnection = {
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
  }

  // The thread has one connection, so a transaction keeps everybody else waiting.
  let turn = Promise.resolve()
  let leave = () => {}

  const say = async (sql: string) => {
    await connection.executeQuery(CompiledQuery.raw(sql))
  }
  return {
    async init() {},
    async acquireConnection() {
      const before = turn
      let done = () => {}
      turn = new Promise((resolve) => {
        done = resolve
      })
      await before
      leave = done
      return connection
    },
    async releaseConnection() {
      leave()
    },
    beginTransaction: () => say('BEGIN'),
    commitTransaction: () => say('COMMIT'),
    rollbackTransaction: () => say('ROLLBACK'),
    async destroy() {
      if (broken || !worker) return
      worker.ref()
      worker.postMessage('close')
      await once(worker, 'exit')
    },
  }
}
