import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { benchScript, type Finished, runChild } from './children.ts'
import type { Edition } from './edition.ts'
import type { Ground } from './ground.ts'
import type { ImportOrder, ImportSaid } from './import-child.ts'

// Far above what any import takes, so that nothing hangs for ever.
const longestImportSeconds = 900

export interface OwnImport extends ImportSaid {
  readonly seconds: number
}

/** Our whole import, in a process of its own, timed from its start to its end. */
export async function importOurs(
  ground: Ground,
  edition: Edition,
  folder: string,
  { signal, ...options }: Pick<ImportOrder, 'yields' | 'keep'> & { readonly signal?: AbortSignal } = {},
): Promise<OwnImport> {
  const order: ImportOrder = { source: edition.folder, folder, key: edition.key, ...options }
  const { seconds, output } = await runChild(process.execPath, [benchScript('import-child'), JSON.stringify(order)], {
    env: { ...process.env, DOBUSH_HOME: ground.folder },
    withinSeconds: longestImportSeconds,
    ...(signal ? { signal } : {}),
  })
  return { ...(JSON.parse(output) as ImportSaid), seconds }
}

/** The same file into a bare table by SQLite's own tool, timed from its start to its end. */
export async function importRaw({ sqlite }: Ground, edition: Edition, database: string): Promise<Finished> {
  await mkdir(dirname(database), { recursive: true })
  await rm(database, { force: true })
  const table = 'CREATE TABLE voter (pin INTEGER PRIMARY KEY, station INTEGER, status TEXT, birth_date TEXT)'
  return runChild(
    sqlite.file,
    [...sqlite.args, '-bail', database, table, '.import --csv --skip 1 voters.csv voter'],
    // Its name is given without a folder, which may have a space in it.
    { cwd: edition.folder, env: { ...process.env, ...sqlite.env }, withinSeconds: longestImportSeconds },
  )
}

/** The register and the bare table that the import leaves to the lookup; made here when the import was left out. */
export interface Imported {
  readonly registerFolder: string
  readonly rawDatabase: string
}

export async function ensureImported(ground: Ground, edition: Edition): Promise<Imported> {
  const imported = importedBelow(ground)
  if (!existsSync(imported.registerFolder)) await importOurs(ground, edition, imported.registerFolder)
  if (!existsSync(imported.rawDatabase)) await importRaw(ground, edition, imported.rawDatabase)
  return imported
}

export function importedBelow({ folder }: Ground): Imported {
  return { registerFolder: join(folder, 'imported'), rawDatabase: join(folder, 'raw', 'voters.sqlite') }
}
