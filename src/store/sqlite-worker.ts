// A thread that owns one connection to the hotline database and runs what it is sent: see worker-dialect.ts.
import { constants, setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { Answer, Place, Question } from './worker-dialect.ts'

/** Statements are few and fixed; what goes beyond came from a list of varying length. */
const statementsKept = 400

const { file, yields } = workerData as Place
// Linux means this thread by it, not the process.
if (yields) setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
const database = new Database(file, { timeout: 5000 })
// "Accepted" is said to the caller: it must outlive a power cut, which WAL alone doesn't promise.
database.pragma('synchronous = FULL')
database.pragma('foreign_keys = ON')
// What retention removes is personal: it must not stay readable in the free pages of the file.
database.pragma('secure_delete = ON')

const statements = new Map<string, Database.Statement<unknown[]>>()

function statementOf(sql: string): Database.Statement<unknown[]> {
  const known = statements.get(sql)
  if (known) return known
  if (statements.size === statementsKept) statements.clear()
  const made = database.prepare<unknown[]>(sql)
  statements.set(sql, made)
  return made
}

function run({ id, sql, parameters }: Question): Answer {
  try {
    const statement = statementOf(sql)
    if (statement.reader) return { id, rows: statement.all(...parameters) }
    const { changes } = statement.run(...parameters)
    return { id, rows: [], changes }
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    return { id, fault: { message, code } }
  }
}

parentPort?.on('message', (question: Question | 'close') => {
  if (question !== 'close') return parentPort?.postMessage(run(question))
  database.close()
  parentPort?.close()
})
