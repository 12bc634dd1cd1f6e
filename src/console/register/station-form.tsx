import { Alert, Badge, Button, Checkbox, Group, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { EditStationPayload, StationNow } from '../api/generated.ts'
import { Facts } from '../shell/facts.tsx'
import { useWords } from '../words/index.tsx'

/** The station's address in both languages, to read or to change; or its closing. */
export function StationForm({
  station,
  may,
  busy,
  onSend,
  onWithdraw,
}: {
  station: StationNow
  may: boolean
  busy: boolean
  onSend: (edit: EditStationPayload) => void
  onWithdraw: () => void
}) {
  const { say } = useWords()
  const [ky, setKy] = useState(station.address.ky)
  const [ru, setRu] = useState(station.address.ru)
  const [closed, setClosed] = useState(station.closed)
  const [instead, setInstead] = useState(station.instead ?? '')
  const [reason, setReason] = useState('')
  const address = { ky: ky.trim(), ru: ru.trim() }
  const moved = address.ky !== station.address.ky || address.ru !== station.address.ru
  const closes = closed && (!station.closed || instead !== (station.instead ?? ''))
  const ready =
    (moved || closes) &&
    address.ky !== '' &&
    address.ru !== '' &&
    /^([1-9]\d{3})?$/.test(instead) &&
    reason.trim().length >= 3

  const head = (
    <Group gap="xs">
      <Text fw={600}>№ {station.number}</Text>
      {station.closed && <Badge color="red">{say('register.closed')}</Badge>}
      {station.edited && <Badge color="orange">{say('register.edited')}</Badge>}
    </Group>
  )
  if (!may) {
    return (
      <Stack gap="xs">
        {head}
        <Facts
          facts={[
            [
              say('common.language.ky'),
              <span key="ky" lang="ky">
                {station.address.ky}
              </span>,
            ],
            [
              say('common.language.ru'),
              <span key="ru" lang="ru">
                {station.address.ru}
              </span>,
            ],
            ...(station.instead ? [[say('register.instead'), station.instead] as const] : []),
          ]}
        />
      </Stack>
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!ready) return
        onSend({
          reason: reason.trim(),
          ...(moved && { address }),
          ...(closes && { closed: true as const, ...(instead && { instead }) }),
        })
      }}
    >
      <Stack gap="xs">
        {head}
        <Textarea
          lang="ky"
          label={say('register.addressKy')}
          autosize
          maxLength={500}
          required
          value={ky}
          onChange={(event) => setKy(event.currentTarget.value)}
        />
        <Textarea
          lang="ru"
          label={say('register.addressRu')}
          autosize
          maxLength={500}
          required
          value={ru}
          onChange={(event) => setRu(event.currentTarget.value)}
        />
        <Checkbox
          label={say('register.close')}
          checked={closed}
          disabled={station.closed}
          onChange={(event) => setClosed(event.currentTarget.checked)}
        />
        {closed && (
          <TextInput
            label={say('register.instead')}
            description={say('register.insteadNote')}
            inputMode="numeric"
            maxLength={4}
            w={220}
            value={instead}
            onChange={(event) => setInstead(event.currentTarget.value.trim())}
          />
        )}
        <TextInput
          label={say('common.reason')}
          description={say('common.reasonNote')}
          required
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group gap="xs">
          <Button type="submit" disabled={!ready} loading={busy}>
            {say('register.saveStation')}
          </Button>
          {station.edited && (
            <Button variant="default" onClick={onWithdraw}>
              {say('register.withdraw')}
            </Button>
          )}
        </Group>
        <Alert>{say('register.editNote')}</Alert>
      </Stack>
    </form>
  )
}
