import { Group, NumberInput, Paper, Stack, Table, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/client.ts'
import { Loaded } from '../shell/loaded.tsx'
import { WideTable } from '../shell/wide-table.tsx'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'

const typingMs = 300

/** What is assumed when nothing else is said, in the units of the fields. */
const usual = { voters: 4_300_000, days: 5, peakHourPercent: 15, callSeconds: 150, blockingPercent: 1 }

const fields = [
  { name: 'voters', least: 1, most: 100_000_000, step: 100_000 },
  { name: 'days', least: 1, most: 60, step: 1 },
  { name: 'peakHourPercent', least: 1, most: 100, step: 1 },
  { name: 'callSeconds', least: 1, most: 3600, step: 10 },
  { name: 'blockingPercent', least: 0.01, most: 50, step: 0.5 },
] as const

/** How many lines, cores, trunks and operators a share of the voters calling takes. */
export function Capacity() {
  const { say } = useWords()
  const { number, percent } = useFormats()
  const [typed, setTyped] = useState(usual)
  const [{ peakHourPercent, blockingPercent, ...rest }] = useDebouncedValue(typed, typingMs)
  const query = { ...rest, peakHourShare: peakHourPercent / 100, blocking: blockingPercent / 100 }
  const capacity = useQuery({
    queryKey: ['capacity', query],
    queryFn: () => api.getCapacity(query),
    placeholderData: keepPreviousData,
    enabled: fields.every(({ name, least, most }) => typed[name] >= least && typed[name] <= most),
  })

  return (
    <Stack>
      <Paper>
        <Text size="sm" c="dimmed" mb="sm">
          {say('capacity.note')}
        </Text>
        <Group align="end">
          {fields.map(({ name, least, most, step }) => (
            <NumberInput
              key={name}
              label={say(`capacity.${name}`)}
              w={190}
              min={least}
              max={most}
              step={step}
              thousandSeparator=" "
              value={typed[name]}
              onChange={(value) => setTyped({ ...typed, [name]: Number(value) })}
            />
          ))}
        </Group>
      </Paper>
      <Paper>
        <Loaded query={capacity}>
          {(rows) => (
            <WideTable label={say('settings.capacity')} minWidth={640} className="tabular">
              <Table.Thead>
                <Table.Tr>
                  {(['share', 'calls', 'erlangs', 'lines', 'cores', 'trunks', 'operators'] as const).map((name) => (
                    <Table.Th key={name} ta="end">
                      {say(`capacity.${name}`)}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={row.share}>
                    <Table.Td ta="end">{percent(row.share)}</Table.Td>
                    <Table.Td ta="end">{number(Math.round(row.callsInPeakHour))}</Table.Td>
                    <Table.Td ta="end">{number(row.erlangs)}</Table.Td>
                    <Table.Td ta="end">{number(row.lines)}</Table.Td>
                    <Table.Td ta="end">{number(row.cores)}</Table.Td>
                    <Table.Td ta="end">{number(row.trunks)}</Table.Td>
                    <Table.Td ta="end">{number(row.operators)}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </WideTable>
          )}
        </Loaded>
        <Text size="xs" c="dimmed" mt="xs">
          {say('capacity.operatorsNote')}
        </Text>
      </Paper>
    </Stack>
  )
}
