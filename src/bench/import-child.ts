// Imports an edition as `dobush register import` does, but for the clips, and tells how much memory that took.
import { readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { loadConfig } from '../config.ts'
import { bringIn } from '../register/bring-in.ts'
import { UserError } from '../user-error.ts'

/** What the child is told on its command line, as JSON. */
export interface ImportOrder {
  /** Folder of the edition. */
  readonly source: string
  /** The register's folder. */
  readonly folder: string
  /** File of the public key that may sign. */
  readonly key: string
  /** Yields to everything else, as the command does. */
  readonly yields?: boolean
  /** Snapshots to keep; without it 3. */
  readonly keep?: number
}

/** What it says on standard output. */
export interface ImportSaid {
  readonly id: string
  readonly voters: number
  readonly peakMB: number
}

async function importOnce(): Promise<ImportSaid> {
  const { source, folder, key, yields = false, keep = 3 } = JSON.parse(process.argv[2] ?? '{}') as ImportOrder
  if (yields) setPriority(constants.priority.PRIORITY_LOW)
  const limits = loadConfig(() => new Date()).register.checks
  const imported = await bringIn(
    source,
    { folder, keys: [key], trusted: false, limits, keep, now: new Date(), again: true, by: 'the benchmark' },
    async () => undefined,
    () => undefined,
  )
  if (!imported) throw new Error('nothing was imported')
  // Not the process's own maxRSS: that one begins with what its parent had when it was forked.
  const peakKB = Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
  return { id: imported.id, voters: imported.voters, peakMB: (peakKB * 1024) / 1e6 }
}

try {
  process.stdout.write(`${JSON.stringify(await importOnce())}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof UserError ? error.message : error}\n`)
  process.exitCode = 1
}
