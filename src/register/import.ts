import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { mendLetters } from '../domain/look-alikes.ts'
import { parsePin } from '../domain/pin.ts'
import type { Station } from '../domain/station.ts'
import { UserError } from '../user-error.ts'
import { snapshotIds } from './active.ts'
import { find, judge, type Limits, makeTally, type Tally } from './checks.ts'
import { activeForComparison, comparable } from './compare.ts'
import { RowFault, readRows } from './csv-rows.ts'
import { publish } from './durable.ts'
import { describeEdits, readEdits } from './edits.ts'
import { keepReport, type Report } from './report.ts'
import { metaKeys, readInfoOf, readMetaOf, type SnapshotInfo, schema, snapshotPath } from './snapshot-file.ts'
import { isSpeakable, normaliseText } from './text.ts'
import { keyCheck, makeTokens, newKey, removeKeysExcept } from './tokens.ts'
import { gatherVoters, statusCodes, unpackFact, type VoterRows, type VoterStatus } from './voter-rows.ts'

export interface ImportSource {
  readonly votersCsv: string
  readonly stationsCsv: string
  /** The register's folder, where the snapshot goes. */
  readonly folder: string
  readonly now: Date
  /** The moment the list describes; without it `now`. */
  readonly asOf?: Date
  readonly edition?: Report['edition']
  /** What people know the two files as, when these are copies. */
  readonly origin?: { readonly voters: string; readonly stations: string }
  /** Rows the manifest counts, without headers. */
  readonly rows?: { readonly voters: number; readonly stations: number }
  readonly limits: Limits
  /** Tokens are made under a key of its own, and the old key goes with the last snapshot that needs it. */
  readonly newKey?: boolean
}

/** How far an import is. `share` is 0 to 1 of the step. */
export interface ImportProgress {
  readonly step: 'reading stations' | 'reading voters' | 'writing' | 'checking'
  readonly share: number
}

export interface Imported extends SnapshotInfo {
  readonly report: Report
}

const rowsPerInsert = 16

/**
 * Makes a new snapshot of two CSV files: voters (pin, station, status) and stations (number, region, address_ky,
 * address_ru); other columns are ignored. Its report is kept beside it; it is not active yet. Takes seconds to minutes
 * and keeps its thread busy: run it in a process of its own, and one at a time (see `withLock`).
 * @throws UserError with file and line when no snapshot can be made; only a report is left behind then
 */
export async function importSnapshot(source: ImportSource, progress: (at: ImportProgress) => void): Promise<Imported> {
  const { folder, now } = source
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await sweep(folder)
  const id = `${now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${randomBytes(2).toString('hex')}`
  const report: Report = {
    id,
    at: now.toISOString(),
    asOf: (source.asOf ?? now).toISOString(),
    edition: source.edition,
    checks: [],
    edits: [],
  }
  try {
    return await makeSnapshot(source, report, progress)
  } catch (error) {
    await rm(partOf(folder, id), { force: true })
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'SQLITE_FULL') {
      throw new UserError(`There is no room in ${folder} for the snapshot. Free some disk and import again.`, {
        cause: error,
      })
    }
    if (!(error instanceof UserError)) throw error
    const refused = inPeoplesWords(error.message, source)
    await keepReport(folder, { ...report, refused })
    throw new UserError(refused, { cause: error.cause })
  }
}

/** Copies have names of their own, and are gone when the sentence is read. */
function inPeoplesWords(message: string, { votersCsv, stationsCsv, origin }: ImportSource): string {
  if (!origin) return message
  return message.replaceAll(votersCsv, origin.voters).replaceAll(stationsCsv, origin.stations)
}

