import { useFormats } from '../words/use-formats.ts'
import classes from './reports.module.css'

export interface Bar {
  readonly key: string
  readonly label: string
  readonly count: number
  /** What stands behind the figure, in words. */
  readonly remark?: string
  /** A second share of the same bar, shown in a warning colour. */
  readonly lost?: number
}

/** Horizontal bars with their figures written out, the longest at full width. */
export function Bars({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const { number } = useFormats()
  const most = Math.max(1, ...bars.map(({ count }) => count))
  return (
    <ul className={classes.bars} aria-label={label}>
      {bars.map(({ key, label: name, count, remark, lost = 0 }) => (
        <li key={key}>
          <span>{name}</span>
          <span className={classes.track} aria-hidden="true">
            <i style={{ width: `${((count - lost) / most) * 100}%` }} />
            <i data-lost style={{ width: `${(lost / most) * 100}%` }} />
          </span>
          <span className={classes.figure}>
            {number(count)}
            {remark && <small> {remark}</small>}
          </span>
        </li>
      ))}
    </ul>
  )
}
