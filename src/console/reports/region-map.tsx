import type { Report } from '../api/generated.ts'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import classes from './reports.module.css'
import { shade } from './shade.ts'

interface Tile {
  /** First digit of the stations' numbers. */
  readonly region: Report['regions'][number]['region']
  /** Column and row of its left end, and how many columns it takes. */
  readonly at: readonly [column: number, row: number, columns: number]
}

/** Regions where they lie to one another, north on top; abroad stands beside. */
const tiles: readonly Tile[] = [
  { region: '6', at: [1, 1, 2] },
  { region: '7', at: [3, 1, 2] },
  { region: '1', at: [5, 1, 2] },
  { region: '3', at: [7, 1, 2] },
  { region: '2', at: [2, 2, 3] },
  { region: '4', at: [5, 2, 3] },
  { region: '8', at: [1, 3, 2] },
  { region: '5', at: [3, 3, 4] },
  { region: '9', at: [7, 3, 2] },
]

/**
 * A map of tiles: the seven regions, Bishkek, and abroad. The city of Osh is shown within its region: their stations
 * have the same first digit.
 */
export function RegionMap({ regions, measure }: { regions: Report['regions']; measure: 'calls' | 'callbacks' }) {
  const { say } = useWords()
  const { number } = useFormats()
  const figures = new Map(regions.map((it) => [it.region, it[measure]]))
  const most = Math.max(1, ...figures.values())
  return (
    <ul className={classes.map} aria-label={say('report.map')}>
      {tiles.map(({ region, at: [column, row, columns] }) => {
        const count = figures.get(region) ?? 0
        return (
          <li
            key={region}
            style={{
              gridColumn: `${column} / span ${columns}`,
              gridRow: row,
              ...shade(count / most),
            }}
          >
            <span>
              {say(region === '5' ? 'report.oshRegion' : `region.short.${region}`)}
              {region === '5' && <em>{say('report.oshCity')}</em>}
            </span>
            <strong>{number(count)}</strong>
          </li>
        )
      })}
    </ul>
  )
}
