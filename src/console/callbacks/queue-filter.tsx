import { Button, Checkbox, Group, MultiSelect, SegmentedControl, TextInput } from '@mantine/core'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useWords } from '../words/index.tsx'
import { type QueueSearch, queueChoices } from './queue-search.ts'

/** Narrows the queue down. */
export function QueueFilter({ search, onChange }: { search: QueueSearch; onChange: (search: QueueSearch) => void }) {
  const { say } = useWords()
  const [reference, setReference] = useState(search.reference ?? '')
  const change = (part: { [Name in keyof QueueSearch]?: QueueSearch[Name] | undefined }) =>
    onChange(without({ ...search, ...part }))
  const { sort: _sort, ...filter } = search

  return (
    <Group gap="xs" align="end">
      <SegmentedControl
        aria-label={say('callback.claim')}
        value={search.claim ?? 'any'}
        onChange={(claim) => change({ claim: claim === 'any' ? undefined : (claim as 'mine' | 'free') })}
        data={(['any', 'mine', 'free'] as const).map((value) => ({ value, label: say(`callback.claim.${value}`) }))}
      />
      <TextInput
        aria-label={say('callback.reference')}
        placeholder={say('callback.reference')}
        leftSection={<IconSearch size={16} />}
        inputMode="numeric"
        maxLength={10}
        w={150}
        value={reference}
        onChange={(event) => {
          setReference(event.currentTarget.value)
          change({ reference: event.currentTarget.value.trim() || undefined })
        }}
      />
      <Several
        name="state"
        label={say('callback.state')}
        word={(it) => say(`callback.state.${it}`)}
        search={search}
        onChange={change}
      />
      <Several
        name="reason"
        label={say('callback.reason')}
        word={(it) => say(`reason.${it}`)}
        search={search}
        onChange={change}
      />
      <Several
        name="language"
        label={say('common.language')}
        word={(it) => say(`common.language.${it}`)}
        search={search}
        onChange={change}
      />
      <Several
        name="region"
        label={say('common.region')}
        word={(it) => say(`region.${it}`)}
        search={search}
        onChange={change}
      />
      <Several
        name="outcome"
        label={say('callback.outcome')}
        word={(it) => say(`callback.outcome.${it}`)}
        search={search}
        onChange={change}
      />
      <Checkbox
        label={say('callback.overdueOnly')}
        checked={search.overdue === true}
        onChange={(event) => change({ overdue: event.currentTarget.checked || undefined })}
        my={8}
      />
      {Object.keys(filter).length > 0 && (
        <Button
          variant="subtle"
          leftSection={<IconX size={16} />}
          onClick={() => {
            setReference('')
            onChange(search.sort ? { sort: search.sort } : {})
          }}
        >
          {say('callback.noFilter')}
        </Button>
      )}
    </Group>
  )
}

function Several<Name extends keyof typeof queueChoices>({
  name,
  label,
  word,
  search,
  onChange,
}: {
  name: Name
  label: string
  word: (value: (typeof queueChoices)[Name][number]) => string
  search: QueueSearch
  onChange: (part: QueueSearch) => void
}) {
  const chosen = search[name] ?? []
  return (
    <MultiSelect
      aria-label={label}
      placeholder={chosen.length === 0 ? label : ''}
      w={170}
      clearable
      value={chosen}
      data={queueChoices[name].map((value) => ({ value, label: word(value) }))}
      onChange={(values) => onChange({ [name]: values.length > 0 ? values : undefined })}
      comboboxProps={{ width: 260, position: 'bottom-start' }}
    />
  )
}

/** Without what is undefined: it would stand in the address. */
function without(search: { [Name in keyof QueueSearch]?: QueueSearch[Name] | undefined }): QueueSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined))
}
