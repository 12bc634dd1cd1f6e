import { ActionIcon, TextInput, Tooltip } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useWords } from '../words/index.tsx'

/** Searches by a full number. Each search is in the audit log: it begins when one says so, not while one types. */
export function CallerSearch({ caller, onSearch }: { readonly caller: string; onSearch: (caller: string) => void }) {
  const { say } = useWords()
  const [typed, setTyped] = useState(caller)
  const [searched, setSearched] = useState(caller)
  if (searched !== caller) {
    setSearched(caller)
    setTyped(caller)
  }

  function submit(event: FormEvent) {
    event.preventDefault()
    onSearch(typed.trim())
  }

  return (
    <form onSubmit={submit}>
      <Tooltip label={say('calls.callerNote')}>
        <TextInput
          label={say('calls.callerTyped')}
          aria-description={say('calls.callerNote')}
          type="tel"
          autoComplete="off"
          placeholder="0555 …"
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          rightSection={
            <ActionIcon type="submit" variant="subtle" size="sm" aria-label={say('calls.search')}>
              <IconSearch size={16} aria-hidden />
            </ActionIcon>
          }
        />
      </Tooltip>
    </form>
  )
}
