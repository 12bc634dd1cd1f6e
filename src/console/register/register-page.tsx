import { Alert, Button, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconArrowBackUp, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import { api } from '../api/client.ts'
import type { RegisterState } from '../api/generated.ts'
import { AskReason } from '../shell/ask-reason.tsx'
import { Facts } from '../shell/facts.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { Page } from '../shell/page.tsx'
import { mayOf, useSelf } from '../sign-in/self.ts'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { Editions } from './editions.tsx'
import { Journal } from './journal.tsx'
import { StationEdits } from './station-edits.tsx'
import { useRegister, useRegisterChange } from './use-register.ts'
import { Work } from './work.tsx'

/** The voter list the calls are answered from: which one, what was found in it, and what people may do with it. */
export function RegisterPage() {
  const { say } = useWords()
  const register = useRegister()
  return (
    <Page title={say('nav.register')}>
      <Loaded query={register}>{(state) => <Register state={state} />}</Loaded>
    </Page>
  )
}

function Register({ state }: { state: RegisterState }) {
  const { say } = useWords()
  const { moment, age, number } = useFormats()
  const change = useRegisterChange()
  const [asking, setAsking] = useState(false)
  const may = mayOf(useSelf(), ['administrator'])
  const active = state.snapshots.find((it) => it.active)
  const busy = state.work?.running === true || state.refresh?.running === true

  return (
    <Stack>
      <Work state={state} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Paper>
          <Group justify="space-between" mb="xs" align="start">
            <Title order={2}>{say('register.active')}</Title>
            {may && (
              <Button
                variant="default"
                leftSection={<IconArrowBackUp size={16} aria-hidden />}
                disabled={busy || state.snapshots.length < 2}
                onClick={() => setAsking(true)}
              >
                {say('register.rollBack')}
              </Button>
            )}
          </Group>
          {active ? (
            <Facts
              facts={[
                [say('register.id'), <code key="id">{active.id}</code>],
                [say('register.asOf'), `${moment(active.asOf)} · ${age(active.asOf)}`],
                [say('register.voters'), number(active.voters)],
                [say('register.stations'), number(active.stations)],
                [say('register.madeAt'), moment(active.madeAt)],
              ]}
            />
          ) : (
            <Alert color="red">{say('register.noneActive')}</Alert>
          )}
        </Paper>
        <Paper>
          <Group justify="space-between" mb="xs" align="start">
            <Title order={2}>{say('register.refresh')}</Title>
            {may && state.refresh && (
              <Button
                variant="default"
                leftSection={<IconRefresh size={16} aria-hidden />}
                disabled={busy}
                loading={state.refresh.running}
                onClick={() => change.mutate(() => api.refreshRegister())}
              >
                {say('register.refreshNow')}
              </Button>
            )}
          </Group>
          {state.refresh ? (
            <Facts
              facts={[
                [say('register.nextRefresh'), state.refresh.nextAt ? moment(state.refresh.nextAt) : '—'],
                [say('register.lastRefresh'), state.refresh.lastSuccess ? moment(state.refresh.lastSuccess) : '—'],
                [say('register.failures'), number(state.refresh.failures)],
                ...(state.refresh.lastFault ? [[say('register.lastFault'), state.refresh.lastFault] as const] : []),
              ]}
            />
          ) : (
            <Text size="sm" c="dimmed">
              {say('register.noSource')}
            </Text>
          )}
        </Paper>
      </SimpleGrid>
      <Editions state={state} may={may && !busy} change={change} />
      <StationEdits state={state} may={may && !busy} change={change} />
      <Journal state={state} />
      {asking && (
        <AskReason
          title={say('register.rollBack')}
          button={say('register.rollBack')}
          danger
          busy={change.isPending}
          onClose={() => setAsking(false)}
          onSend={(reason) =>
            change.mutate(() => api.rollBackRegister({ reason }), { onSettled: () => setAsking(false) })
          }
        >
          {say('register.rollBackNote')}
        </AskReason>
      )}
    </Stack>
  )
}
