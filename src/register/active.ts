import { existsSync, readFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Station } from '../domain/station.ts'
import { UserError } from '../user-error.ts'
import { writeDurably } from './durable.ts'
import {
  openSnapshot,
  readInfo,
  readMeta,
  readStations,
  type SnapshotInfo,
  snapshotIdOf,
  snapshotPath,
} from './snapshot-file.ts'
import { keyCheck, keyFile, makeTokens, readKey, type TokenKey } from './tokens.ts'

export interface ActivateOptions {
  /** How many snapshots to keep, the active one among them; at least 1. */
  readonly keep: number
  readonly now: Date
}

export function pointerFile(folder: string): string {
  return join(folder, 'active.json')
}

/**
 * Makes a snapshot the one the line answers from, by replacing one small file; then deletes the oldest beyond
 * `keep`. Goes back to an older snapshot just the same.
 * @param ensureClips renders what the line needs to speak of these stations; while it fails, the old one stays active
 * @throws UserError when there is no such snapshot or it can't be used with this register's key
 */
export async function activate(
  folder: string,
  id: string,
  ensureClips: (stations: readonly Station[]) => Promise<void>,
  { keep, now }: ActivateOptions,
): Promise<SnapshotInfo> {
  if (snapshotIdOf(`snapshot-${id}.sqlite`) === undefined || !existsSync(snapshotPath(folder, id))) {
    const known = await snapshotIds(folder)
    const choice = known.length > 0 ? `There are ${known.join(', ')}.` : 'Import one first.'
    throw new UserError(`There is no snapshot "${id}" in ${folder}. ${choice}`)
  }
  const { info, stations } = look(folder, id)
  await ensureClips(stations)
  await writeDurably(pointerFile(folder), `${JSON.stringify({ id, activatedAt: now.toISOString() })}\n`)
  const older = (await snapshotIds(folder)).filter((other) => other !== id)
  for (const other of older.slice(0, Math.max(0, older.length - (keep - 1)))) {
    await rm(snapshotPath(folder, other), { force: true })
  }
  return info
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

/**
 * The register's key, seen to be the one a snapshot was made with: under another key nobody would be listed.
 * @throws UserError when it is missing or another
 */
export function keyFor(folder: string, snapshotCheck: string): TokenKey {
  const key = readKey(folder)
  if (!key) throw new UserError(`${keyFile(folder)} is missing. Put it back, or import the voter list again.`)
  if (keyCheck(makeTokens(key)) !== snapshotCheck) {
    throw new UserError(`${keyFile(folder)} is not the key of this snapshot. Put the right one back, or import again.`)
  }
  return key
}

function look(folder: string, id: string): { info: SnapshotInfo; stations: readonly Station[] } {
  const database = openSnapshot(snapshotPath(folder, id))
  try {
    keyFor(folder, readMeta(database)('key-check'))
    return { info: readInfo(database), stations: readStations(database) }
  } finally {
    database.close()
  }
}

function idIn(text: string): string | undefined {
  try {
    const { id } = JSON.parse(text) as { id?: unknown }
    return typeof id === 'string' ? snapshotIdOf(`snapshot-${id}.sqlite`) : undefined
  } catch {
    return undefined
  }
}
