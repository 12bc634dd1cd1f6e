import { Alert, Button, Code, Group, Paper, Stack, Table, TextInput } from '@mantine/core'
import { DateTimePicker } from '@mantine/dates'
import { useDebouncedValue } from '@mantine/hooks'
import { IconLinkOff, IconShieldCheck } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/client.ts'
import type { AuditEntry } from '../api/generated.ts'
import { Loaded } from '../shell/loaded.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { WideTable } from '../shell/wide-table.tsx'
import { isWord, useWords } from '../words/index.tsx'
import { fromPicker } from '../words/moments.ts'
import { useFormats } from '../words/use-formats.ts'

const typingMs = 300
const texts = ['by', 'action', 'subject'] as const

/** Who saw, heard, took out or changed what; and whether the log itself was touched. */
export function Audit() {
  const { say } = useWords()
  const [typed, setTyped] = useState({ by: '', action: '', subject: '' })
  const [from, setFrom] = useState<string | null>(null)
  const [until, setUntil] = useState<string | null>(null)
  const [settled] = useDebouncedValue(typed, typingMs)
  const filter = {
    ...Object.fromEntries(texts.filter((it) => settled[it].trim()).map((it) => [it, settled[it].trim()])),
    ...(from && { from: fromPicker(from) }),
    ...(until && { until: fromPicker(until) }),
  }
  const entries = useInfiniteQuery({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) => api.listAudit({ ...filter, ...(pageParam && { cursor: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  })
  const rows = entries.data?.pages.flatMap((page) => page.rows) ?? []

  return (
    <Stack gap="sm">
      <Chain />
      <Group align="end" gap="xs">
        <DateTimePicker
          label={say('common.from')}
          clearButtonProps={{ 'aria-label': say('audit.clear') }}
          w={180}
          clearable
          valueFormat="DD.MM.YYYY HH:mm"
          value={from}
          onChange={setFrom}
        />
        <DateTimePicker
          label={say('common.until')}
          clearButtonProps={{ 'aria-label': say('audit.clear') }}
          w={180}
          clearable
          valueFormat="DD.MM.YYYY HH:mm"
          value={until}
          onChange={setUntil}
        />
        {texts.map((name) => (
          <TextInput
            key={name}
            label={say(`audit.${name}`)}
            w={190}
            maxLength={60}
            value={typed[name]}
            onChange={(event) => setTyped({ ...typed, [name]: event.currentTarget.value })}
          />
        ))}
      </Group>
      <Loaded query={entries}>
        {() =>
          rows.length === 0 ? (
            <Paper>{say('audit.none')}</Paper>
          ) : (
            <>
              <WideTable label={say('settings.audit')} minWidth={900}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th ta="end">№</Table.Th>
                    <Table.Th>{say('common.when')}</Table.Th>
                    <Table.Th>{say('common.who')}</Table.Th>
                    <Table.Th>{say('common.what')}</Table.Th>
                    <Table.Th>{say('audit.subject')}</Table.Th>
                    <Table.Th>{say('audit.detail')}</Table.Th>
                    <Table.Th>{say('audit.address')}</Table.Th>
                    <Table.Th>{say('audit.hash')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((entry) => (
                    <Row key={entry.number} entry={entry} />
                  ))}
                </Table.Tbody>
              </WideTable>
              {entries.hasNextPage && (
                <Group justify="center">
                  <Button
                    variant="default"
                    loading={entries.isFetchingNextPage}
                    onClick={() => entries.fetchNextPage()}
                  >
                    {say('common.more')}
                  </Button>
                </Group>
              )}
            </>
          )
        }
      </Loaded>
    </Stack>
  )
}

function Row({ entry: { number, at, by, action, subject, detail, from, hash } }: { entry: AuditEntry }) {
  const { say } = useWords()
  const { exactMoment } = useFormats()
  const key = `audit.action.${action}`
  return (
    <Table.Tr>
      <Table.Td ta="end" className="tabular">
        {number}
      </Table.Td>
      <Table.Td className="tabular" style={{ whiteSpace: 'nowrap' }}>
        {exactMoment(at)}
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{by}</Table.Td>
      <Table.Td title={action}>{isWord(key) ? say(key) : action}</Table.Td>
      <Table.Td ff="monospace" fz="xs" style={{ overflowWrap: 'anywhere' }}>
        {subject ?? ''}
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{detail ?? ''}</Table.Td>
      <Table.Td ff="monospace" fz="xs">
        {from ?? ''}
      </Table.Td>
      <Table.Td ff="monospace" fz="xs" title={hash}>
        {hash.slice(0, 8)}
      </Table.Td>
    </Table.Tr>
  )
}

/** Computes the chain anew when asked. */
function Chain() {
  const { say } = useWords()
  const { number } = useFormats()
  const check = useMutation({ mutationFn: () => api.checkAudit() })
  const broken = check.data?.brokenAt
  return (
    <div aria-live="polite">
      <Group>
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={16} aria-hidden />}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          {say('audit.check')}
        </Button>
      </Group>
      {check.error && <Trouble error={check.error} />}
      {check.data && (
        <Alert
          mt="xs"
          color={broken === null ? 'teal' : 'red'}
          icon={broken === null ? <IconShieldCheck aria-hidden /> : <IconLinkOff aria-hidden />}
        >
          {broken === null || broken === undefined
            ? say('audit.whole', { count: number(check.data.entries) })
            : say('audit.brokenAt', { number: broken })}{' '}
          {say('audit.head')} <Code style={{ overflowWrap: 'anywhere' }}>{check.data.head}</Code>
        </Alert>
      )}
    </div>
  )
}
