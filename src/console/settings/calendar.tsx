import { Group, TextInput } from '@mantine/core'
import { DatePickerInput } from '@mantine/dates'
import { useState } from 'react'
import { api } from '../api/client.ts'
import type { CalendarSettings } from '../api/generated.ts'
import { Loaded } from '../shell/loaded.tsx'
import { useWords } from '../words/index.tsx'
import { DayTime } from './day-time.tsx'
import { SettingsForm } from './settings-form.tsx'
import { useSave, useSettings } from './use-settings.ts'

/** The election the line speaks of. */
export function Calendar() {
  return (
    <Loaded query={useSettings()}>{({ calendar }) => <Form key={JSON.stringify(calendar)} given={calendar} />}</Loaded>
  )
}

function Form({ given }: { given: CalendarSettings }) {
  const { say } = useWords()
  const save = useSave((calendar: CalendarSettings) => api.setCalendar(calendar))
  const [name, setName] = useState(given.name)
  const [votingDay, setVotingDay] = useState<string | null>(given.votingDay)
  const [voting, setVoting] = useState(given.voting)
  const [corrections, setCorrections] = useState<[string | null, string | null]>([
    given.corrections.from,
    given.corrections.until,
  ])
  const [from, until] = corrections
  const ready =
    name.ky.trim() !== '' &&
    name.ru.trim() !== '' &&
    votingDay !== null &&
    from !== null &&
    until !== null &&
    until <= votingDay &&
    voting.from < voting.to

  return (
    <SettingsForm
      note={say('settings.calendarNote')}
      ready={ready}
      busy={save.isPending}
      onSave={() => {
        if (votingDay && from && until) save.mutate({ name, votingDay, voting, corrections: { from, until } })
      }}
    >
      <TextInput
        lang="ky"
        label={say('settings.nameKy')}
        required
        maxLength={500}
        value={name.ky}
        onChange={(event) => setName({ ...name, ky: event.currentTarget.value })}
      />
      <TextInput
        lang="ru"
        label={say('settings.nameRu')}
        description={say('settings.nameNote')}
        required
        maxLength={500}
        value={name.ru}
        onChange={(event) => setName({ ...name, ru: event.currentTarget.value })}
      />
      <Group align="end">
        <DatePickerInput
          label={say('settings.votingDay')}
          required
          w={180}
          valueFormat="DD.MM.YYYY"
          value={votingDay}
          onChange={setVotingDay}
        />
        <DayTime
          label={say('settings.votingFrom')}
          value={voting.from}
          onChange={(time) => setVoting({ ...voting, from: time })}
        />
        <DayTime
          label={say('settings.votingTo')}
          value={voting.to}
          onChange={(time) => setVoting({ ...voting, to: time })}
        />
      </Group>
      <DatePickerInput
        type="range"
        label={say('settings.corrections')}
        description={say('settings.correctionsNote')}
        required
        w={280}
        valueFormat="DD.MM.YYYY"
        value={corrections}
        onChange={setCorrections}
      />
    </SettingsForm>
  )
}
