import { Button, Paper, Stack, Table, Text, TextInput, Title } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/client.ts'
import type { RegisterState } from '../api/generated.ts'
import { AskReason } from '../shell/ask-reason.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { WideTable } from '../shell/wide-table.tsx'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { StationForm } from './station-form.tsx'
import type { useRegisterChange } from './use-register.ts'

/** A station as callers hear it, and what people changed by hand. */
export function StationEdits({
  state: { edits },
  may,
  change,
}: {
  state: RegisterState
  may: boolean
  change: ReturnType<typeof useRegisterChange>
}) {
  const { say } = useWords()
  const { moment } = useFormats()
  const [typed, setTyped] = useState('')
  const [withdrawing, setWithdrawing] = useState<string>()
  const number = /^[1-9]\d{3}$/.test(typed) ? typed : undefined
  const station = useQuery({
    queryKey: ['station', number],
    queryFn: () => api.getStation({ number: number ?? '' }),
    enabled: number !== undefined,
    retry: false,
  })

  return (
    <Paper>
      <Title order={2} mb="xs">
        {say('register.stationNow')}
      </Title>
      <Stack gap="sm">
        <TextInput
          label={say('register.stationNumber')}
          description={say('register.stationShape')}
          leftSection={<IconSearch size={16} aria-hidden />}
          inputMode="numeric"
          maxLength={4}
          w={220}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value.trim())}
        />
        {number && (
          <Loaded query={station}>
            {(it) => (
              <StationForm
                key={`${it.number} ${it.address.ky} ${it.address.ru} ${it.closed}`}
                station={it}
                may={may}
                busy={change.isPending}
                onSend={(edit) => change.mutate(() => api.editStation({ number: it.number }, edit))}
                onWithdraw={() => setWithdrawing(it.number)}
              />
            )}
          </Loaded>
        )}
        <Title order={3}>{say('register.edits')}</Title>
        {edits.length === 0 && (
          <Text size="sm" c="dimmed">
            {say('register.noEdits')}
          </Text>
        )}
        {edits.length > 0 && (
          <WideTable label={say('register.edits')} minWidth={640}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{say('register.stationNumber')}</Table.Th>
                <Table.Th>{say('common.what')}</Table.Th>
                <Table.Th>{say('common.reason')}</Table.Th>
                <Table.Th>{say('common.who')}</Table.Th>
                <Table.Th>{say('common.when')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {edits.map((edit) => (
                <Table.Tr key={`${edit.station} ${edit.at} ${edit.closed}`}>
                  <Table.Td>
                    <Button size="compact-xs" variant="default" onClick={() => setTyped(edit.station)}>
                      {edit.station}
                    </Button>
                  </Table.Td>
                  <Table.Td>
                    {edit.closed && say('register.closed')}
                    {edit.closed && edit.instead && `, ${say('register.insteadOf', { station: edit.instead })}`}
                    {edit.address && (
                      <>
                        <div lang="ky">{edit.address.ky}</div>
                        <div lang="ru">{edit.address.ru}</div>
                      </>
                    )}
                  </Table.Td>
                  <Table.Td style={{ overflowWrap: 'anywhere' }}>{edit.reason}</Table.Td>
                  <Table.Td>{edit.by}</Table.Td>
                  <Table.Td style={{ whiteSpace: 'nowrap' }}>{moment(edit.at)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </WideTable>
        )}
      </Stack>
      {withdrawing && (
        <AskReason
          title={say('register.withdrawOf', { station: withdrawing })}
          button={say('register.withdraw')}
          busy={change.isPending}
          onClose={() => setWithdrawing(undefined)}
          onSend={(reason) =>
            change.mutate(() => api.withdrawStationEdit({ number: withdrawing }, { reason }), {
              onSettled: () => setWithdrawing(undefined),
            })
          }
        >
          {say('register.withdrawNote')}
        </AskReason>
      )}
    </Paper>
  )
}
