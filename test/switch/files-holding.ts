import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Files below a folder, links aside, that hold a text in any of the ways a program may have written it. */
export async function filesHolding(folder: string, text: string): Promise<string[]> {
  const needles = [Buffer.from(text), Buffer.from(text, 'utf16le'), Buffer.from(text).toString('base64').slice(0, -4)]
  if (/^\d+$/.test(text)) {
    const number = Buffer.alloc(8)
    number.writeBigInt64BE(BigInt(text))
    // SQLite keeps a number of this size in its last six or eight bytes.
    needles.push(number.subarray(2))
  }
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const bytes = await readFile(file)
    if (needles.some((needle) => bytes.includes(needle))) found.push(file)
  }
  return found
}