async function makeSnapshot(
  source: ImportSource,
  blank: Report,
  progress: (at: ImportProgress) => void,
): Promise<Imported> {
  const { folder } = source
  const { id } = blank
  const active = activeForComparison(folder)
  const isSameElection = active?.election === source.edition?.election
  const tokens = makeTokens(active && !source.newKey ? active.key : await newKey(folder))
  const tally = makeTally()
  const stations = await readStationRows(source, tally, progress)
  // Another election has another list, and the sample is nobody's.
  const before = comparable(isSameElection ? active : undefined, tokens)
  try {
    const voters = gatherVoters(tokens)
    await readVoterRows(source, stations, voters, tally, before.ask, progress)

    const temporary = partOf(folder, id)
    const occupied = write(temporary, stations, voters, tally, progress, (counts) => ({
      id,
      'made-at': blank.at,
      'as-of': blank.asOf,
      stations: String(stations.size),
      duplicates: String(tally.duplicates.count),
      conflicts: String(tally.conflicts.count),
      'key-check': keyCheck(tokens),
      ...counts,
    }))
    const report = {
      ...blank,
      checks: judge(
        tally,
        [...stations.keys()].filter((number) => !occupied.has(number)),
        before.with(temporary),
        source.limits,
      ),
      edits: describeEdits(readEdits(folder), id, [...stations.values()]),
    }
    progress({ step: 'checking', share: 1 })
    await chmod(temporary, 0o400)
    // The report first: a snapshot without one can't be judged, so there must be none.
    await keepReport(folder, report)
    await publish(temporary, snapshotPath(folder, id))
    return { ...readInfoOf(snapshotPath(folder, id)), report }
  } finally {
    before.close()
  }
}

function partOf(folder: string, id: string): string {
  return join(folder, `.snapshot-${id}.part`)
}

/** Removes what imports that were killed left behind, and keys whose last snapshot is gone. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^(\.snapshot-.*\.part(-journal)?|report-.*\.json\.part)$/.test(name))
      await rm(join(folder, name), { force: true })
  }
  try {
    const checks = (await snapshotIds(folder)).map((id) => readMetaOf(snapshotPath(folder, id), 'key-check'))
    await removeKeysExcept(folder, checks)
  } catch (error) {
    // A snapshot that can't be read might need any of them.
    if (!(error instanceof UserError)) throw error
  }
}

async function readStationRows(
  { stationsCsv, rows: promised }: ImportSource,
  tally: Tally,
  progress: (at: ImportProgress) => void,
): Promise<ReadonlyMap<number, Station>> {
  const stations = new Map<number, Station>()
  const seen = new Set<string>()
  const read = await readRows({
    file: stationsCsv,
    columns: ['number', 'region', 'address_ky', 'address_ru'],
    onRow: (cells, line) => {
      const [number = '', region, ky = '', ru = ''] = cells.map(normaliseText)
      if (!/^[1-9][0-9]{3}$/.test(number))
        throw new RowFault("the station's number is not four digits, the first 1 to 9")
      if (region !== number[0])
        throw new RowFault(`the region is not ${number[0]}, the first digit of station ${number}`)
      if (seen.has(number)) throw new RowFault(`station ${number} is there twice`)
      seen.add(number)
      const silent = [ky, ru].findIndex((address) => !isSpeakable(address))
      if (silent >= 0) {
        find(tally.missingAddresses, () => `station ${number} has none in address_${silent === 0 ? 'ky' : 'ru'}`)
        return
      }
      if (cells.some((cell) => mendLetters(cell) !== cell.normalize('NFC'))) {
        find(tally.lookAlikes, () => `station ${number}, line ${line}`)
      }
      stations.set(Number(number), { number, address: { ky, ru } })
    },
    onFault: (line, reason) => find(tally.badStationRows, () => `line ${line}: ${reason}`),
    onBytes: (done, size) => progress({ step: 'reading stations', share: done / size }),
  })
  tally.stationRows = read.rows
  if (read.endsOpen) find(tally.cutOff, () => 'stations: the last line has no end')
  mustCount('stations', read.rows, promised?.stations)
  return stations
}

async function readVoterRows(
  { votersCsv, rows: promised }: ImportSource,
  stations: ReadonlyMap<number, Station>,
  voters: VoterRows,
  tally: Tally,
  ask: ((pin: string, station: number) => void) | undefined,
  progress: (at: ImportProgress) => void,
): Promise<void> {
  const read = await readRows({
    file: votersCsv,
    columns: ['pin', 'station', 'status'],
    onRow: ([pinText = '', stationText = '', statusText = ''], line) => {
      const pin = parsePin(pinText.trim())
      if (pin === undefined) throw new RowFault('the PIN is not 14 digits')
      const status = statusText.trim()
      if (!isStatus(status)) throw new RowFault(`the status is not one of ${Object.keys(statusCodes).join(', ')}`)
      const station = stationOf(stationText.trim(), status)
      if (station !== 0 && !stations.has(station)) {
        tally.unknownStations.set(station, (tally.unknownStations.get(station) ?? 0) + 1)
      }
      voters.add(pin, station, status, line)
      ask?.(pin, station)
    },
    onFault: (line, reason) => find(tally.badVoterRows, () => `line ${line}: ${reason}`),
    onBytes: (done, size) => progress({ step: 'reading voters', share: done / size }),
  })
  tally.voterRows = read.rows
  if (read.endsOpen) find(tally.cutOff, () => 'voters: the last line has no end')
  mustCount('voters', read.rows, promised?.voters)
}

function mustCount(what: string, rows: number, promised: number | undefined): void {
  if (promised !== undefined && rows !== promised) {
    throw new UserError(`The manifest counts ${promised} ${what}, the file has ${rows}. Export and sign it again.`)
  }
}

function isStatus(text: string): text is VoterStatus {
  return Object.hasOwn(statusCodes, text)
}

/** Someone who is not listed for want of biometrics may have no station yet; anyone else must have one. */
function stationOf(text: string, status: VoterStatus): number {
  if (text === '' && status === 'no-biometry') return 0
  if (!/^[1-9][0-9]{3}$/.test(text)) throw new RowFault('the station is not four digits')
  return Number(text)
}

