import type { Station } from '../domain/station.ts'
import type { Check } from './report.ts'

/** Largest shares, 0 to 1, that are not red. */
export interface Limits {
  /** Of rows, of either file. */
  readonly badRows: number
  /** PINs whose rows contradict each other, of all rows. */
  readonly conflicts: number
  /** Voters whose station is not in the list, of all rows. */
  readonly unknownStations: number
  /** Stations without voters. */
  readonly emptyStations: number
  /** Stations without an address in one of the languages. */
  readonly missingAddresses: number
  /** Difference from the active snapshot's number of voters, and of a region's. */
  readonly voterCount: number
  readonly regionCount: number
  /** Voters of the active snapshot who are at another station now, and who are gone. */
  readonly moved: number
  readonly removed: number
}

/** Findings of one kind: counted, the first ten kept. */
export interface Finding {
  count: number
  readonly examples: string[]
}

/** What an import counted. Examples never hold personal data. */
export interface Tally {
  readonly badStationRows: Finding
  readonly badVoterRows: Finding
  readonly duplicates: Finding
  readonly conflicts: Finding
  readonly missingAddresses: Finding
  readonly lookAlikes: Finding
  readonly cutOff: Finding
  /** Voters by a station number that is not in the list. */
  readonly unknownStations: Map<number, number>
  stationRows: number
  voterRows: number
}

/** How a new snapshot compares with the active one. */
export interface Comparison {
  readonly voters: { readonly before: number; readonly now: number }
  /** By region. */
  readonly regions: ReadonlyMap<string, { readonly before: number; readonly now: number }>
  readonly moved: number
  readonly removed: number
  readonly stations: { readonly before: readonly Station[]; readonly now: readonly Station[] }
}

const examplesKept = 10

export function makeTally(): Tally {
  const none = (): Finding => ({ count: 0, examples: [] })
  return {
    badStationRows: none(),
    badVoterRows: none(),
    duplicates: none(),
    conflicts: none(),
    missingAddresses: none(),
    lookAlikes: none(),
    cutOff: none(),
    unknownStations: new Map(),
    stationRows: 0,
    voterRows: 0,
  }
}

export function find(finding: Finding, example: () => string): void {
  finding.count += 1
  if (finding.examples.length < examplesKept) finding.examples.push(example())
}

/**
 * Every check as a line of the report.
 * @param emptyStations numbers of the stations nobody is listed at
 * @param comparison nothing at the first import
 */
export function judge(
  tally: Tally,
  emptyStations: readonly number[],
  comparison: Comparison | undefined,
  limits: Limits,
): readonly Check[] {
  const { stationRows, voterRows } = tally
  const strangers = [...tally.unknownStations].sort(([, a], [, b]) => b - a)
  return [
    check('cut-off', 'files that end in the middle of a line', tally.cutOff, 2, 0),
    check(
      'bad-station-rows',
      'rows of stations that can not be used',
      tally.badStationRows,
      stationRows,
      limits.badRows,
    ),
    check('bad-voter-rows', 'rows of voters that can not be used', tally.badVoterRows, voterRows, limits.badRows),
    check('duplicates', 'PINs named more than once, with the same station', tally.duplicates, voterRows),
    check('conflicts', 'PINs with different stations, dropped', tally.conflicts, voterRows, limits.conflicts),
    check(
      'unknown-stations',
      'voters whose station is not in the list of stations',
      {
        count: strangers.reduce((sum, [, voters]) => sum + voters, 0),
        examples: strangers.map(([station, voters]) => `station ${station}: ${voters} voters`),
      },
      voterRows,
      limits.unknownStations,
    ),
    check(
      'empty-stations',
      'stations without voters',
      { count: emptyStations.length, examples: emptyStations.map((station) => `station ${station}`) },
      stationRows,
      limits.emptyStations,
    ),
    check(
      'missing-addresses',
      'stations without an address in one of the languages',
      tally.missingAddresses,
      stationRows,
      limits.missingAddresses,
    ),
    check('look-alikes', 'addresses with look-alike letters, mended', tally.lookAlikes, stationRows),
    ...(comparison
      ? compare(comparison, limits)
      : [
          check(
            'comparison',
            'comparisons left out: no active snapshot of this election',
            { count: 1, examples: [] },
            1,
          ),
        ]),
  ]
}

function compare({ voters, regions, moved, removed, stations }: Comparison, limits: Limits): Check[] {
  const change = (before: number, now: number): Finding => ({
    count: Math.abs(now - before),
    examples: now === before ? [] : [`${before} before, ${now} now`],
  })
  const before = new Map(stations.before.map((station) => [station.number, station]))
  const now = new Set(stations.now.map(({ number }) => number))
  const listed = (numbers: readonly string[]): Finding => ({
    count: numbers.length,
    examples: numbers.map((number) => `station ${number}`),
  })
  const readdressed = stations.now.filter(({ number, address }) => {
    const old = before.get(number)?.address
    return old && (old.ky !== address.ky || old.ru !== address.ru)
  })
  const stationsBefore = stations.before.length
  return [
    check(
      'voter-count',
      'voters more or fewer than in the active snapshot',
      change(voters.before, voters.now),
      voters.before,
      limits.voterCount,
    ),
    ...[...regions].sort().map(([region, counts]) =>
      check(
        `region-${region}`,
        region === '0' ? 'voters without a station, more or fewer' : `voters of region ${region}, more or fewer`,
        change(counts.before, counts.now),
        // A region that is new has nothing to compare with, yet all of it is a change.
        Math.max(counts.before, counts.before === 0 ? counts.now : 0),
        region === '0' ? undefined : limits.regionCount,
      ),
    ),
    check('moved', 'voters moved to another station', { count: moved, examples: [] }, voters.before, limits.moved),
    check('removed', 'voters no longer listed', { count: removed, examples: [] }, voters.before, limits.removed),
    check(
      'stations-readdressed',
      'stations with another address',
      listed(readdressed.map(({ number }) => number)),
      stationsBefore,
    ),
    check(
      'stations-gone',
      'stations that are gone',
      listed(stations.before.map(({ number }) => number).filter((number) => !now.has(number))),
      stationsBefore,
    ),
    check(
      'stations-new',
      'stations that are new',
      listed([...now].filter((number) => !before.has(number))),
      stationsBefore,
    ),
  ]
}

function check(
  name: string,
  what: string,
  { count, examples }: { readonly count: number; readonly examples: readonly string[] },
  of: number,
  threshold?: number,
): Check {
  const red = threshold !== undefined && count > threshold * of
  return {
    name,
    what,
    verdict: red ? 'red' : count > 0 ? 'note' : 'ok',
    count,
    of,
    ...(threshold === undefined ? {} : { threshold }),
    examples: examples.slice(0, examplesKept),
  }
}
