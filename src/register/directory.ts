import { type BigIntStats, type FSWatcher, mkdirSync, statSync, watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { type Pin, parsePin } from '../domain/pin.ts'
import type { Station } from '../domain/station.ts'
import type { Lookup, VoterDirectory } from '../domain/voter.ts'
import type { Log } from '../log.ts'
import { activeId, pointerFile } from './active.ts'
import {
  applyEdits,
  editsFile,
  inForce,
  readEdits,
  type StationEdit,
  type StationNow,
  type StationSeen,
  stationSeen,
} from './edits.ts'
import { openSnapshot, readInfo, readMeta, type SnapshotInfo, snapshotPath, stationSlices } from './snapshot-file.ts'
import { checkOf, makeTokens, placeOf, readKey } from './tokens.ts'
import { statusCodes, unpackFact } from './voter-rows.ts'

/** The voter directory of this machine, and what the rest of the line needs to know of it. */
export interface RegisterDirectory extends VoterDirectory {
  /**
   * Opens the active snapshot when it is another than the one open, and reads the edits anew when they changed. When
   * that can't be done, the old one goes on answering.
   * @returns whether another snapshot answers now
   */
  reload(): boolean
  /** From now on reloads within about a second of a change, and tells of it. Ends with `close`. */
  watch(onSwap: (snapshot: SnapshotInfo) => void): void
  /** The snapshot that answers; nothing when there is none. */
  snapshot(): SnapshotInfo | undefined
  /** As they are spoken, edits applied. */
  stations(): readonly Station[]
  /** @param number four digits */
  station(number: string): StationSeen | undefined
  /** Those that count with the snapshot that answers, oldest first. */
  edits(): readonly StationEdit[]
  close(): void
}

interface Open {
  readonly info: SnapshotInfo
  /** As the source has them. */
  readonly listed: readonly Station[]
  find(pin: Pin): { station: number; status: number } | undefined
  close(): void
}

const pollMs = 1000

/** Opens the active snapshot of a register's folder; without one, or with a broken one, every answer is `unavailable`. */
export function openVoterDirectory(folder: string, log?: Log): RegisterDirectory {
  let open: Open | undefined
  let stations: ReadonlyMap<number, StationNow> = new Map()
  let edits: readonly StationEdit[] = []
  let editsSeen = ''
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

  /** Reloads, leaving off at each `yield`. What answers changes only at the end, in one go. */
  function* reloading(): Generator<void, boolean> {
    if (closed) return false
    try {
      const id = activeId(folder)
      if (id === undefined) return false
      const stamp = stampOf(editsFile(folder))
      if (open?.info.id === id && stamp === editsSeen) return false
      const nextEdits = readEdits(folder)
      const next = open?.info.id === id ? open : yield* openActive(folder, id)
      const before = open
      stations = applyEdits(next.listed, nextEdits, id)
      edits = nextEdits
      editsSeen = stamp
      open = next
      lastFault = ''
      if (next !== before) before?.close()
      return next !== before
    } catch (error) {
      report(error)
      return false
    }
  }

  function reload(): boolean {
    const steps = reloading()
    for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value
  }

  /** Lets calls have their turn between the steps. */
  async function reloadGently(): Promise<boolean> {
    const steps = reloading()
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done) return step.value
      await nextTurn()
      if (closed) {
        steps.return(false)
        return false
      }
    }
  }

  function answer(pin: Pin): Lookup {
    const row = open?.find(pin)
    if (!row) return { kind: 'not-listed' }
    if (row.status === statusCodes['no-biometry']) return { kind: 'no-biometry' }
    const now = stations.get(row.station)
    if (row.status !== statusCodes.listed || !now) return { kind: 'unavailable' }
    return { kind: now.kind === 'closed' ? 'station-closed' : 'found', station: now.station }
  }

  reload()
  return {
    findByPin(pin) {
      if (!open) return { kind: 'unavailable' }
      // The brand says so already, but a stranger's station is the one answer that must never be given.
      if (typeof pin !== 'string' || parsePin(pin) === undefined) return { kind: 'not-listed' }
      try {
        return answer(pin)
      } catch (error) {
        report(error)
        return { kind: 'unavailable' }
      }
    },

    asOf: () => open?.info.asOf,

    reload,

    watch(onSwap) {
      if (closed || poll) return
      let looking = false
      let seen: string | undefined
      const look = async () => {
        // What changes meanwhile is seen by the next poll.
        if (looking) return
        looking = true
        // In another thread, and without opening anything: a disk that is busy with an import may hold up either.
        const now = await stampsOf([pointerFile(folder), editsFile(folder)])
        if (now !== seen) {
          if ((await reloadGently()) && open) onSwap(open.info)
          // What could not be read is tried again.
          seen = lastFault === '' ? now : undefined
        }
        looking = false
      }
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      // The watch is quick; the poll is for file systems that don't tell, and for a watch that breaks.
      watcher = watch(folder, { persistent: false }, look).on('error', () => watcher?.close())
      poll = setInterval(look, pollMs).unref()
      void look()
    },

    snapshot: () => open?.info,
    station(number) {
      const listed = open?.listed.find((station) => station.number === number)
      const now = stations.get(Number(number))
      return open && listed && now && stationSeen(listed, now, edits, open.info.id)
    },
    edits: () => (open ? inForce(edits, open.info.id) : []),
    stations: () => (open ? [...stations.values()].map(({ station }) => station) : []),

    close() {
      closed = true
      watcher?.close()
      clearInterval(poll)
      open?.close()
      open = undefined
    },
  }
}

/** Changes with every change of a small file; empty while there is none. */
function stampOf(file: string): string {
  return stampFrom(statSync(file, { bigint: true, throwIfNoEntry: false }))
}

async function stampsOf(files: readonly string[]): Promise<string> {
  const found = await Promise.all(files.map((file) => stat(file, { bigint: true }).catch(() => undefined)))
  return found.map(stampFrom).join()
}

function stampFrom(found: BigIntStats | undefined): string {
  return found ? `${found.ino} ${found.mtimeNs} ${found.size}` : ''
}

/** Opens a snapshot in steps of about a millisecond. */
function* openActive(folder: string, id: string): Generator<void, Open> {
  const database: Database.Database = openSnapshot(snapshotPath(folder, id))
  let isWhole = false
  try {
    const info = readInfo(database)
    const tokens = makeTokens(readKey(folder, readMeta(database)('key-check')))
    const select = database.prepare<[bigint], number>('SELECT fact FROM voter WHERE place = ?').pluck()
    const listed: Station[] = []
    for (const slice of stationSlices(database)) {
      listed.push(...slice)
      yield
    }
    isWhole = true
    return {
      info,
      listed,
      find: (pin) => {
        const token = tokens.of(pin)
        const fact = select.get(placeOf(token))
        if (fact === undefined) return undefined
        const { check, station, status } = unpackFact(fact)
        return check === checkOf(token) ? { station, status } : undefined
      },
      close: () => database.close(),
    }
  } finally {
    if (!isWhole) database.close()
  }
}
