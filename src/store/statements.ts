import type Database from 'better-sqlite3'

/** Statements are few and fixed; what goes beyond came from a list of varying length. */
const statementsKept = 400

/** Prepares each statement of a connection once. */
export function keptStatements(database: Database.Database): (sql: string) => Database.Statement<unknown[]> {
  const statements = new Map<string, Database.Statement<unknown[]>>()
  return (sql) => {
    const known = statements.get(sql)
    if (known) return known
    if (statements.size === statementsKept) statements.clear()
    const made = database.prepare<unknown[]>(sql)
    statements.set(sql, made)
    return made
  }
}
