import { Text, Timeline } from '@mantine/core'
import {
  IconArrowForward,
  IconCheck,
  IconClockOff,
  IconHandGrab,
  IconHandOff,
  IconNote,
  IconPhone,
  IconRefresh,
} from '@tabler/icons-react'
import type { CallbackEvent } from '../api/generated.ts'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'

const icons = {
  claimed: IconHandGrab,
  released: IconHandOff,
  expired: IconClockOff,
  'handed-over': IconArrowForward,
  attempt: IconPhone,
  note: IconNote,
  closed: IconCheck,
  reopened: IconRefresh,
}

/** What was done about a request, newest first. */
export function History({ events }: { events: readonly CallbackEvent[] }) {
  const { say } = useWords()
  const { moment } = useFormats()
  if (events.length === 0) return <Text c="dimmed">{say('callback.noHistory')}</Text>
  return (
    <Timeline bulletSize={26} lineWidth={2} active={events.length}>
      {events.toReversed().map((event) => {
        const Icon = icons[event.kind]
        return (
          <Timeline.Item
            key={`${event.at} ${event.kind} ${event.text}`}
            bullet={<Icon size={15} aria-hidden="true" />}
            title={
              <Text size="sm" fw={500}>
                {say(`callback.event.${event.kind}`, { to: event.to ?? '' })}
                {event.outcome && `: ${say(`callback.outcome.${event.outcome}`)}`}
              </Text>
            }
          >
            {event.text && (
              <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                {event.text}
              </Text>
            )}
            <Text size="xs" c="dimmed">
              {event.by} · {moment(event.at)}
            </Text>
          </Timeline.Item>
        )
      })}
    </Timeline>
  )
}
