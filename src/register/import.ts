import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { parsePin } from '../domain/pin.ts'
import { UserError } from '../user-error.ts'
import { RowFault, readRows } from './csv-rows.ts'
import { publish } from './durable.ts'
import { metaKeys, openSnapshot, readInfo, type SnapshotInfo, schema, snapshotPath } from './snapshot-file.ts'
import { normaliseText } from './text.ts'
import { ensureKey, keyCheck, makeTokens } from './tokens.ts'
import { gatherVoters, type Repeats, statusCodes, type VoterRows, type VoterStatus } from './voter-rows.ts'

export interface ImportSource {
  readonly votersCsv: string
  readonly stationsCsv: string
  /** The register's folder, where the snapshot goes. */
  readonly folder: string
  readonly now: Date
}

/** How far an import is. `share` is 0 to 1 of the step. */
export interface ImportProgress {
  readonly step: 'reading stations' | 'reading voters' | 'writing' | 'checking'
  readonly share: number
}

interface StationRow {
  readonly number: number
  readonly region: number
  readonly ky: string
  readonly ru: string
}

const partFile = /^\.snapshot-.*\.([0-9]+)\.part$/

/**
 * Makes a new snapshot of two CSV files: voters (pin, station, status) and stations (number, region, address_ky,
 * address_ru); other columns are ignored. The snapshot is not active yet. Takes seconds to minutes and keeps its
 * thread busy: run it in a process of its own.
 * @throws UserError with file and line when a row can't be used; nothing is left behind then
 */
export async function importSnapshot(
  source: ImportSource,
  progress: (at: ImportProgress) => void,
): Promise<SnapshotInfo> {
  const { folder, now } = source
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await sweep(folder)
  const tokens = makeTokens(await ensureKey(folder))
  const stations = await readStationRows(source.stationsCsv, progress)
  const voters = gatherVoters(tokens)
  await readVoterRows(source.votersCsv, stations, voters, progress)

  const id = `${now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${randomBytes(2).toString('hex')}`
  const file = snapshotPath(folder, id)
  const temporary = join(folder, `.snapshot-${id}.${process.pid}.part`)
  try {
    write(temporary, stations, voters, progress, (repeats, stored, noBiometry) => ({
      id,
      'made-at': now.toISOString(),
      voters: String(stored),
      stations: String(stations.size),
      'no-biometry': String(noBiometry),
      duplicates: String(repeats.duplicates),
      conflicts: String(repeats.conflicts),
      'key-check': keyCheck(tokens),
    }))
    await chmod(temporary, 0o600)
    await publish(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'SQLITE_FULL') {
      throw new UserError(`There is no room in ${folder} for the snapshot. Free some disk and import again.`, {
        cause: error,
      })
    }
    throw error
  }
  const database = openSnapshot(file)
  try {
    return readInfo(database)
  } finally {
    database.close()
  }
}

/** Removes what imports that were killed left behind; another one that is running keeps its file. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = partFile.exec(name)?.[1]
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true })
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function readStationRows(
  file: string,
  progress: (at: ImportProgress) => void,
): Promise<ReadonlyMap<number, StationRow>> {
  const stations = new Map<number, StationRow>()
  await readRows({
    file,
    columns: ['number', 'region', 'address_ky', 'address_ru'],
    onRow: (cells) => {
      const [text = '', region, ky = '', ru = ''] = cells.map(normaliseText)
      if (!/^[1-9][0-9]{3}$/.test(text)) throw new RowFault("the station's number is not four digits, the first 1 to 9")
      const number = Number(text)
      if (region !== text[0]) throw new RowFault(`the region is not ${text[0]}, the first digit of station ${text}`)
      if (stations.has(number)) throw new RowFault(`station ${text} is there twice`)
      for (const [column, address] of [
        ['address_ky', ky],
        ['address_ru', ru],
      ] as const) {
        if (!/\p{L}/u.test(address)) throw new RowFault(`station ${text} has no address in ${column}`)
        if (address.includes('\ufffd')) throw new RowFault(`${column} is not UTF-8`)
      }
      stations.set(number, { number, region: Number(region), ky, ru })
    },
    onBytes: (read, size) => progress({ step: 'reading stations', share: read / size }),
  })
  return stations
}

async function readVoterRows(
  file: string,
  stations: ReadonlyMap<number, StationRow>,
  voters: VoterRows,
  progress: (at: ImportProgress) => void,
): Promise<void> {
  await readRows({
    file,
    columns: ['pin', 'station', 'status'],
    onRow: (cells) => {
      const [pinText = '', stationText = '', status = ''] = cells.map((cell) => cell.trim())
      const pin = parsePin(pinText)
      if (pin === undefined) throw new RowFault('the PIN is not 14 digits')
      if (!isStatus(status)) throw new RowFault(`the status is not one of ${Object.keys(statusCodes).join(', ')}`)
      voters.add(pin, stationOf(stationText, status, stations), status)
    },
    onBytes: (read, size) => progress({ step: 'reading voters', share: read / size }),
  })
}

function isStatus(text: string): text is VoterStatus {
  return Object.hasOwn(statusCodes, text)
}

/** Someone who is not listed for want of biometrics may have no station yet; anyone else must have one that exists. */
function stationOf(text: string, status: VoterStatus, stations: ReadonlyMap<number, StationRow>): number {
  if (text === '' && status === 'no-biometry') return 0
  if (!/^[1-9][0-9]{3}$/.test(text)) throw new RowFault('the station is not four digits')
  if (!stations.has(Number(text))) throw new RowFault(`station ${text} is not in the list of stations`)
  return Number(text)
}

function write(
  file: string,
  stations: ReadonlyMap<number, StationRow>,
  voters: VoterRows,
  progress: (at: ImportProgress) => void,
  meta: (repeats: Repeats, stored: number, noBiometry: number) => Record<string, string>,
): void {
  const database = new Database(file)
  try {
    // The file is nobody's until it is renamed: a crash before that loses nothing, so it needs no journal on disk.
    // (better-sqlite3 opens defensively, which makes SQLite ignore OFF.)
    database.pragma('journal_mode = MEMORY')
    database.pragma('synchronous = OFF')
    database.pragma('locking_mode = EXCLUSIVE')
    database.exec(schema)
    database.exec('BEGIN')
    const addStation = database.prepare('INSERT INTO station VALUES (?, ?, ?, ?)')
    for (const { number, region, ky, ru } of stations.values()) addStation.run(number, region, ky, ru)
    const addVoter = database.prepare('INSERT INTO voter VALUES (?, ?, ?)')
    let stored = 0
    let noBiometry = 0
    const repeats = voters.sorted((token, station, status) => {
      addVoter.run(token, station === 0 ? null : station, status)
      stored += 1
      if (status === statusCodes['no-biometry']) noBiometry += 1
      if (stored % 50_000 === 0) progress({ step: 'writing', share: stored / voters.count })
    })
    const values = meta(repeats, stored, noBiometry)
    const addMeta = database.prepare('INSERT INTO meta VALUES (?, ?)')
    for (const key of metaKeys) addMeta.run(key, values[key])
    database.exec('COMMIT')
    progress({ step: 'checking', share: 0 })
    const check = database.pragma('quick_check', { simple: true })
    if (check !== 'ok') throw new UserError(`${file} was not written whole. Check the disk and import again.`)
    progress({ step: 'checking', share: 1 })
  } finally {
    database.close()
  }
}
