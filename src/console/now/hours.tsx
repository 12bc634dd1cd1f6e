import { BarChart } from '@mantine/charts'
import { Paper, Table, Title, VisuallyHidden } from '@mantine/core'
import { useMemo } from 'react'
import { useWords } from '../words/index.tsx'
import { inZone } from '../words/moments.ts'

interface HoursProps {
  readonly at: string
  /** Calls by the hour, 0 to 23. */
  readonly today: readonly number[]
  readonly yesterday: readonly number[]
}

/** Calls an hour, today against yesterday; a table says the same to whoever does not see it. */
export function Hours({ at, today, yesterday }: HoursProps) {
  const { say } = useWords()
  const hourNow = Number(inZone(new Date(at)).hour)
  const data = useMemo(
    () =>
      yesterday.map((before, hour) => ({
        hour: String(hour).padStart(2, '0'),
        // What is still to come is not nought.
        today: hour <= hourNow ? (today[hour] ?? 0) : null,
        yesterday: before,
      })),
    [today, yesterday, hourNow],
  )
  return (
    <Paper component="section" aria-labelledby="hours">
      <Title order={2} id="hours" mb="xs">
        {say('now.byHour')}
      </Title>
      <div aria-hidden>
        <BarChart
          h={190}
          data={data}
          dataKey="hour"
          withLegend
          tickLine="none"
          gridAxis="x"
          barChartProps={{ accessibilityLayer: false, barGap: 1 }}
          barProps={{ isAnimationActive: false }}
          series={[
            { name: 'yesterday', label: say('now.yesterday'), color: 'gray.5' },
            { name: 'today', label: say('now.today'), color: 'cyan.7' },
          ]}
        />
      </div>
      <VisuallyHidden>
        <Table aria-labelledby="hours">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{say('now.hour')}</Table.Th>
              <Table.Th>{say('now.today')}</Table.Th>
              <Table.Th>{say('now.yesterday')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((row) => (
              <Table.Tr key={row.hour}>
                <Table.Th scope="row">{row.hour}</Table.Th>
                <Table.Td>{row.today ?? '—'}</Table.Td>
                <Table.Td>{row.yesterday}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </VisuallyHidden>
    </Paper>
  )
}
