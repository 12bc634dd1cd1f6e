import { Anchor, Badge, Button, Group, Paper, Stack, Table, Text, UnstyledButton } from '@mantine/core'
import { IconAlertTriangle, IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { api } from '../api/client.ts'
import type { CallbackRow } from '../api/generated.ts'
import { Loaded } from '../shell/loaded.tsx'
import { Page } from '../shell/page.tsx'
import { WideTable } from '../shell/wide-table.tsx'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { QueueFilter } from './queue-filter.tsx'
import type { QueueSearch } from './queue-search.ts'
import { StateBadge } from './state-badge.tsx'

/** The queue changes under the operators' hands: it is asked anew this often. */
const refreshMs = 15_000

/** Who waits to be phoned, what is due first on top. */
export function CallbacksPage() {
  const { say } = useWords()
  const navigate = useNavigate()
  const search: QueueSearch = useSearch({ strict: false })
  const queue = useInfiniteQuery({
    queryKey: ['callbacks', search],
    queryFn: ({ pageParam }) => {
      const { overdue, ...rest } = search
      return api.listCallbacks({
        ...rest,
        ...(overdue && { overdue: 'true' }),
        ...(pageParam && { cursor: pageParam }),
      })
    },
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
  })
  const show = (next: QueueSearch) => navigate({ to: '/callbacks', search: next, replace: true })
  const rows = queue.data?.pages.flatMap((page) => page.rows) ?? []

  return (
    <Page title={say('nav.callbacks')}>
      <Stack gap="sm">
        <QueueFilter search={search} onChange={show} />
        <Loaded query={queue}>
          {() =>
            rows.length === 0 ? (
              <Paper>{say('callback.none')}</Paper>
            ) : (
              <>
                <WideTable label={say('nav.callbacks')} minWidth={0} highlightOnHover>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th aria-sort={ariaSort(search.sort)}>
                        <DueHeader sort={search.sort} onSort={(sort) => show({ ...search, sort })} />
                      </Table.Th>
                      <Table.Th aria-label={say('callback.reference')}>№</Table.Th>
                      <Table.Th>{say('callback.reason')}</Table.Th>
                      <Table.Th visibleFrom="sm">{say('common.language')}</Table.Th>
                      <Table.Th visibleFrom="sm">{say('common.region')}</Table.Th>
                      <Table.Th visibleFrom="sm">{say('callback.number')}</Table.Th>
                      <Table.Th visibleFrom="sm">{say('callback.age')}</Table.Th>
                      <Table.Th visibleFrom="sm">{say('callback.attempts')}</Table.Th>
                      <Table.Th>{say('callback.state')}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map((row) => (
                      <QueueRow key={row.id} row={row} />
                    ))}
                  </Table.Tbody>
                </WideTable>
                {queue.hasNextPage && (
                  <Group justify="center">
                    <Button variant="default" loading={queue.isFetchingNextPage} onClick={() => queue.fetchNextPage()}>
                      {say('common.more')}
                    </Button>
                  </Group>
                )}
              </>
            )
          }
        </Loaded>
      </Stack>
    </Page>
  )
}

function ariaSort(sort: QueueSearch['sort']) {
  if (sort === '-createdAt') return 'none'
  return sort === '-dueAt' ? 'descending' : 'ascending'
}

function DueHeader({ sort, onSort }: { sort: QueueSearch['sort']; onSort: (sort: 'dueAt' | '-dueAt') => void }) {
  const { say } = useWords()
  const down = sort === '-dueAt'
  const Arrow = down ? IconArrowDown : IconArrowUp
  return (
    <UnstyledButton fz="sm" fw={700} onClick={() => onSort(down ? 'dueAt' : '-dueAt')}>
      <Group gap={4} wrap="nowrap">
        {say('callback.due')}
        <Arrow size={14} aria-hidden="true" />
      </Group>
    </UnstyledButton>
  )
}

function QueueRow({ row }: { row: CallbackRow }) {
  const { say } = useWords()
  const navigate = useNavigate()
  const { moment, shortMoment, age } = useFormats()
  const open = () => navigate({ to: '/callbacks/$id', params: { id: row.id } })
  return (
    // The link in it is what the keyboard reaches; the rest of the row is a larger target for the mouse.
    <Table.Tr onClick={open} style={{ cursor: 'pointer' }}>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <Due row={row} />
      </Table.Td>
      <Table.Td>
        <Anchor
          component={Link}
          to={`/callbacks/${row.id}`}
          underline="always"
          fz="sm"
          onClick={(event) => event.stopPropagation()}
        >
          {row.reference ?? say('callback.noReference')}
        </Anchor>
      </Table.Td>
      <Table.Td>{say(`reason.${row.reason}`)}</Table.Td>
      <Table.Td visibleFrom="sm">{row.language.toUpperCase()}</Table.Td>
      <Table.Td visibleFrom="sm" style={{ whiteSpace: 'nowrap' }}>
        {row.region ? say(`region.short.${row.region}`) : '—'}
      </Table.Td>
      <Table.Td visibleFrom="sm" style={{ whiteSpace: 'nowrap' }}>
        {row.number ?? say('common.withheld')}
        {row.duplicates > 0 && (
          <Badge ms={6} variant="light" color="violet" title={say('callback.duplicates', { count: row.duplicates })}>
            +{row.duplicates}
          </Badge>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm" title={moment(row.createdAt)} style={{ whiteSpace: 'nowrap' }}>
        {age(row.createdAt)}
      </Table.Td>
      <Table.Td visibleFrom="sm" style={{ whiteSpace: 'nowrap' }}>
        {row.attempts}
        {row.nextAttemptAt && (
          <Text span size="xs" c="dimmed" title={say('callback.notBefore', { at: moment(row.nextAttemptAt) })}>
            {' · '}
            {shortMoment(row.nextAttemptAt)}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        <StateBadge row={row} />
      </Table.Td>
    </Table.Tr>
  )
}

function Due({ row }: { row: CallbackRow }) {
  const { say } = useWords()
  const { shortMoment } = useFormats()
  if (!row.overdue) return shortMoment(row.dueAt)
  return (
    <Group gap={4} wrap="nowrap" c="red" title={say('callback.overdue')}>
      <IconAlertTriangle size={16} aria-label={say('callback.overdue')} />
      {shortMoment(row.dueAt)}
    </Group>
  )
}
