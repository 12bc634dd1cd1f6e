import { join } from 'node:path'
import { print } from '../print.ts'
import { UserError } from '../user-error.ts'
import { writeEdition } from './edition.ts'
import type { Figures, Found, Sizes } from './figures.ts'
import { type Ground, onOwnGround } from './ground.ts'
import { printRows } from './print-rows.ts'
import { benchClips } from './register-clips.ts'
import { benchImport } from './register-import.ts'
import { benchLookup } from './register-lookup.ts'
import { benchSwap } from './register-swap.ts'

/** In this order: what a part makes, the later ones use. */
export const parts = ['import', 'lookup', 'clips', 'swap'] as const
export type Part = (typeof parts)[number]

export interface RegisterBenchOptions extends Sizes {
  readonly only: readonly Part[]
  /** Where to work, in a folder of its own; nothing for the system's temporary folder. */
  readonly folder?: string
}

/** Measures the register, shows a table, and says the figures as one line of JSON, the last. */
export async function benchRegister(options: RegisterBenchOptions): Promise<void> {
  const { voters, stations, only, folder } = options
  const runs = parts.filter((part) => only.includes(part))
  print(`The register with ${voters} voters and ${stations} stations: ${runs.join(', ')}.`)
  print(`About ${Math.ceil(estimateSeconds(options) / 60)} min on two cores. Nothing else should run meanwhile.\n`)
  const figures = await onOwnGround(folder, (ground) => measure(ground, options, runs))
  print('Medians of all rounds, taken in turn. Files were warm for both sides: only root can drop them from memory.')
  print(JSON.stringify(figures))
}

async function measure(ground: Ground, sizes: Sizes, runs: readonly Part[]): Promise<Figures> {
  const { voters, stations } = sizes
  ground.progress.update('sample', `${voters} voters`)
  const edition = await writeEdition(join(ground.folder, 'edition'), sizes)
  ground.progress.done('sample', `${voters} voters at ${stations} stations, written and signed`)
  const benches: Record<Part, () => Promise<Found>> = {
    import: () => benchImport(ground, edition, sizes),
    lookup: () => benchLookup(ground, edition, sizes),
    clips: () => benchClips(ground, edition, sizes),
    swap: () => benchSwap(ground, edition, sizes, runs.includes('clips')),
  }
  const figures: Figures = {
    importToSqliteImport: null,
    importSeconds: null,
    importPeakMB: null,
    lookupToRawGet: null,
    lookupsPerSecond: null,
    lookupP99Us: null,
    swapLatencyRatio: null,
    rollbackSeconds: null,
    clipsColdSeconds: null,
    clipsWarmSeconds: null,
    voters,
    stations,
  }
  for (const part of runs) {
    const found = await benches[part]()
    Object.assign(figures, found.figures)
    printRows(found.rows)
  }
  return figures
}

/** From what the parts took on a machine of two cores; rough. */
function estimateSeconds({ voters, stations, rounds, calls, only }: RegisterBenchOptions): number {
  const millions = voters / 1e6
  const seconds: Record<Part, number> = {
    import: 10 + millions * (8 + 12 * rounds),
    lookup: 10 + millions * 3 + rounds * 6,
    clips: 10 + stations * 0.2,
    swap: 60 + millions * 30 + calls * 9,
  }
  return 10 + millions * 10 + only.reduce((sum, part) => sum + seconds[part], 0)
}

/** @throws UserError for anything but parts, separated by commas */
export function parseParts(text: string): readonly Part[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.find((name) => !(parts as readonly string[]).includes(name))
  if (unknown !== undefined) throw new UserError(`--only takes ${parts.join(', ')}, not "${unknown}".`)
  return names as Part[]
}
