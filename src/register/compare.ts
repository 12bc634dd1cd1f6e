import Database from 'better-sqlite3'
import { UserError } from '../user-error.ts'
import { activeSnapshot } from './active.ts'
import type { Comparison } from './checks.ts'
import { readReport } from './report.ts'
import { openSnapshot, readInfo, readMetaOf, readStations, type SnapshotInfo, withSnapshot } from './snapshot-file.ts'
import { checkOf, keyCheck, makeTokens, placeOf, readKey, type TokenKey, type Tokens } from './tokens.ts'
import { unpackFact } from './voter-rows.ts'

/** The active snapshot, ready to be compared with one being made. */
export interface Comparable {
  /**
   * Must be told every voter read when the new snapshot has a key of its own: then tokens can't be compared, and each
   * voter is looked up under the old key instead, which takes longer. Nothing otherwise.
   */
  readonly ask: ((pin: string, station: number) => void) | undefined
  /** @param file the new snapshot, whole */
  with(file: string): Comparison | undefined
  close(): void
}

interface Active {
  readonly info: SnapshotInfo
  /** Nothing when nobody said. */
  readonly election: string | undefined
  readonly key: TokenKey
}

/** The active snapshot and its key; nothing when there is none that can be read: an import must mend that, too. */
export function activeForComparison(folder: string): Active | undefined {
  try {
    const info = activeSnapshot(folder)
    if (!info) return undefined
    const { edition } = readReport(folder, info.id)
    return { info, election: edition?.election, key: readKey(folder, readMetaOf(info.file, 'key-check')) }
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

export function comparable(active: Active | undefined, tokens: Tokens): Comparable {
  if (!active) return { ask: undefined, with: () => undefined, close: () => {} }
  const { info } = active
  const old = openSnapshot(info.file)
  const oldTokens = makeTokens(active.key)
  let common = 0
  let moved = 0
  let ask: Comparable['ask']
  if (keyCheck(oldTokens) !== keyCheck(tokens)) {
    const select = old.prepare<[bigint], number>('SELECT fact FROM voter WHERE place = ?').pluck()
    ask = (pin, station) => {
      const token = oldTokens.of(pin)
      const fact = select.get(placeOf(token))
      if (fact === undefined) return
      const before = unpackFact(fact)
      if (before.check !== checkOf(token)) return
      common += 1
      if (before.station !== station && before.station !== 0) moved += 1
    }
  }

  return {
    ask,
    with(file) {
      if (!ask) ({ common, moved } = joined(file, info.file))
      return withSnapshot(file, (fresh) => {
        const now = readInfo(fresh)
        const regions = new Set([...Object.keys(info.regions), ...Object.keys(now.regions)])
        return {
          voters: { before: info.voters, now: now.voters },
          regions: new Map(
            [...regions].map((region) => [
              region,
              { before: info.regions[region] ?? 0, now: now.regions[region] ?? 0 },
            ]),
          ),
          moved,
          removed: Math.max(0, info.voters - common),
          stations: { before: readStations(old), now: readStations(fresh) },
        }
      })
    },
    close: () => old.close(),
  }
}

/** Both tables lie in the order of their places, so SQLite walks through them side by side. */
function joined(file: string, active: string): { common: number; moved: number } {
  const database = new Database(file, { readonly: true })
  try {
    database.prepare('ATTACH ? AS old').run(active)
    return (
      database
        .prepare<[], { common: number; moved: number }>(
          // A fact's lowest 14 bits are the station, those above the 16th the check: see voter-rows.ts.
          `SELECT count(*) AS common,
                coalesce(sum((now.fact & 16383) <> (was.fact & 16383) AND (was.fact & 16383) <> 0), 0) AS moved
         FROM main.voter AS now CROSS JOIN old.voter AS was ON was.place = now.place
         WHERE now.fact >> 16 = was.fact >> 16`,
        )
        .get() ?? { common: 0, moved: 0 }
    )
  } finally {
    database.close()
  }
}
