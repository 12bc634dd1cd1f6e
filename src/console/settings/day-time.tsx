import { TimePicker } from '@mantine/dates'
import { useWords } from '../words/index.tsx'

/** A time of day, `08:00`, on a 24-hour clock whatever the browser's language says. */
export function DayTime({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (time: string) => void
}) {
  const { say } = useWords()
  return (
    <TimePicker
      label={label}
      required
      format="24h"
      size="xs"
      w={130}
      hoursInputLabel={`${label}, ${say('settings.hour')}`}
      minutesInputLabel={`${label}, ${say('settings.minute')}`}
      value={value}
      onChange={onChange}
    />
  )
}
