import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import classes from './reports.module.css'
import { shade } from './shade.ts'

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const
const hours = Array.from({ length: 24 }, (_, hour) => hour)

/** Calls by hour and weekday: the darker, the more. A table, so that it reads without colours too. */
export function HeatMap({ cells }: { cells: readonly { weekday: number; hour: number; calls: number }[] }) {
  const { say } = useWords()
  const { number } = useFormats()
  const calls = new Map(cells.map((cell) => [`${cell.weekday} ${cell.hour}`, cell.calls]))
  const most = Math.max(1, ...calls.values())
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a narrow screen the keyboard must be able to scroll it
    <section className={classes.scroll} tabIndex={0} aria-label={say('report.heatMap')}>
      <table className={classes.heat}>
        <caption className={classes.hidden}>{say('report.heatMap')}</caption>
        <thead>
          <tr>
            <td />
            {hours.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weekdays.map((day) => (
            <tr key={day}>
              <th scope="row">{say(`weekday.${day}`)}</th>
              {hours.map((hour) => {
                const count = calls.get(`${day} ${hour}`) ?? 0
                const share = count / most
                return (
                  <td key={hour} title={`${say(`weekday.${day}`)} ${hour}:00 · ${number(count)}`} style={shade(share)}>
                    {count > 0 && number(count)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
