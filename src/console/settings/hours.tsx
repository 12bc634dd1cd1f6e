import { Chip, Group, Input, Text } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { useState } from 'react'
import { api } from '../api/client.ts'
import type { HoursSettings } from '../api/generated.ts'
import { Loaded } from '../shell/loaded.tsx'
import { useWords } from '../words/index.tsx'
import { DayTime } from './day-time.tsx'
import { SettingsForm } from './settings-form.tsx'
import { useSave, useSettings } from './use-settings.ts'

const weekdays = ['1', '2', '3', '4', '5', '6', '7'] as const

/** When operators work: due times are counted in these hours. */
export function Hours() {
  return <Loaded query={useSettings()}>{({ hours }) => <Form key={JSON.stringify(hours)} given={hours} />}</Loaded>
}

function Form({ given }: { given: HoursSettings }) {
  const { say } = useWords()
  const save = useSave((hours: HoursSettings) => api.setHours(hours))
  const [workdays, setWorkdays] = useState(given.workdays.map(String))
  const [from, setFrom] = useState(given.from)
  const [to, setTo] = useState(given.to)
  const [holidays, setHolidays] = useState<string[]>(given.holidays)

  return (
    <SettingsForm
      note={say('settings.hoursNote')}
      ready={workdays.length > 0 && from < to}
      busy={save.isPending}
      onSave={() => save.mutate({ workdays: workdays.map(Number).toSorted((a, b) => a - b), from, to, holidays })}
    >
      <Input.Wrapper label={say('settings.workdays')} labelElement="div">
        <Chip.Group multiple value={workdays} onChange={setWorkdays}>
          <Group gap={6} mt={4} role="group" aria-label={say('settings.workdays')}>
            {weekdays.map((day) => (
              <Chip key={day} value={day} size="xs">
                {say(`weekday.${day}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </Input.Wrapper>
      <Group align="end">
        <DayTime label={say('settings.from')} value={from} onChange={(time) => setFrom(time)} />
        <DayTime label={say('settings.to')} value={to} onChange={(time) => setTo(time)} />
      </Group>
      <DatePickerInput
        type="multiple"
        label={say('settings.holidays')}
        description={say('settings.holidaysNote')}
        placeholder={say('common.none')}
        clearable
        clearButtonProps={{ 'aria-label': say('settings.noHolidays') }}
        maw={480}
        valueFormat="DD.MM.YYYY"
        value={holidays}
        onChange={(days) => setHolidays(days.toSorted())}
      />
      {workdays.length === 0 && (
        <Text size="sm" c="red" role="alert">
          {say('settings.noWorkday')}
        </Text>
      )}
    </SettingsForm>
  )
}
