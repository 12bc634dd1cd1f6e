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
import { type Answer, type Question, type SqliteWorker, startWorker, type WorkerKind } from './start-worker.ts'

export interface WorkerOptions {
  /** Must exist. */
  readonly file: string
  readonly kind: WorkerKind
  /** How many, each with a connection of its own. */
  readonly count: number
}

/**
 * SQLite in threads or processes of its own. A commit waits for the disk, tens of milliseconds while a register is imported; calls
 * must not wait with it.
 * @param script compiled sqlite-worker.ts
 */
export function workerDialect(script: string, options: WorkerOptions): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createDriver: () => makeDriver(() => connect(options.kind, script, options.file), options.count),
  }
}

interface Connection extends DatabaseConnection {
  /** Its worker has ended, and with it whatever it was in the middle of. */
  readonly isBroken: boolean
  close(): Promise<void>
}

function connect(kind: WorkerKind, script: string, file: string): Connection {
  const asked = new Map<number, (answer: Answer) => void>()
  let worker: SqliteWorker | undefined
  let together: Question[] = []
  let closing = false
  let lastId = 0
  let broken: Error | undefined

  // Not before the first statement: Kysely doesn't end what it hasn't used.
  function start(): SqliteWorker {
    const started = startWorker(kind, script, file)
    // Only what is still to be answered keeps the process alive.
    started.hold(false)
    started.onAnswers((answers) => {
      for (const answer of answers) {
        asked.get(answer.id)?.(answer)
        asked.delete(answer.id)
      }
      if (asked.size === 0 && !closing) started.hold(false)
    })
    void started.ended.then(fail)
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
      // Behind all that this turn still asks: to wake a worker costs more than most statements.
      if (together.length === 0) process.nextTick(send, worker)
      together.push({ id: lastId, sql, parameters })
    })
  }

  function send(to: SqliteWorker): void {
    if (together.length === 0) return
    to.hold(true)
    to.post(together)
    together = []
  }

  return {
    get isBroken() {
      return broken !== undefined
    },
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
      worker.hold(true)
      send(worker)
      worker.post('close')
      await worker.ended
    },
  }
}

function makeDriver(open: () => Connection, count: number): Driver {
  const all = new Set(Array.from({ length: count }, open))
  // The one used last first: its pages are in memory, and a worker that is never needed is never started.
  const free = [...all]
  const waiting: ((connection: DatabaseConnection) => void)[] = []

  /** Nothing but what was being done is lost with a worker. */
  const wholeOf = (connection: Connection): Connection => {
    if (!connection.isBroken) return connection
    all.delete(connection)
    const another = open()
    all.add(another)
    return another
  }
  const say = async (connection: DatabaseConnection, sql: string) => {
    await connection.executeQuery(CompiledQuery.raw(sql))
  }
  return {
    async init() {},
    // Whoever has a connection has it alone, so a transaction keeps others of the same worker waiting.
    async acquireConnection() {
      const connection = free.pop()
      return connection ? wholeOf(connection) : new Promise((resolve) => waiting.push(resolve))
    },
    async releaseConnection(connection) {
      const next = waiting.shift()
      if (next) next(wholeOf(connection as Connection))
      else free.push(connection as Connection)
    },
    // Immediate: a transaction that begins to write later fails where another process wrote in between. Not waited for:
    // it goes together with the first statement, which fails as it does.
    async beginTransaction(connection, { accessMode }) {
      say(connection, accessMode === 'read only' ? 'BEGIN' : 'BEGIN IMMEDIATE').catch(() => undefined)
    },
    commitTransaction: (connection) => say(connection, 'COMMIT'),
    rollbackTransaction: (connection) => say(connection, 'ROLLBACK'),
    async destroy() {
      for (const connection of all) await connection.close()
    },
  }
}
