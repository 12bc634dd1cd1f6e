import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../user-error.ts'
import { type ActivateOptions, activate, activeId, activeSnapshot, type EnsureClips } from './active.ts'
import type { Limits } from './checks.ts'
import { writeDurably } from './durable.ts'
import { type Imported, type ImportProgress, importSnapshot } from './import.ts'
import { readJournal } from './journal.ts'
import { withLock } from './lock.ts'
import { isRed } from './report.ts'
import { type StagedEdition, type StageOptions, stageEdition, stageFiles } from './source.ts'

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
  /** Id of the snapshot made of it, when its checks were red. */
  readonly refused?: string
}

/**
 * Brings an edition of the voter list in: stages, verifies, imports, checks and activates it. One at a time; whatever
 * fails or is cut off where, the active snapshot stays the active one.
 * @returns nothing when the source still has the edition it had last time
 * @throws UserError saying what was refused and why; the report says more
 */
export async function bringIn(
  origin: Origin,
  options: BringInOptions,
  ensureClips: EnsureClips,
  progress: (at: ImportProgress) => void,
): Promise<Imported | undefined> {
  const { folder } = options
  const work = async () => {
    const memory = typeof origin === 'string' && !options.again ? await recall(folder, origin) : undefined
    const stage: StageOptions = { ...options, ...(memory ? { known: memory.stamp } : {}) }
    const edition = typeof origin === 'string' ? await stageEdition(origin, stage) : await stageFiles(origin, stage)
    if (!edition) {
      // Red as it was: the override, if there is to be one, is an activation and no import.
      if (memory?.refused !== undefined && !(await wasActivated(folder, memory.refused))) {
        await activate(folder, memory.refused, ensureClips, options)
      }
      return undefined
    }
    try {
      const imported = await importEdition(edition, options, progress)
      const red = isRed(imported.report)
      if (typeof origin === 'string' && edition.stamp !== undefined && red) {
        await remember(folder, { source: nameOf(origin), stamp: edition.stamp, refused: imported.id })
      }
      await activate(folder, imported.id, ensureClips, options)
      if (typeof origin === 'string' && edition.stamp !== undefined) {
        await remember(folder, { source: nameOf(origin), stamp: edition.stamp })
      }
      return imported
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
  { voters, stations, manifest, signedBy }: StagedEdition,
  { folder, now, limits, newKey }: BringInOptions,
  progress: (at: ImportProgress) => void,
): Promise<Imported> {
  const files = { votersCsv: voters, stationsCsv: stations, folder, now, limits, ...(newKey ? { newKey } : {}) }
  if (!manifest) return importSnapshot(files, progress)
  mustBeNewer(folder, new Date(manifest.asOf))
  return importSnapshot(
    {
      ...files,
      asOf: new Date(manifest.asOf),
      edition: { id: manifest.id, election: manifest.election, signedBy: signedBy ?? 'nobody' },
      rows: { voters: manifest.voters.rows, stations: manifest.stations.rows },
    },
    progress,
  )
}

/** A genuine signature on an old list would otherwise bring yesterday's stations back. */
function mustBeNewer(folder: string, asOf: Date): void {
  let active: Date | undefined
  try {
    active = activeSnapshot(folder)?.asOf
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

/** Once it was overridden, whoever went back from it meant to. */
async function wasActivated(folder: string, refused: string): Promise<boolean> {
  if (activeId(folder) === refused) return true
  const journal = await readJournal(folder)
  return journal.some(({ what, snapshot }) => what === 'activate-overridden' && snapshot === refused)
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

/** Nothing when the source was another, or nothing was activated since. */
async function recall(folder: string, source: string): Promise<Memory | undefined> {
  try {
    const memory = JSON.parse(await readFile(memoryFile(folder), 'utf8')) as Memory
    return memory.source === nameOf(source) && (memory.refused !== undefined || activeId(folder) !== undefined)
      ? memory
      : undefined
  } catch {
    return undefined
  }
}
