import { Badge, Group, Paper, SimpleGrid, Text, Title } from '@mantine/core'
import type { BindState } from '../api/generated.ts'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'

const colors = { up: 'teal', connecting: 'orange', down: 'red' } as const
const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)

export function Binds({ binds }: { readonly binds: readonly BindState[] }) {
  const { say } = useWords()
  return (
    <section aria-labelledby="binds">
      <Title order={2} id="binds" mb="xs">
        {say('messages.binds')}
      </Title>
      {binds.length === 0 ? (
        <Paper>
          <Text size="sm" c="dimmed">
            {say('messages.noBinds')}
          </Text>
        </Paper>
      ) : (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm">
          {binds.map((bind) => (
            <Bind key={bind.name} bind={bind} />
          ))}
        </SimpleGrid>
      )}
    </section>
  )
}

function Bind({ bind }: { readonly bind: BindState }) {
  const { say } = useWords()
  const { moment, number } = useFormats()
  return (
    <Paper>
      <Group justify="space-between" mb={4}>
        <Text fw={600} size="sm">
          {bind.name} <Text span c="dimmed" size="xs">{`${bind.kind}`}</Text>
        </Text>
        <Badge color={colors[bind.state]}>{say(`bind.${bind.state}`)}</Badge>
      </Group>
      <Text size="xs" c="dimmed">
        {say('now.since', { at: moment(bind.since) })}
      </Text>
      <Flow name={say('messages.received')} counts={bind.received} color="var(--mantine-color-cyan-7)" />
      <Flow name={say('messages.sent')} counts={bind.sent} color="var(--mantine-color-teal-7)" />
      <Group justify="space-between" mt={4}>
        <Text size="sm">{say('messages.queued')}</Text>
        <Text size="sm" className="tabular">
          {number(bind.queued)}
        </Text>
      </Group>
      {bind.lastFault && (
        <Text size="xs" c="var(--mantine-color-error)" mt={4}>
          {say('messages.lastFault', { text: bind.lastFault })}
        </Text>
      )}
    </Paper>
  )
}

/** How many in the last hour, and how they came minute by minute. */
function Flow({ name, counts, color }: { name: string; counts: readonly number[]; color: string }) {
  const { number } = useFormats()
  return (
    <Group justify="space-between" wrap="nowrap" mt={4}>
      <Text size="sm">{name}</Text>
      <Group gap="xs" wrap="nowrap">
        <Minutes counts={counts} color={color} />
        <Text size="sm" className="tabular" miw={40} ta="end">
          {number(sum(counts))}
        </Text>
      </Group>
    </Group>
  )
}

const minutePx = 2
const heightPx = 24

/** A stroke a minute. */
function Minutes({ counts, color }: { readonly counts: readonly number[]; readonly color: string }) {
  const most = Math.max(1, ...counts)
  const width = counts.length * minutePx
  const strokes = counts.map((count, minute) => {
    const x = minute * minutePx + minutePx / 2
    return `M${x} ${heightPx}V${heightPx - (count / most) * heightPx}`
  })
  return (
    <svg width={width} height={heightPx} viewBox={`0 0 ${width} ${heightPx}`} aria-hidden="true">
      <path d={strokes.join('')} stroke={color} strokeWidth={1.5} />
    </svg>
  )
}
