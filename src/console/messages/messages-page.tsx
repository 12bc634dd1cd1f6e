import { Button, Paper, Stack, Text } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { api } from '../api/client.ts'
import { Loaded } from '../shell/loaded.tsx'
import { Page } from '../shell/page.tsx'
import { useMay } from '../sign-in/self.ts'
import { useWords } from '../words/index.tsx'
import { Binds } from './binds.tsx'
import { MessagesFilter } from './messages-filter.tsx'
import type { MessagesSearch } from './messages-search.ts'
import { MessagesTable } from './messages-table.tsx'

const route = getRouteApi('/messages')
const refreshMs = 15_000

/** The ways to the operators, and every message with what became of it; never its text. */
export function MessagesPage() {
  const { say } = useWords()
  const binds = useQuery({ queryKey: ['binds'], queryFn: () => api.listBinds(), refetchInterval: refreshMs })
  // An administrator sees how the ways are, and no citizen's message.
  const mayRead = useMay(['supervisor', 'auditor'])
  return (
    <Page title={say('messages.title')}>
      <Stack gap="sm">
        <Loaded query={binds}>{(data) => <Binds binds={data} />}</Loaded>
        {mayRead && <List binds={binds.data?.map(({ name }) => name) ?? []} />}
      </Stack>
    </Page>
  )
}

function List({ binds }: { readonly binds: readonly string[] }) {
  const { say } = useWords()
  const navigate = useNavigate()
  const search = route.useSearch()
  const messages = useInfiniteQuery({
    queryKey: ['messages', search],
    queryFn: ({ pageParam }) => api.listMessages({ ...search, ...(pageParam && { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data && state.data.pages.length > 1 ? false : refreshMs),
  })
  const show = (next: MessagesSearch) => void navigate({ to: '/messages', search: next, replace: true })
  return (
    <>
      <MessagesFilter search={search} binds={binds} onChange={show} />
      <Loaded query={messages}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows)
          if (rows.length === 0) {
            return (
              <Paper>
                <Text size="sm" c="dimmed">
                  {say('messages.none')}
                </Text>
              </Paper>
            )
          }
          return (
            <>
              <MessagesTable rows={rows} />
              {messages.hasNextPage && (
                <Button
                  variant="default"
                  loading={messages.isFetchingNextPage}
                  onClick={() => void messages.fetchNextPage()}
                  style={{ alignSelf: 'center' }}
                >
                  {say('common.more')}
                </Button>
              )}
            </>
          )
        }}
      </Loaded>
    </>
  )
}
