import { Paper, Select } from '@mantine/core'
import { DateTimePicker } from '@mantine/dates'
import { ChooseSeveral } from '../shell/choose-several.tsx'
import { useWords } from '../words/index.tsx'
import { fromPicker, toPicker } from '../words/moments.ts'
import classes from './messages.module.css'
import { type MessagesSearch, messageLanguages, messageStates, outcomes } from './messages-search.ts'

interface MessagesFilterProps {
  readonly search: MessagesSearch
  readonly binds: readonly string[]
  readonly onChange: (search: MessagesSearch) => void
}

export function MessagesFilter({ search, binds, onChange }: MessagesFilterProps) {
  const { say } = useWords()
  const change = (part: { [Name in keyof MessagesSearch]?: MessagesSearch[Name] | undefined }) =>
    onChange(Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value !== undefined)))
  const moment = (name: 'from' | 'until') => (
    <DateTimePicker
      label={say(`common.${name}`)}
      valueFormat="DD.MM.YYYY HH:mm"
      clearable
      clearButtonProps={{ 'aria-label': say('calls.clear') }}
      value={search[name] ? toPicker(search[name]) : null}
      onChange={(picked) => change({ [name]: picked ? fromPicker(picked) : undefined })}
    />
  )
  return (
    <Paper component="section" aria-label={say('calls.filter')} p="xs" className={classes.filter}>
      {moment('from')}
      {moment('until')}
      <Select
        label={say('messages.direction')}
        clearable
        value={search.direction ?? null}
        data={(['in', 'out'] as const).map((value) => ({ value, label: say(`messages.direction.${value}`) }))}
        onChange={(direction) => change({ direction: direction ?? undefined })}
      />
      <ChooseSeveral
        label={say('messages.bind')}
        values={binds}
        chosen={search.bind}
        word={(it) => it}
        onChange={(bind) => change({ bind })}
      />
      <ChooseSeveral
        label={say('messages.outcome')}
        values={outcomes}
        chosen={search.outcome}
        word={(it) => say(`messages.outcome.${it}`)}
        onChange={(outcome) => change({ outcome })}
      />
      <ChooseSeveral
        label={say('messages.state')}
        values={messageStates}
        chosen={search.state}
        word={(it) => say(`messages.state.${it}`)}
        onChange={(state) => change({ state })}
      />
      <ChooseSeveral
        label={say('common.language')}
        values={messageLanguages}
        chosen={search.language}
        word={(it) => say(`common.language.${it}`)}
        onChange={(language) => change({ language })}
      />
    </Paper>
  )
}
