import { print } from '../print.ts'
import { table } from '../table.ts'
import type { Row } from './figures.ts'

/** Shows what was measured, beside what it is compared with. */
export function printRows(rows: readonly Row[]): void {
  const cells = rows.map(({ what, result, beside, ratio, wanted }) => [
    what,
    result,
    beside ?? '',
    ratio === undefined ? '' : ratio.toFixed(2),
    wanted ?? '',
  ])
  print(`\n${table(['measured', 'result', 'beside it', 'ratio', 'wanted'], cells)}\n`)
}
