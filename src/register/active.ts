import { existsSync, readFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Station } from '../domain/station.ts'
import { UserError } from '../user-error.ts'
import { writeDurably } from './durable.ts'
import { applyEdits, confirmEdits, readEdits } from './edits.ts'
import { appendJournal, peopleToOverride, peopleWhoOverrode, personNamed, readJournal } from './journal.ts'
import { withLock } from './lock.ts'
import { isRed, type Report, readReport, reportFile, reportIds } from './report.ts'
import {
  readInfo,
  readMeta,
  readStations,
  type SnapshotInfo,
  snapshotIdOf,
  snapshotPath,
  withSnapshot,
} from './snapshot-file.ts'
import { readKey } from './tokens.ts'

/** Renders what the line needs to speak of a register: its stations' addresses and the day it describes. */
export type EnsureClips = (stations: readonly Station[], asOf: Date) => Promise<void>

export interface ActivateOptions {
  /** How many fit snapshots to keep, the active one among them; at least 1. */
  readonly keep: number
  readonly now: Date
  /** Who does it; nothing for the schedule. */
  readonly by?: string
  readonly reason?: string
}

const reportsKept = 60
const activations: ReadonlySet<string> = new Set(['activate', 'activate-overridden', 'roll-back'])

export function pointerFile(folder: string): string {
  return join(folder, 'active.json')
}

/**
 * Makes a snapshot the one the line answers from, by replacing one small file; then deletes the oldest beyond
 * `keep`. Goes back to an older snapshot just the same.
 * @param ensureClips while it fails, the old snapshot stays active
 * @throws UserError when there is no such snapshot, its report is red and not overridden, or its key is missing
 */
export async function activate(
  folder: string,
  id: string,
  ensureClips: EnsureClips,
  { keep, now, by, reason }: ActivateOptions,
): Promise<SnapshotInfo> {
  // Before anything is done: what can't be journalled must not happen.
  const who = personNamed(by ?? 'the schedule')
  await mustBeThere(folder, id)
  const report = readReport(folder, id)
  const red = isRed(report)
  const people = red ? await peopleWhoOverrode(folder, id) : []
  if (red && people.length < peopleToOverride) throw new UserError(refusalOf(report, people))
  const { info, stations } = look(folder, id)
  const isBack = await wasActivated(folder, id)
  const spoken = [...applyEdits(stations, readEdits(folder), id).values()].map(({ station }) => station)
  // The source's own addresses too: an edit may be withdrawn.
  await ensureClips([...new Set([...stations, ...spoken])], info.asOf)
  await withLock(folder, 'pointer', async () => {
    await writeDurably(pointerFile(folder), `${JSON.stringify({ id, activatedAt: now.toISOString() })}\n`)
    await confirmEdits(folder, id, stations)
    await removeOld(folder, id, keep)
  })
  await appendJournal(folder, {
    at: now.toISOString(),
    by: who,
    what: isBack ? 'roll-back' : red ? 'activate-overridden' : 'activate',
    snapshot: id,
    ...(reason === undefined ? {} : { reason }),
  })
  return info
}

function refusalOf({ id, checks }: Report, people: readonly string[]): string {
  const found = checks
    .filter(({ verdict }) => verdict === 'red')
    .map(({ count, what, examples: [first] }) => `${count} ${what}${first === undefined ? '' : ` (${first})`}`)
  const missing =
    people.length === 0 ? 'Two different people can' : `${people.join()} already has; one other person can`
  return (
    `The report of ${id} has red checks, so it is not activated: ${found.join('; ')}. See npx dobush register report ` +
    `${id}; correct the source. ${missing} override it with npx dobush register activate ${id} --override --by NAME --reason TEXT.`
  )
}

/**
 * The snapshot that was active before the active one, to go back to.
 * @throws UserError when none is left
 */
export async function previousId(folder: string): Promise<string> {
  const active = activeId(folder)
  const activated = await activatedIds(folder)
  const older = (await snapshotIds(folder)).filter((id) => active !== undefined && id < active && activated.has(id))
  const previous = older.at(-1)
  if (previous === undefined) throw new UserError(`There is no earlier snapshot in ${folder} to go back to.`)
  return previous
}

/** Whether a snapshot is the active one or was: one that an import left half-way never was. */
export async function wasActivated(folder: string, id: string): Promise<boolean> {
  return activeId(folder) === id || (await activatedIds(folder)).has(id)
}

async function activatedIds(folder: string): Promise<ReadonlySet<string | undefined>> {
  const journal = await readJournal(folder)
  return new Set(journal.filter(({ what }) => activations.has(what)).map(({ snapshot }) => snapshot))
}

/**
 * Id of the active snapshot; nothing when none ever was.
 * @throws UserError when the pointer is damaged
 */
export function activeId(folder: string): string | undefined {
  const file = pointerFile(folder)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const id = idIn(text)
  if (id === undefined) throw new UserError(`${file} is damaged. Activate a snapshot again.`)
  return id
}

/** @throws UserError when the active snapshot is missing or damaged */
export function activeSnapshot(folder: string): SnapshotInfo | undefined {
  const id = activeId(folder)
  return id === undefined ? undefined : look(folder, id).info
}

/** Ids of all snapshots that are there, oldest first. */
export async function snapshotIds(folder: string): Promise<string[]> {
  const names = existsSync(folder) ? await readdir(folder) : []
  return names.flatMap((name) => snapshotIdOf(name) ?? []).sort()
}

async function mustBeThere(folder: string, id: string): Promise<void> {
  if (snapshotIdOf(`snapshot-${id}.sqlite`) !== undefined && existsSync(snapshotPath(folder, id))) return
  const known = await snapshotIds(folder)
  const choice = known.length > 0 ? `There are ${known.join(', ')}.` : 'Import one first.'
  throw new UserError(`There is no snapshot "${id}" in ${folder}. ${choice}`)
}

/** Red snapshots are counted apart: a bad source must not push out what can be gone back to. */
async function removeOld(folder: string, active: string, keep: number): Promise<void> {
  const others = (await snapshotIds(folder)).filter((id) => id !== active).reverse()
  const fit = others.filter((id) => isFit(folder, id))
  const red = others.filter((id) => !fit.includes(id))
  for (const id of [...fit.slice(keep - 1), ...red.slice(keep)]) await rm(snapshotPath(folder, id), { force: true })
  const kept = await snapshotIds(folder)
  const reports = (await reportIds(folder)).filter((id) => !kept.includes(id))
  for (const id of reports.slice(0, -reportsKept)) await rm(reportFile(folder, id), { force: true })
}

function isFit(folder: string, id: string): boolean {
  try {
    return !isRed(readReport(folder, id))
  } catch (error) {
    if (error instanceof UserError) return false
    throw error
  }
}

function look(folder: string, id: string): { info: SnapshotInfo; stations: readonly Station[] } {
  return withSnapshot(snapshotPath(folder, id), (database) => {
    readKey(folder, readMeta(database)('key-check'))
    return { info: readInfo(database), stations: readStations(database) }
  })
}

function idIn(text: string): string | undefined {
  try {
    const { id } = JSON.parse(text) as { id?: unknown }
    return typeof id === 'string' ? snapshotIdOf(`snapshot-${id}.sqlite`) : undefined
  } catch {
    return undefined
  }
}
