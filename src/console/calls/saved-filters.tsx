import { ActionIcon, Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { IconBookmark, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../api/client.ts'
import { problemText } from '../api/problem-text.ts'
import { Loaded } from '../shell/loaded.tsx'
import { useWords } from '../words/index.tsx'
import { type CallFilter, type CallSort, type CallsSearch, readCallsSearch } from './calls-search.ts'

const key = ['filters'] as const

interface SavedFiltersProps {
  readonly filter: CallFilter
  readonly sort: CallSort
  readonly onChoose: (search: CallsSearch) => void
}

/** One's own filters by name: to take, to keep the one in use, to throw away. */
export function SavedFilters({ filter, sort, onChoose }: SavedFiltersProps) {
  const { say } = useWords()
  const queries = useQueryClient()
  const [opened, { toggle, close }] = useDisclosure()
  const [name, setName] = useState('')
  const saved = useQuery({ queryKey: key, queryFn: () => api.listFilters(), enabled: opened })
  const change = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
    onError: (error) => notifications.show({ color: 'red', message: problemText(error, say) }),
  })

  function save(event: FormEvent) {
    event.preventDefault()
    change.mutate(() => api.saveFilter({ name: name.trim(), filter, sort }), { onSuccess: () => setName('') })
  }

  return (
    <Popover opened={opened} onChange={(open) => !open && close()} position="bottom-end" width={300} trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconBookmark size={16} aria-hidden />} onClick={toggle}>
          {say('calls.saved')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={say('calls.saved')} p="xs">
        <Stack gap="xs">
          <Loaded query={saved}>
            {(filters) =>
              filters.length === 0 ? (
                <Text size="sm" c="dimmed">
                  {say('calls.savedNone')}
                </Text>
              ) : (
                filters.map((it) => (
                  <Group key={it.id} gap={4} wrap="nowrap">
                    <Button
                      variant="subtle"
                      justify="flex-start"
                      flex={1}
                      onClick={() => {
                        onChoose(readCallsSearch({ ...it.filter, sort: it.sort }))
                        close()
                      }}
                    >
                      {it.name}
                    </Button>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={say('calls.removeSaved', { name: it.name })}
                      onClick={() => change.mutate(() => api.removeFilter({ id: it.id }))}
                    >
                      <IconTrash size={16} aria-hidden />
                    </ActionIcon>
                  </Group>
                ))
              )
            }
          </Loaded>
          <form onSubmit={save}>
            <Group gap="xs" align="end" wrap="nowrap">
              <TextInput
                flex={1}
                label={say('calls.saveAs')}
                placeholder={say('calls.saveName')}
                required
                withAsterisk={false}
                maxLength={60}
                value={name}
                onChange={({ currentTarget }) => setName(currentTarget.value)}
              />
              <Button type="submit" loading={change.isPending}>
                {say('common.save')}
              </Button>
            </Group>
          </form>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