/** @returns the stations somebody is listed at */
function write(
  file: string,
  stations: ReadonlyMap<number, Station>,
  voters: VoterRows,
  tally: Tally,
  progress: (at: ImportProgress) => void,
  meta: (counts: Record<string, string>) => Record<string, string>,
): ReadonlySet<number> {
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
    for (const { number, address } of stations.values())
      addStation.run(Number(number), Number(number[0]), address.ky, address.ru)

    const votersAt = new Map<number, number>()
    let stored = 0
    let noBiometry = 0
    const insert = batchInsert(database)
    voters.sorted({
      onVoter: (place, fact) => {
        insert.add(place, fact)
        const { station, status } = unpackFact(fact)
        votersAt.set(station, (votersAt.get(station) ?? 0) + 1)
        stored += 1
        if (status === statusCodes['no-biometry']) noBiometry += 1
        if (stored % 50_000 === 0) progress({ step: 'writing', share: stored / voters.count })
      },
      onDuplicate: ({ lines }) => find(tally.duplicates, () => `lines ${lines.join(', ')}`),
      onConflict: ({ lines, stations: named }) =>
        find(
          tally.conflicts,
          () => `lines ${lines.join(', ')}: stations ${named.map((each) => each || 'none').join(', ')}`,
        ),
    })
    insert.rest()

    const regions: Record<string, number> = {}
    for (const [station, count] of votersAt) {
      const region = Math.floor(station / 1000)
      regions[region] = (regions[region] ?? 0) + count
    }
    const values = meta({
      voters: String(stored),
      'no-biometry': String(noBiometry),
      regions: JSON.stringify(regions),
    })
    const addMeta = database.prepare('INSERT INTO meta VALUES (?, ?)')
    for (const key of metaKeys) addMeta.run(key, values[key])
    database.exec('COMMIT')
    progress({ step: 'checking', share: 0 })
    const check = database.pragma('quick_check', { simple: true })
    if (check !== 'ok') throw new UserError(`${file} was not written whole. Check the disk and import again.`)
    return new Set(votersAt.keys())
  } finally {
    database.close()
  }
}

/** Inserts voters several at a time: half the cost of one by one. */
function batchInsert(database: Database.Database) {
  const statement = (rows: number) =>
    database.prepare(`INSERT INTO voter VALUES ${Array.from({ length: rows }, () => '(?, ?)').join(', ')}`)
  const many = statement(rowsPerInsert)
  let waiting: (bigint | number)[] = []
  const run = (insert: Database.Statement, values: readonly (bigint | number)[]) => {
    try {
      insert.run(...values)
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_CONSTRAINT_PRIMARYKEY') throw error
      throw new UserError(
        'Two PINs have the same token, which happens once in a million imports. Import with --new-key.',
      )
    }
  }
  return {
    add(place: bigint, fact: number): void {
      waiting.push(place, fact)
      if (waiting.length < 2 * rowsPerInsert) return
      run(many, waiting)
      waiting = []
    },
    rest(): void {
      if (waiting.length > 0) run(statement(waiting.length / 2), waiting)
    },
  }
}
