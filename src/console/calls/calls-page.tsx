import { ActionIcon, Group, Stack, Text, Tooltip } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Page } from '../shell/page.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { CallsFilter } from './calls-filter.tsx'
import { type CallsSearch, filterAndSort, newestFirst } from './calls-search.ts'
import { CallsTable } from './calls-table.tsx'
import { ExportMenu } from './export-menu.tsx'
import { SavedFilters } from './saved-filters.tsx'
import { askedOf, useCallCount, useCallerSearched, useCalls } from './use-calls.ts'

const route = getRouteApi('/calls')

export function CallsPage() {
  const { say } = useWords()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const search = route.useSearch()
  const [caller, setCaller] = useCallerSearched()
  const asked = askedOf(search, caller)
  const calls = useCalls(asked)
  const { filter, sort } = filterAndSort(search)
  const show = (next: CallsSearch) => void navigate({ to: '/calls', search: next, replace: true })
  const refresh = () => {
    void queries.resetQueries({ queryKey: ['calls'] })
    void queries.invalidateQueries({ queryKey: ['call-count'] })
  }

  return (
    <Page
      title={say('calls.title')}
      actions={
        <Group gap="xs">
          <Count {...asked} />
          <Tooltip label={say('common.refresh')}>
            <ActionIcon
              variant="default"
              aria-label={say('common.refresh')}
              loading={calls.isFetching}
              onClick={refresh}
            >
              <IconRefresh size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <SavedFilters filter={filter} sort={sort} onChoose={show} />
          <ExportMenu asked={asked} />
        </Group>
      }
    >
      <Stack gap="xs">
        <CallsFilter
          filter={filter}
          caller={caller}
          onChange={(next) => show(sort === newestFirst ? next : { ...next, sort })}
          onCaller={setCaller}
        />
        {calls.error ? (
          <Trouble error={calls.error} onRetry={() => void calls.refetch()} />
        ) : (
          <CallsTable
            pages={calls.data?.pages}
            more={calls.hasNextPage}
            busy={calls.isPending || calls.isPlaceholderData}
            sort={sort}
            onMore={() => {
              if (!calls.isFetching) void calls.fetchNextPage()
            }}
            onSort={(next) => show(next === newestFirst ? filter : { ...filter, sort: next })}
          />
        )}
      </Stack>
    </Page>
  )
}

function Count(asked: ReturnType<typeof askedOf>) {
  const { say } = useWords()
  const { number } = useFormats()
  const { data } = useCallCount(asked)
  return (
    <Text size="sm" c="dimmed" className="tabular" role="status">
      {data && say(data.more ? 'calls.countMore' : 'calls.count', { count: number(data.count) })}
    </Text>
  )
}
