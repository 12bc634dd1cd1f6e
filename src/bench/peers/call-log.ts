import Database from 'better-sqlite3'

/** What the peers keep of a call. */
export interface CallRow {
  readonly id: string
  readonly startedAt: string
  readonly station: string
}

export const callTable = 'CREATE TABLE call (id TEXT PRIMARY KEY, started_at TEXT, ended_at TEXT, station TEXT)'

/** The peers' lookup and call log, as the documentation of better-sqlite3 has it. */
export function openTables(votersFile: string, callsFile: string) {
  const voters = new Database(votersFile, { readonly: true })
  const calls = new Database(callsFile)
  calls.pragma('journal_mode = WAL')
  const select = voters.prepare<[string], { station: number }>('SELECT station FROM voter WHERE pin = ?')
  const insert = calls.prepare('INSERT INTO call (id, started_at, ended_at, station) VALUES (?, ?, ?, ?)')
  return {
    stationOf: (pin: string) => select.get(pin)?.station,
    write: ({ id, startedAt, station }: CallRow) => insert.run(id, startedAt, new Date().toISOString(), station),
    close() {
      voters.close()
      calls.close()
    },
  }
}
