import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../user-error.ts'
import { readRows } from '../csv-rows.ts'
import { type FileRole, fileNames, type Manifest, parseManifest } from './manifest.ts'
import { hashFile, stampFile } from './staged-copy.ts'

const columns = { voters: ['pin', 'station', 'status'], stations: ['number', 'region', 'address_ky', 'address_ru'] }

/**
 * Describes the edition in a folder: hashes its two files and counts their rows as an import does.
 * @returns the manifest, not signed yet
 * @throws UserError when a file is missing, twice there, or can't be read as CSV
 */
export async function makeManifest({
  folder,
  id,
  election,
  asOf,
}: {
  folder: string
  id: string
  election: string
  /** ISO 8601 with a zone. */
  asOf: string
}): Promise<Manifest> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`${folder} can't be read (${error.code}). Name the folder that holds the export.`, {
      cause: error,
    })
  })
  return parseManifest(
    JSON.stringify({
      id,
      election,
      asOf,
      voters: await describe(folder, names, 'voters'),
      stations: await describe(folder, names, 'stations'),
    }),
    join(folder, 'manifest.json'),
  )
}

async function describe(folder: string, names: readonly string[], role: FileRole): Promise<Manifest[FileRole]> {
  const [name, second] = fileNames[role].filter((one) => names.includes(one))
  if (name === undefined) throw new UserError(`${folder} holds no ${role}.csv, ${role}.csv.gz or ${role}.csv.zst.`)
  if (second !== undefined) throw new UserError(`${folder} holds both ${name} and ${second}. Leave only one.`)
  const file = join(folder, name)
  const before = await stampFile(file)
  const { rows } = await readRows({ file, columns: columns[role], onRow: () => {}, onFault: () => {} })
  const sha256 = await hashFile(file)
  if (before !== (await stampFile(file))) throw new UserError(`${file} changed while it was read. Sign it again.`)
  return { name, rows, sha256 } as Manifest[FileRole]
}
