import { Button, Group, Paper, Select } from '@mantine/core'
import { DateTimePicker } from '@mantine/dates'
import { useDisclosure } from '@mantine/hooks'
import { IconFilter, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { api } from '../api/client.ts'
import { ChooseSeveral } from '../shell/choose-several.tsx'
import { SettledInput } from '../shell/settled-input.tsx'
import { stepName, useWords } from '../words/index.tsx'
import { fromPicker, today, toPicker } from '../words/moments.ts'
import { CallerSearch } from './caller-search.tsx'
import classes from './calls.module.css'
import { type CallFilter, dispositions, languages, regions } from './calls-search.ts'

interface CallsFilterProps {
  readonly filter: CallFilter
  readonly caller: string
  readonly onChange: (filter: CallFilter) => void
  readonly onCaller: (caller: string) => void
}

type Changed = { [Name in keyof CallFilter]?: CallFilter[Name] | undefined }

const dayMs = 86_400_000

/** Everything calls can be narrowed down by. Open on a desk, behind a button on a phone. */
export function CallsFilter({ filter, caller, onChange, onCaller }: CallsFilterProps) {
  const { say } = useWords()
  const [opened, { toggle }] = useDisclosure()
  const choices = useQuery({ queryKey: ['call-choices'], queryFn: () => api.callChoices(), staleTime: 60_000 })
  const change = (part: Changed) => onChange(withoutUndefined({ ...filter, ...part }))
  const seconds = (ms: number | null | undefined) => (typeof ms === 'number' ? String(ms / 1000) : '')
  const length = (name: 'minDurationMs' | 'maxDurationMs') => (
    <SettledInput
      label={say(name === 'minDurationMs' ? 'calls.minDuration' : 'calls.maxDuration')}
      value={seconds(filter[name])}
      shape={/^\d{1,5}$/}
      fault={say('problem.invalid')}
      numeric
      onSettled={(given) => change({ [name]: given === '' ? undefined : Number(given) * 1000 })}
    />
  )
  const moment = (name: 'from' | 'until') => (
    <DateTimePicker
      label={say(`common.${name}`)}
      valueFormat="DD.MM.YYYY HH:mm"
      clearable
      clearButtonProps={{ 'aria-label': say('calls.clear') }}
      value={filter[name] ? toPicker(filter[name]) : null}
      presets={presets(say)}
      onChange={(picked) => change({ [name]: picked ? fromPicker(picked) : undefined })}
      {...(name === 'from' ? {} : { defaultTimeValue: '23:59' })}
    />
  )

  return (
    <Paper component="section" aria-label={say('calls.filter')} p="xs">
      <Group justify="space-between" hiddenFrom="sm">
        <Button
          variant="default"
          leftSection={<IconFilter size={16} aria-hidden />}
          onClick={toggle}
          aria-expanded={opened}
        >
          {say('calls.filter')}
        </Button>
      </Group>
      <div className={classes.filter} data-opened={opened}>
        {moment('from')}
        {moment('until')}
        <ChooseSeveral
          label={say('calls.disposition')}
          values={dispositions}
          chosen={filter.disposition}
          word={(it) => say(`disposition.${it}`)}
          onChange={(disposition) => change({ disposition })}
        />
        <ChooseSeveral
          label={say('calls.lastStep')}
          values={choices.data?.steps ?? filter.lastStep ?? []}
          chosen={filter.lastStep}
          word={(it) => stepName(it, say)}
          onChange={(lastStep) => change({ lastStep })}
        />
        <ChooseSeveral
          label={say('common.region')}
          values={regions}
          chosen={filter.region}
          word={(it) => say(`region.${it}`)}
          onChange={(region) => change({ region })}
        />
        <SettledInput
          label={say('calls.station')}
          value={filter.station ?? ''}
          shape={/^[1-9]\d{3}$/}
          fault={say('problem.invalid')}
          numeric
          onSettled={(station) => change({ station: station || undefined })}
        />
        <ChooseSeveral
          label={say('calls.did')}
          values={choices.data?.dids ?? filter.did ?? []}
          chosen={filter.did}
          word={(it) => it}
          onChange={(did) => change({ did })}
        />
        <ChooseSeveral
          label={say('common.language')}
          values={languages}
          chosen={filter.language}
          word={(it) => say(`common.language.${it}`)}
          onChange={(language) => change({ language })}
        />
        {length('minDurationMs')}
        {length('maxDurationMs')}
        <Select
          label={say('calls.callback')}
          clearable
          value={filter.callback ?? null}
          data={[
            { value: 'true', label: say('calls.withCallback') },
            { value: 'false', label: say('calls.withoutCallback') },
          ]}
          onChange={(callback) => change({ callback: callback ?? undefined })}
        />
        <CallerSearch caller={caller} onSearch={onCaller} />
        {(Object.keys(filter).length > 0 || caller !== '') && (
          <Button
            variant="subtle"
            leftSection={<IconX size={16} aria-hidden />}
            onClick={() => {
              onChange({})
              onCaller('')
            }}
          >
            {say('calls.clear')}
          </Button>
        )}
      </div>
    </Paper>
  )
}

function presets(say: ReturnType<typeof useWords>['say']) {
  const midnight = Date.parse(fromPicker(today()))
  const at = (ms: number) => toPicker(new Date(ms).toISOString())
  return [
    { value: at(Date.now() - 3_600_000), label: say('calls.lastHour') },
    { value: at(midnight), label: say('now.today') },
    { value: at(midnight - dayMs), label: say('now.yesterday') },
    { value: at(midnight - 7 * dayMs), label: say('calls.lastWeek') },
  ]
}

/** What is undefined would stand in the address. */
function withoutUndefined(filter: Changed): CallFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}
