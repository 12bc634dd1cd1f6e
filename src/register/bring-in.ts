import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { UserError } from '../user-error.ts'
import {
  type ActivateOptions,
  activate,
  activeId,
  activeSnapshot,
  type EnsureClips,
  snapshotIds,
  wasActivated,
} from './active.ts'
import type { Limits } from './checks.ts'
import { writeDurably } from './durable.ts'
import { shownAddress } from './edition/download.ts'
import { addressOf, type StagedEdition, type StageOptions, stageEdition, stageFiles } from './edition/source.ts'
import { type Imported, type ImportProgress, type ImportSource, importSnapshot } from './import.ts'
import { withLock } from './lock.ts'
import { readReport } from './report.ts'
import type { SnapshotInfo } from './snapshot-file.ts'

/** A folder, an https address, or files given one by one. */
export type Origin = string | { readonly voters: string; readonly stations: string; readonly manifest?: string }

export interface BringInOptions extends Omit<StageOptions, 'known'>, ActivateOptions {
  readonly limits: Limits
  readonly newKey?: boolean
  /** Import an edition that was brought in from this source last time, too. */
  readonly again?: boolean
}

/** The edition a source had last time, so that it is not imported every night. */
interface Memory {
  /** Hash of the source's address, which may hold a password. */
  readonly source: string
  readonly stamp: string
  /** Id of the snapshot made of it. */
  readonly snapshot: string
}

/**
 * Brings an edition of the voter list in: stages, verifies, imports, checks and activates it. One at a time; whatever
 * fails or is cut off where, the active snapshot stays the active one.
 * @returns what is active now; nothing when the source still has the edition it had last time
 * @throws UserError saying what was refused and why; the report says more
 */
export async function bringIn(
  origin: Origin,
  options: BringInOptions,
  ensureClips: EnsureClips,
  progress: (at: ImportProgress) => void,
): Promise<SnapshotInfo | undefined> {
  const { folder } = options
  const work = async () => {
    const memory = typeof origin === 'string' && !options.again ? await recall(folder, origin) : undefined
    const stage: StageOptions = { ...options, ...(memory ? { known: memory.stamp } : {}) }
    const edition = typeof origin === 'string' ? await stageEdition(origin, stage) : await stageFiles(origin, stage)
    if (!edition) {
      // It was red, or its clips failed, or the process was killed before it got there.
      const waits = memory && (await isWaiting(folder, memory.snapshot))
      return waits ? await activate(folder, memory.snapshot, ensureClips, options) : undefined
    }
    try {
      const imported = await importEdition(origin, edition, options, progress)
      if (typeof origin === 'string' && edition.stamp !== undefined) {
        await remember(folder, { source: nameOf(origin), stamp: edition.stamp, snapshot: imported.id })
      }
      return await activate(folder, imported.id, ensureClips, options)
    } finally {
      await edition.release()
    }
  }
  try {
    return await withLock(folder, 'import', work, {
      wait: false,
      busy: 'Another import of the voter list is running. Wait until it has ended and try again.',
    })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOSPC' && code !== 'SQLITE_FULL') throw error
    throw new UserError(`There is no room in ${folder} for the voter list. Free some disk and import again.`, {
      cause: error,
    })
  }
}

function importEdition(
  origin: Origin,
  { voters, stations, manifest, signedBy }: StagedEdition,
  { folder, now, limits, newKey, election }: BringInOptions,
  progress: (at: ImportProgress) => void,
): Promise<Imported> {
  const source: ImportSource = {
    votersCsv: voters,
    stationsCsv: stations,
    origin: typeof origin === 'string' ? filesIn(origin, voters, stations) : origin,
    ...{ folder, now, limits },
    ...(newKey ? { newKey } : {}),
  }
  if (!manifest) {
    return importSnapshot({ ...source, edition: election === undefined ? undefined : { election } }, progress)
  }
  if (signedBy !== undefined) mustBeNewer(folder, new Date(manifest.asOf))
  return importSnapshot(
    {
      ...source,
      asOf: new Date(manifest.asOf),
      edition: { id: manifest.id, election: manifest.election, ...(signedBy === undefined ? {} : { signedBy }) },
      rows: { voters: manifest.voters.rows, stations: manifest.stations.rows },
    },
    progress,
  )
}

/** The files of a source as people know them; the copies have the same names. */
function filesIn(source: string, voters: string, stations: string): { voters: string; stations: string } {
  const inPlace = (file: string) =>
    source.includes('://') ? shownAddress(addressOf(source), basename(file)) : join(source, basename(file))
  return { voters: inPlace(voters), stations: inPlace(stations) }
}

/** A genuine signature on an old list would otherwise bring yesterday's stations back. */
function mustBeNewer(folder: string, asOf: Date): void {
  let active: Date | undefined
  try {
    const info = activeSnapshot(folder)
    // The time of one that wasn't signed is only when it was imported.
    if (info && readReport(folder, info.id).edition?.signedBy !== undefined) active = info.asOf
  } catch (error) {
    // A damaged one is what an import is to replace.
    if (!(error instanceof UserError)) throw error
  }
  if (active && asOf < active) {
    throw new UserError(
      `The edition is as of ${asOf.toISOString()}, older than the active one (${active.toISOString()}). ` +
        'To go back on purpose, use npx dobush register rollback.',
    )
  }
}

/** Whether a snapshot has yet to be activated. Once it was, whoever went back from it meant to. */
async function isWaiting(folder: string, id: string): Promise<boolean> {
  return activeId(folder) === undefined || !(await wasActivated(folder, id))
}

function memoryFile(folder: string): string {
  return join(folder, 'source.json')
}

function nameOf(source: string): string {
  return createHash('sha256').update(source).digest('hex')
}

async function remember(folder: string, memory: Memory): Promise<void> {
  await writeDurably(memoryFile(folder), `${JSON.stringify(memory)}\n`)
}

/** Nothing when the source was another, or what was made of it is gone before it was ever of use. */
async function recall(folder: string, source: string): Promise<Memory | undefined> {
  let memory: Memory
  try {
    memory = JSON.parse(await readFile(memoryFile(folder), 'utf8')) as Memory
  } catch {
    return undefined
  }
  const isThere = (await snapshotIds(folder)).includes(memory.snapshot)
  if (memory.source !== nameOf(source) || (!isThere && (await isWaiting(folder, memory.snapshot)))) return undefined
  return memory
}
