import { createHmac, randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTokens, type TokenKey, tokenLength, writeBlock } from '../register/tokens.ts'
import { type Edition, writeEdition, writeSortedEdition } from './edition.ts'
import type { Found, Row, Sizes } from './figures.ts'
import type { Ground } from './ground.ts'
import { importedBelow, importOurs, importRaw, type OwnImport } from './imports.ts'
import { median, rounded } from './statistics.ts'

/** Smaller lists, to see how the time grows. */
const growth = [100_000, 1_000_000]

const tokensCompared = 1_000_000
const blocksAtOnce = 4096

/**
 * Our import of an edition (staged, its signature verified, all checks, compared with the active snapshot, on the disk,
 * activated; no clips) in turn with `sqlite3 .import` of the same file. Files are warm for both: only root could drop
 * them from memory.
 */
export async function benchImport(ground: Ground, edition: Edition, sizes: Sizes): Promise<Found> {
  const { progress } = ground
  const { registerFolder, rawDatabase } = importedBelow(ground)
  const task = 'import'
  // The first one has nothing to compare with: it is not measured.
  progress.update(task, 'the first')
  await importOurs(ground, edition, registerFolder)
  const ours: OwnImport[] = []
  const raw: number[] = []
  for (let round = 1; round <= sizes.rounds; round += 1) {
    progress.update(task, `round ${round} of ${sizes.rounds}: Dobush`)
    ours.push(await importOurs(ground, edition, registerFolder))
    progress.update(task, `round ${round} of ${sizes.rounds}: sqlite3 .import`)
    raw.push((await importRaw(ground, edition, rawDatabase)).seconds)
  }
  const seconds = median(ours.map((one) => one.seconds))
  const rawSeconds = median(raw)
  const peakMB = Math.max(...ours.map((one) => one.peakMB))
  const rows: Row[] = [
    {
      what: `import, ${sizes.voters} voters`,
      result: `${seconds.toFixed(1)} s (${range(ours.map((one) => one.seconds))})`,
      beside: `sqlite3 .import ${rawSeconds.toFixed(1)} s (${range(raw)})`,
      ratio: seconds / rawSeconds,
      wanted: 'at most 1.5',
    },
    { what: 'import, peak memory', result: `${Math.round(peakMB)} MB`, wanted: 'at most 512 MB' },
  ]
  progress.update(task, 'sorted')
  rows.push(await importSorted(ground, edition))
  for (const voters of growth.filter((count) => count < sizes.voters)) {
    progress.update(task, `${voters} voters`)
    rows.push(await importSmaller(ground, { voters, stations: sizes.stations }))
  }
  progress.update(task, 'tokens')
  rows.push(compareTokens())
  progress.done(task, `${seconds.toFixed(1)} s, sqlite3 ${rawSeconds.toFixed(1)} s`)
  return {
    figures: {
      importToSqliteImport: rounded(seconds / rawSeconds),
      importSeconds: rounded(seconds),
      importPeakMB: Math.round(peakMB),
    },
    rows,
  }
}

/** SQLite fills a tree several times faster in the order of its keys; an export may come so or not. */
async function importSorted(ground: Ground, edition: Edition): Promise<Row> {
  const folder = join(ground.folder, 'sorted')
  try {
    const sorted = await writeSortedEdition(join(folder, 'edition'), edition)
    // A register of its own: after this younger edition the first one would be refused as outdated.
    const register = join(folder, 'register')
    await importOurs(ground, sorted, register)
    const { seconds } = await importOurs(ground, sorted, register)
    const raw = await importRaw(ground, sorted, join(folder, 'raw.sqlite'))
    return {
      what: 'import, the file sorted by PIN',
      result: `${seconds.toFixed(1)} s (once)`,
      beside: `sqlite3 .import ${raw.seconds.toFixed(1)} s (once)`,
      ratio: seconds / raw.seconds,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function importSmaller(ground: Ground, size: { voters: number; stations: number }): Promise<Row> {
  const folder = join(ground.folder, `of-${size.voters}`)
  const edition = await writeEdition(join(folder, 'edition'), size)
  const register = join(folder, 'register')
  try {
    await importOurs(ground, edition, register)
    const { seconds, peakMB } = await importOurs(ground, edition, register)
    const raw = await importRaw(ground, edition, join(folder, 'raw.sqlite'))
    return {
      what: `import, ${size.voters} voters`,
      result: `${seconds.toFixed(2)} s, ${Math.round(peakMB)} MB (once)`,
      beside: `sqlite3 .import ${raw.seconds.toFixed(2)} s (once)`,
      ratio: seconds / raw.seconds,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A million tokens by AES over blocks, as the import makes them, and by an HMAC a row. */
function compareTokens(): Row {
  const key = randomBytes(32) as Buffer as TokenKey
  const pins = Array.from({ length: blocksAtOnce }, (_, index) => `205041980${String(index).padStart(5, '0')}`)
  const tokens = makeTokens(key)
  const blocks = Buffer.alloc(blocksAtOnce * tokenLength)
  const byAes = rate(() => {
    for (const [index, pin] of pins.entries()) writeBlock(blocks, index * tokenLength, pin)
    tokens.ofBlocks(blocks)
  })
  const byHmac = rate(() => {
    for (const pin of pins) createHmac('sha256', key).update(pin).digest()
  })
  return {
    what: 'tokens in bulk: AES over blocks',
    result: perSecond(byAes),
    beside: `HMAC-SHA-256 a row ${perSecond(byHmac)}`,
    ratio: byAes / byHmac,
  }
}

function rate(makeBatch: () => void): number {
  makeBatch()
  const startedAt = performance.now()
  for (let made = 0; made < tokensCompared; made += blocksAtOnce) makeBatch()
  return (Math.ceil(tokensCompared / blocksAtOnce) * blocksAtOnce * 1000) / (performance.now() - startedAt)
}

function perSecond(value: number): string {
  return `${Math.round(value / 1000)} thousand/s`
}

function range(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`
}
