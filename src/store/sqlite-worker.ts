// A thread or a process that owns one connection to the hotline database and runs what it is sent: see start-worker.ts.
import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { Answer, Fault, Question } from './start-worker.ts'
import { keptStatements } from './statements.ts'

const file: string = workerData ?? process.argv[2]
const database = new Database(file, { timeout: 5000 })
// "Accepted" is said to the caller: it must outlive a power cut, which WAL alone doesn't promise.
database.pragma('synchronous = FULL')
database.pragma('foreign_keys = ON')
// What retention removes is personal: it must not stay readable in the free pages of the file.
database.pragma('secure_delete = ON')

const statementOf = keptStatements(database)

/**
 * What the transaction failed of. Until it is rolled back every statement in it fails of the same, as in PostgreSQL: on a
 * full disk SQLite rolls back by itself, and what was asked behind the failure would each be committed alone.
 */
let failure: Fault | undefined

function run({ id, sql, parameters }: Question): Answer {
  if (sql === 'ROLLBACK') {
    failure = undefined
    if (!database.inTransaction) return { id, rows: [] }
  }
  if (failure) return { id, fault: failure }
  const isWithin = database.inTransaction || sql.startsWith('BEGIN')
  try {
    const statement = statementOf(sql)
    if (statement.reader) return { id, rows: statement.all(...parameters) }
    const { changes } = statement.run(...parameters)
    return { id, rows: [], changes }
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    const fault = { message, code }
    if (isWithin) failure = fault
    return { id, fault }
  }
}

const answer = (answers: readonly Answer[]) => (parentPort ? parentPort.postMessage(answers) : process.send?.(answers))

const owner = parentPort ?? process
owner.on('message', (questions: readonly Question[] | 'close') => {
  if (questions !== 'close') return answer(questions.map(run))
  database.close()
  if (parentPort) parentPort.close()
  else process.disconnect()
})
// Whoever asked may be gone without a word.
process.once('disconnect', () => process.exit())
