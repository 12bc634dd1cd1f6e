import Database from 'better-sqlite3'
import { openVoterDirectory } from '../register/directory.ts'
import { drawVoters, type Edition, type ListedVoter } from './edition.ts'
import type { Found, Sizes } from './figures.ts'
import type { Ground } from './ground.ts'
import { ensureImported } from './imports.ts'
import { median, percentile, rounded } from './statistics.ts'

const drawn = 200_000

/** What a way of looking up takes of each voter; it must find the station. */
type Find = (voter: ListedVoter, index: number) => unknown

/**
 * Lookups of random listed PINs, token and all, in turn with a bare get of the raw PIN, as better-sqlite3 comes and with
 * the settings that help it most.
 */
export async function benchLookup(ground: Ground, edition: Edition, { rounds }: Sizes): Promise<Found> {
  const { progress } = ground
  const task = 'lookup'
  progress.update(task, 'drawing voters')
  const voters = await drawVoters(edition, drawn)
  const { registerFolder, rawDatabase } = await ensureImported(ground, edition)

  const directory = openVoterDirectory(registerFolder)
  const raw = {
    bare: openRaw(rawDatabase, []),
    mapped: openRaw(rawDatabase, ['mmap_size = 2147418112']),
    exclusive: openRaw(rawDatabase, ['locking_mode = EXCLUSIVE']),
    both: openRaw(rawDatabase, ['mmap_size = 2147418112', 'locking_mode = EXCLUSIVE']),
  }
  // Made before, so that the bare get is spared what only we must do with the text of a PIN.
  const numbers = voters.map(({ pin }) => Number(pin))
  const bareFind =
    ({ get }: RawTable): Find =>
    (_, index) =>
      get(numbers[index] ?? 0)
  const ways = {
    ours: ({ pin }) => directory.findByPin(pin),
    bare: bareFind(raw.bare),
    mapped: bareFind(raw.mapped),
    exclusive: bareFind(raw.exclusive),
    both: bareFind(raw.both),
  } satisfies Record<string, Find>
  try {
    mustAnswerRightly(voters, directory.findByPin)
    const rates = new Map<string, number[]>()
    for (let round = 1; round <= rounds; round += 1) {
      for (const [name, find] of Object.entries(ways)) {
        progress.update(task, `round ${round} of ${rounds}: ${name}`)
        rates.set(name, [...(rates.get(name) ?? []), rateOf(voters, find)])
      }
    }
    const rate = (name: keyof typeof ways) => median(rates.get(name) ?? [])
    const p99Us = percentile(timesOf(voters, ways.ours), 0.99) * 1000
    const bareP99Us = percentile(timesOf(voters, ways.bare), 0.99) * 1000
    const ratio = (name: keyof typeof ways) => rate('ours') / rate(name)
    const beside = (text: string, name: keyof typeof ways) => ({
      what: '',
      result: '',
      beside: `${text} ${perSecond(rate(name))}`,
      ratio: ratio(name),
    })
    progress.done(task, perSecond(rate('ours')))
    return {
      figures: {
        lookupToRawGet: rounded(ratio('bare')),
        lookupsPerSecond: Math.round(rate('ours')),
        lookupP99Us: rounded(p99Us),
      },
      rows: [
        {
          what: `lookup among ${edition.voters}`,
          result: perSecond(rate('ours')),
          beside: `bare get ${perSecond(rate('bare'))}`,
          ratio: ratio('bare'),
          wanted: 'at least 0.7',
        },
        beside('with mmap', 'mapped'),
        beside('with exclusive locking', 'exclusive'),
        beside('with both', 'both'),
        {
          what: 'lookup, p99 of single ones',
          result: `${p99Us.toFixed(1)} µs`,
          beside: `bare get ${bareP99Us.toFixed(1)} µs`,
          ratio: p99Us / bareP99Us,
        },
      ],
    }
  } finally {
    directory.close()
    for (const table of Object.values(raw)) table.close()
  }
}

interface RawTable {
  readonly get: (pin: number) => unknown
  readonly close: () => void
}

function openRaw(file: string, settings: readonly string[]): RawTable {
  const database = new Database(file, { readonly: true })
  for (const setting of settings) database.pragma(setting)
  const select = database.prepare<[number], { station: number }>('SELECT station FROM voter WHERE pin = ?')
  return { get: (pin) => select.get(pin), close: () => database.close() }
}

/** A fast wrong answer is worth nothing. */
function mustAnswerRightly(
  voters: readonly ListedVoter[],
  findByPin: ReturnType<typeof openVoterDirectory>['findByPin'],
): void {
  for (const { pin, station } of voters) {
    const answer = findByPin(pin)
    if (answer.kind !== 'found' || answer.station.number !== station) throw new Error('a lookup answered wrongly')
  }
}

/** Lookups a second. A short list is gone through several times. */
function rateOf(voters: readonly ListedVoter[], find: Find): number {
  const passes = Math.ceil(drawn / voters.length)
  const startedAt = performance.now()
  for (let pass = 0; pass < passes; pass += 1) {
    for (const [index, voter] of voters.entries()) {
      if (find(voter, index) === undefined) throw new Error('a listed voter was not found')
    }
  }
  return (passes * voters.length * 1000) / (performance.now() - startedAt)
}

/** Milliseconds of each single lookup, the clock's own 0.1 µs or so among them. */
function timesOf(voters: readonly ListedVoter[], find: Find): Float64Array {
  const times = new Float64Array(voters.length)
  for (const [index, voter] of voters.entries()) {
    const startedAt = performance.now()
    find(voter, index)
    times[index] = performance.now() - startedAt
  }
  return times
}

function perSecond(value: number): string {
  return `${Math.round(value).toLocaleString('en')}/s`
}
