import { AreaChart, BarChart } from '@mantine/charts'
import { Group, Paper, SegmentedControl, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import type { Report } from '../api/generated.ts'
import { stepName, useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { Bars } from './bars.tsx'
import { HeatMap } from './heat-map.tsx'
import { RegionMap } from './region-map.tsx'
import classes from './reports.module.css'

/** The whole report, as it is shown, printed and saved. */
export function ReportSheet({ report }: { report: Report }) {
  const { say } = useWords()
  const { number, day, percent, clockTime } = useFormats()
  const [measure, setMeasure] = useState<'calls' | 'callbacks'>('calls')
  const { totals, timeToCallback } = report
  const share = (count: number, of: number) => (of === 0 ? undefined : percent(count / of))
  const calls = report.languages.reduce((sum, it) => sum + it.calls, 0)
  const reasons = report.reasons.reduce((sum, it) => sum + it.callbacks, 0)

  return (
    <Stack className={classes.sheet}>
      <Group justify="space-between" data-part>
        <Text fw={600}>{say('report.of', { from: day(report.from), until: day(report.until) })}</Text>
      </Group>
      <SimpleGrid cols={{ base: 2, sm: 4, lg: 7 }} data-part>
        <Figure name={say('report.calls')} value={number(totals.calls)} />
        <Figure
          name={say('disposition.completed')}
          value={number(totals.completed)}
          remark={share(totals.completed, totals.calls)}
        />
        <Figure
          name={say('disposition.abandoned')}
          value={number(totals.abandoned)}
          remark={share(totals.abandoned, totals.calls)}
        />
        <Figure
          name={say('disposition.gave-up')}
          value={number(totals.gaveUp)}
          remark={share(totals.gaveUp, totals.calls)}
        />
        <Figure
          name={say('disposition.failed')}
          value={number(totals.failed)}
          remark={share(totals.failed, totals.calls)}
        />
        <Figure name={say('report.callbacks')} value={number(totals.callbacks)} />
        {totals.medianDurationMs !== null && (
          <Figure name={say('report.median')} value={clockTime(totals.medianDurationMs)} />
        )}
      </SimpleGrid>
      <Part title={say('report.byDay')}>
        <AreaChart
          h={240}
          data={report.byDay.map((it) => ({ ...it, day: day(it.day) }))}
          dataKey="day"
          withLegend
          curveType="monotone"
          valueFormatter={number}
          series={[
            { name: 'calls', label: say('report.calls'), color: 'blue.7' },
            { name: 'completed', label: say('disposition.completed'), color: 'teal.8' },
            { name: 'abandoned', label: say('disposition.abandoned'), color: 'orange.7' },
            { name: 'failed', label: say('disposition.failed'), color: 'red.7' },
          ]}
        />
      </Part>
      <Part title={say('report.heatMap')} remark={say('report.heatMapRemark')}>
        <HeatMap cells={report.byHour} />
      </Part>
      <Part title={say('report.funnel')} remark={say('report.funnelRemark')}>
        <Bars
          label={say('report.funnel')}
          bars={report.funnel.map(({ step, reached, left }) => ({
            key: step,
            label: stepName(step, say),
            count: reached,
            lost: left,
            remark: say('report.left', { count: number(left), share: share(left, reached) ?? '' }),
          }))}
        />
      </Part>
      <SimpleGrid cols={{ base: 1, md: 2 }} data-part>
        <Part title={say('report.languages')}>
          <Bars
            label={say('report.languages')}
            bars={report.languages.map((it) => ({
              key: it.language,
              label: say(`common.language.${it.language}`),
              count: it.calls,
              remark: share(it.calls, calls) ?? '',
            }))}
          />
        </Part>
        <Part title={say('report.reasons')}>
          <Bars
            label={say('report.reasons')}
            bars={report.reasons.map((it) => ({
              key: it.reason,
              label: say(`reason.${it.reason}`),
              count: it.callbacks,
              remark: share(it.callbacks, reasons) ?? '',
            }))}
          />
        </Part>
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }} data-part>
        <Part
          title={`${say('report.map')}: ${say(measure === 'calls' ? 'report.calls' : 'report.corrections')}`}
          aside={
            <SegmentedControl
              className="no-print"
              size="xs"
              aria-label={say('report.measure')}
              value={measure}
              onChange={(value) => setMeasure(value as typeof measure)}
              data={[
                { value: 'calls', label: say('report.calls') },
                { value: 'callbacks', label: say('report.corrections') },
              ]}
            />
          }
        >
          <RegionMap regions={report.regions} measure={measure} />
          <Text size="xs" c="dimmed" mt="xs">
            {say('report.oshNote')}
          </Text>
        </Part>
        <Part title={say('report.stations')}>
          <Table fz="sm" verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('report.station')}</Table.Th>
                <Table.Th>{say('common.region')}</Table.Th>
                <Table.Th ta="end">{say('report.calls')}</Table.Th>
                <Table.Th ta="end">{say('report.corrections')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {report.stations.slice(0, 12).map((it) => (
                <Table.Tr key={it.station}>
                  <Table.Td>{it.station}</Table.Td>
                  <Table.Td>{say(`region.short.${it.station.charAt(0) as '1'}`)}</Table.Td>
                  <Table.Td ta="end">{number(it.calls)}</Table.Td>
                  <Table.Td ta="end">{number(it.callbacks)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Part>
      </SimpleGrid>
      <Part
        title={say('report.timeToCallback')}
        remark={
          timeToCallback.medianHours === null || timeToCallback.p90Hours === null
            ? say('report.noneClosed')
            : say('report.timeRemark', {
                closed: number(timeToCallback.closed),
                within: share(timeToCallback.withinDue, timeToCallback.closed) ?? '',
                median: number(timeToCallback.medianHours),
                p90: number(timeToCallback.p90Hours),
              })
        }
      >
        <BarChart
          h={200}
          dataKey="hours"
          data={timeToCallback.histogram.map(({ underHours, callbacks }, index, all) => ({
            hours:
              underHours === null
                ? say('report.hoursMore', { hours: all[index - 1]?.underHours ?? 0 })
                : say('report.hoursUnder', { hours: underHours }),
            callbacks,
          }))}
          valueFormatter={number}
          series={[{ name: 'callbacks', label: say('report.callbacks'), color: 'cyan.8' }]}
        />
      </Part>
    </Stack>
  )
}

function Figure({ name, value, remark }: { name: string; value: string; remark?: string | undefined }) {
  return (
    <Paper>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fz={26} fw={600} lh={1.2}>
        {value}
      </Text>
      <Text size="xs" c="dimmed">
        {remark ?? '\u00a0'}
      </Text>
    </Paper>
  )
}

function Part({
  title,
  remark,
  aside,
  children,
}: {
  title: string
  remark?: string
  aside?: ReactNode
  children: ReactNode
}) {
  return (
    <Paper className={classes.card} data-part>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{title}</Title>
        {aside}
      </Group>
      {remark && (
        <Text size="sm" c="dimmed" mb="xs">
          {remark}
        </Text>
      )}
      {children}
    </Paper>
  )
}
