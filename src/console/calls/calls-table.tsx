import { Anchor, LoadingOverlay, Table, Text, UnstyledButton } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPhoneCall } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { createColumnHelper, flexRender, getCoreRowModel, useReactTable } from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import type { CallPage, CallRow } from '../api/generated.ts'
import { stepName, useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import classes from './calls.module.css'
import type { CallSort } from './calls-search.ts'
import { DispositionBadge } from './disposition-badge.tsx'

interface CallsTableProps {
  readonly pages: readonly CallPage[] | undefined
  /** Whether there are calls after these. */
  readonly more: boolean
  readonly busy: boolean
  readonly sort: CallSort
  readonly onMore: () => void
  readonly onSort: (sort: CallSort) => void
}

const rowPx = 31
const column = createColumnHelper<CallRow>()

/** Any number of calls: only the rows in sight are in the page, the next are asked for before one gets to them. */
export function CallsTable({ pages, more, busy, sort, onMore, onSort }: CallsTableProps) {
  const { say } = useWords()
  const navigate = useNavigate()
  const columns = useColumns()
  const rows = useMemo(() => pages?.flatMap((page) => page.rows) ?? [], [pages])
  const table = useReactTable({
    data: rows,
    columns,
    state: { sorting: [{ id: sort.replace('-', ''), desc: sort.startsWith('-') }] },
    manualSorting: true,
    getCoreRowModel: getCoreRowModel(),
    getRowId: ({ id }) => id,
  })
  const scroll = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    overscan: 20,
  })
  const inSight = virtual.getVirtualItems()
  const last = inSight.at(-1)?.index ?? 0
  useEffect(() => {
    if (more && last >= rows.length - 30) onMore()
  }, [more, last, rows.length, onMore])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another order or filter begins at the top
  useEffect(() => {
    scroll.current?.scrollTo({ top: 0 })
  }, [sort, busy])

  const above = inSight[0]?.start ?? 0
  const below = virtual.getTotalSize() - (inSight.at(-1)?.end ?? 0)
  const all = table.getRowModel().rows

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <section ref={scroll} className={classes.scroll} tabIndex={0} aria-label={say('calls.table')}>
      <LoadingOverlay visible={busy} overlayProps={{ backgroundOpacity: 0.4 }} loaderProps={{ size: 'sm' }} />
      <Table
        className={`${classes.table} tabular`}
        highlightOnHover
        aria-label={say('calls.table')}
        aria-rowcount={more ? -1 : rows.length + 1}
      >
        <Table.Thead>
          {table.getHeaderGroups().map((group) => (
            <Table.Tr key={group.id} aria-rowindex={1}>
              {group.headers.map((header) => {
                const sorted = header.column.getIsSorted()
                const name = flexRender(header.column.columnDef.header, header.getContext())
                return (
                  <Table.Th
                    key={header.id}
                    w={header.getSize()}
                    {...(sorted && { 'aria-sort': sorted === 'desc' ? 'descending' : 'ascending' })}
                  >
                    {header.column.getCanSort() ? (
                      <UnstyledButton
                        fz="inherit"
                        fw="inherit"
                        onClick={() => onSort(nextSort(header.id as SortedColumn, sorted))}
                      >
                        {name}
                        {sorted === 'desc' && <IconArrowDown size={14} aria-hidden />}
                        {sorted === 'asc' && <IconArrowUp size={14} aria-hidden />}
                      </UnstyledButton>
                    ) : (
                      name
                    )}
                  </Table.Th>
                )
              })}
            </Table.Tr>
          ))}
        </Table.Thead>
        <Table.Tbody>
          <Spacer px={above} />
          {inSight.map(({ index }) => {
            const row = all[index]
            if (!row) return null
            return (
              <Table.Tr
                key={row.id}
                data-row={row.id}
                h={rowPx}
                aria-rowindex={index + 2}
                onClick={() => void navigate({ to: '/calls/$id', params: { id: row.id } })}
              >
                {row.getVisibleCells().map((cell) => (
                  <Table.Td key={cell.id}>{flexRender(cell.column.columnDef.cell, cell.getContext())}</Table.Td>
                ))}
              </Table.Tr>
            )
          })}
          <Spacer px={below} />
        </Table.Tbody>
      </Table>
      {rows.length === 0 && !busy && (
        <Text size="sm" c="dimmed" p="md" role="status">
          {say('calls.none')}
        </Text>
      )}
    </section>
  )
}

/** Stands for the rows that are not in the page. */
function Spacer({ px }: { readonly px: number }) {
  if (px <= 0) return null
  return (
    <tr aria-hidden>
      <td style={{ height: px, padding: 0 }} />
    </tr>
  )
}

type SortedColumn = 'startedAt' | 'durationMs' | 'station'

/** The other way round; a new column, from its larger end, as one mostly wants it. */
function nextSort(column: SortedColumn, sorted: false | 'asc' | 'desc'): CallSort {
  return sorted === 'desc' ? column : `-${column}`
}

function useColumns() {
  const { say } = useWords()
  const { exactMoment, clockTime } = useFormats()
  return useMemo(
    () => [
      column.accessor('startedAt', {
        header: say('calls.startedAt'),
        size: 165,
        cell: ({ row, getValue }) => (
          <Anchor
            component={Link}
            to={`/calls/${encodeURIComponent(row.id)}`}
            fz="inherit"
            onClick={(event) => event.stopPropagation()}
          >
            {exactMoment(getValue())}
          </Anchor>
        ),
      }),
      column.accessor('durationMs', {
        header: say('calls.duration'),
        size: 85,
        cell: ({ getValue }) => clockTime(getValue()),
      }),
      column.accessor('caller', {
        header: say('calls.caller'),
        size: 140,
        enableSorting: false,
        cell: ({ getValue }) => getValue() ?? say('common.withheld'),
      }),
      column.accessor('did', { header: say('calls.did'), size: 130, enableSorting: false }),
      column.accessor('language', {
        header: say('common.language'),
        size: 100,
        enableSorting: false,
        cell: ({ getValue }) => say(`common.language.${getValue()}`),
      }),
      column.accessor('disposition', {
        header: say('calls.disposition'),
        size: 125,
        enableSorting: false,
        cell: ({ getValue }) => <DispositionBadge disposition={getValue()} />,
      }),
      column.accessor('lastStep', {
        header: say('calls.lastStep'),
        size: 165,
        enableSorting: false,
        cell: ({ getValue }) => stepName(getValue(), say),
      }),
      column.accessor('station', { header: say('calls.station'), size: 85, cell: ({ getValue }) => getValue() ?? '—' }),
      column.accessor('callback', {
        header: say('calls.callback'),
        size: 95,
        enableSorting: false,
        cell: ({ getValue }) =>
          getValue() && <IconPhoneCall size={16} role="img" aria-label={say('calls.callbackLeft')} />,
      }),
    ],
    [say, exactMoment, clockTime],
  )
}
