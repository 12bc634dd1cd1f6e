import { type FSWatcher, mkdirSync, watch } from 'node:fs'
import type Database from 'better-sqlite3'
import { type Pin, parsePin } from '../domain/pin.ts'
import type { Station } from '../domain/station.ts'
import type { Lookup, VoterDirectory } from '../domain/voter.ts'
import type { Log } from '../log.ts'
import { activeId, keyFor } from './active.ts'
import { openSnapshot, readInfo, readMeta, readStations, type SnapshotInfo, snapshotPath } from './snapshot-file.ts'
import { makeTokens } from './tokens.ts'
import { statusCodes } from './voter-rows.ts'

/** The voter directory of this machine, and what the rest of the line needs to know of it. */
export interface RegisterDirectory extends VoterDirectory {
  /**
   * Opens the active snapshot when it is another than the one open. When it can't be opened, the old one goes on
   * answering.
   * @returns whether another one answers now
   */
  reload(): boolean
  /** From now on reloads within about a second of a change, and tells of it. Ends with `close`. */
  watch(onSwap: (snapshot: SnapshotInfo) => void): void
  /** The snapshot that answers; nothing when there is none. */
  snapshot(): SnapshotInfo | undefined
  stations(): readonly Station[]
  close(): void
}

interface Open {
  readonly info: SnapshotInfo
  readonly stations: ReadonlyMap<number, Station>
  find(pin: Pin): { station: number | null; status: number } | undefined
  close(): void
}

const pollMs = 1000

/** Opens the active snapshot of a register's folder; without one, or with a broken one, every answer is `unavailable`. */
export function openVoterDirectory(folder: string, log?: Log): RegisterDirectory {
  let open: Open | undefined
  let watcher: FSWatcher | undefined
  let poll: NodeJS.Timeout | undefined
  let lastFault = ''
  let closed = false

  // A fault that lasts is met at every poll or lookup: said once is enough.
  function report(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    if (message === lastFault) return
    lastFault = message
    log?.error({ err: error, snapshot: open?.info.id }, 'the register can not be read')
  }

  function reload(): boolean {
    if (closed) return false
    try {
      const id = activeId(folder)
      if (id === undefined || id === open?.info.id) return false
      const next = openActive(folder, id)
      open?.close()
      open = next
      lastFault = ''
      return true
    } catch (error) {
      report(error)
      return false
    }
  }

  reload()
  return {
    findByPin(pin): Lookup {
      if (!open) return { kind: 'unavailable' }
      // The brand says so already, but a stranger's station is the one answer that must never be given.
      if (typeof pin !== 'string' || parsePin(pin) === undefined) return { kind: 'not-listed' }
      try {
        const row = open.find(pin)
        if (!row) return { kind: 'not-listed' }
        if (row.status === statusCodes['no-biometry']) return { kind: 'no-biometry' }
        const station = row.station === null ? undefined : open.stations.get(row.station)
        if (row.status !== statusCodes.listed || !station) return { kind: 'unavailable' }
        return { kind: 'found', station }
      } catch (error) {
        report(error)
        return { kind: 'unavailable' }
      }
    },

    reload,

    watch(onSwap) {
      if (closed || poll) return
      const look = () => {
        if (reload() && open) onSwap(open.info)
      }
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      // The watch is quick; the poll is for file systems that don't tell, and for a watch that breaks.
      watcher = watch(folder, { persistent: false }, look).on('error', () => watcher?.close())
      poll = setInterval(look, pollMs).unref()
      look()
    },

    snapshot: () => open?.info,
    stations: () => (open ? [...open.stations.values()] : []),

    close() {
      closed = true
      watcher?.close()
      clearInterval(poll)
      open?.close()
      open = undefined
    },
  }
}

function openActive(folder: string, id: string): Open {
  const database: Database.Database = openSnapshot(snapshotPath(folder, id))
  try {
    const info = readInfo(database)
    const tokens = makeTokens(keyFor(folder, readMeta(database)('key-check')))
    const select = database.prepare<[Buffer], { station: number | null; status: number }>(
      'SELECT station, status FROM voter WHERE token = ?',
    )
    return {
      info,
      stations: new Map(readStations(database).map((station) => [Number(station.number), station])),
      find: (pin) => select.get(tokens.of(pin)),
      close: () => database.close(),
    }
  } catch (error) {
    database.close()
    throw error
  }
}
