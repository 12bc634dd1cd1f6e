import { Alert, Badge, Grid, Group, Progress, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import type { Now } from '../api/generated.ts'
import { Figure } from '../shell/figure.tsx'
import { Page } from '../shell/page.tsx'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { Alerts } from './alerts.tsx'
import { Hours } from './hours.tsx'
import { LineHealth } from './line-health.tsx'
import { LiveCalls } from './live-calls.tsx'
import { type LiveNow, useNow } from './use-now.ts'

export function NowPage() {
  const { say } = useWords()
  const live = useNow()
  return (
    <Page title={say('now.title')} actions={<Connection {...live} />}>
      {live.now ? (
        <Sheet now={live.now} aheadMs={live.aheadMs} />
      ) : (
        <Stack gap="sm" role="status" aria-label={say('common.loading')}>
          <Skeleton h={70} />
          <Skeleton h={220} />
          <Skeleton h={220} />
        </Stack>
      )}
    </Page>
  )
}

function Connection({ now, connected }: LiveNow) {
  const { say } = useWords()
  const { time } = useFormats()
  if (!connected) {
    return (
      <Alert role="status" color="orange" p={6} icon={<IconPlugConnectedX size={18} aria-hidden />}>
        {now ? say('now.lost', { at: time(now.at) }) : say('now.connecting')}
      </Alert>
    )
  }
  if (!now) return null
  return (
    <Group gap="xs">
      <Badge color={now.ok ? 'teal' : 'red'}>{say(now.ok ? 'now.ok' : 'now.notOk')}</Badge>
      <Text size="xs" c="dimmed" className="tabular">
        {say('now.live')} · {time(now.at)}
      </Text>
    </Group>
  )
}

function Sheet({ now, aheadMs }: { readonly now: Now; readonly aheadMs: number }) {
  const { say } = useWords()
  const { number, age } = useFormats()
  const { lines, today, yesterday, callbacks } = now
  const tallies = [
    ['now.answered', 'answered'],
    ['disposition.completed', 'completed'],
    ['disposition.abandoned', 'abandoned'],
    ['disposition.gave-up', 'gaveUp'],
    ['disposition.failed', 'failed'],
  ] as const
  const share = lines.inUse / Math.max(1, lines.capacity)

  return (
    <Stack gap="sm">
      <Alerts alerts={now.alerts} />
      <SimpleGrid cols={{ base: 2, sm: 4, lg: 7 }} spacing="xs">
        <Figure
          name={say('now.lines')}
          value={number(lines.inUse)}
          remark={say('now.linesOf', { capacity: number(lines.capacity) })}
        >
          <Progress
            value={share * 100}
            color={share > 0.8 ? 'red' : share > 0.6 ? 'orange' : 'cyan'}
            size="xs"
            mt={4}
            aria-label={say('now.lines')}
          />
        </Figure>
        <Figure
          name={say('now.waiting')}
          value={number(callbacks.waiting)}
          remark={callbacks.oldestAt && say('now.oldest', { age: age(callbacks.oldestAt) })}
        >
          {callbacks.overdue > 0 && (
            <Text size="xs" c="var(--mantine-color-error)" fw={600}>
              {say('now.overdue', { count: number(callbacks.overdue) })}
            </Text>
          )}
        </Figure>
        {tallies.map(([title, name]) => (
          <Figure
            key={name}
            name={say(title)}
            value={number(today[name])}
            remark={say('now.yesterdayWas', { count: number(yesterday[name]) })}
          />
        ))}
      </SimpleGrid>
      <Grid gap="sm">
        <Grid.Col span={{ base: 12, lg: 8 }}>
          <Stack gap="sm">
            <LiveCalls calls={now.calls} aheadMs={aheadMs} />
            <Hours at={now.at} today={today.byHour} yesterday={yesterday.byHour} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 4 }}>
          <LineHealth now={now} />
        </Grid.Col>
      </Grid>
    </Stack>
  )
}
