import { Badge, Button, Group, Modal, Paper, Stack, Table, Text } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/client.ts'
import type { Person } from '../api/generated.ts'
import { Loaded } from '../shell/loaded.tsx'
import { Trouble } from '../shell/trouble.tsx'
import { WideTable } from '../shell/wide-table.tsx'
import { mayOf, useSelf } from '../sign-in/self.ts'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { FirstPassword } from './first-password.tsx'
import { PersonForm } from './person-form.tsx'

export const peopleKey = ['people']

/** Who may sign in, and as what. */
export function People() {
  const people = useQuery({ queryKey: peopleKey, queryFn: () => api.listPeople() })
  return <Loaded query={people}>{(all) => <List people={all} />}</Loaded>
}

type Asking = { readonly what: 'add' } | { readonly what: 'change' | 'reset'; readonly person: Person }

function List({ people }: { people: readonly Person[] }) {
  const { say } = useWords()
  const { moment } = useFormats()
  const queries = useQueryClient()
  const may = mayOf(useSelf(), ['administrator'])
  const [asking, setAsking] = useState<Asking>()
  const [password, setPassword] = useState<{ name: string; password: string }>()
  const done = () => {
    setAsking(undefined)
    return queries.invalidateQueries({ queryKey: peopleKey })
  }
  const reset = useMutation({
    mutationFn: ({ id }: Person) => api.resetPerson({ id }),
    onSuccess: (answer, { name }) => {
      setPassword({ name, ...answer })
      return done()
    },
  })

  return (
    <Paper>
      {may && (
        <Group justify="flex-end" mb="sm">
          <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setAsking({ what: 'add' })}>
            {say('people.add')}
          </Button>
        </Group>
      )}
      <WideTable label={say('settings.people')} minWidth={820}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{say('people.displayName')}</Table.Th>
            <Table.Th>{say('people.name')}</Table.Th>
            <Table.Th>{say('people.roles')}</Table.Th>
            <Table.Th>{say('people.totp')}</Table.Th>
            <Table.Th>{say('people.lastSignIn')}</Table.Th>
            <Table.Th>{say('people.state')}</Table.Th>
            {may && <Table.Th>{say('common.what')}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.map((person) => (
            <Table.Tr key={person.id}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{person.displayName}</Table.Td>
              <Table.Td ff="monospace" fz="xs">
                {person.name}
              </Table.Td>
              <Table.Td>{person.roles.map((role) => say(`role.${role}`)).join(', ')}</Table.Td>
              <Table.Td>{say(person.totp ? 'common.yes' : 'common.no')}</Table.Td>
              <Table.Td>{person.lastSignInAt ? moment(person.lastSignInAt) : '—'}</Table.Td>
              <Table.Td>
                <State person={person} />
              </Table.Td>
              {may && (
                <Table.Td>
                  <Group gap={6} wrap="nowrap">
                    <Button size="compact-xs" variant="default" onClick={() => setAsking({ what: 'change', person })}>
                      {say('people.change')}
                    </Button>
                    <Button size="compact-xs" variant="default" onClick={() => setAsking({ what: 'reset', person })}>
                      {say('people.reset')}
                    </Button>
                  </Group>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      {asking && asking.what !== 'reset' && (
        <PersonForm
          person={asking.what === 'change' ? asking.person : undefined}
          onClose={() => setAsking(undefined)}
          onChanged={done}
          onAdded={(added) => {
            setPassword(added)
            return done()
          }}
        />
      )}
      {asking?.what === 'reset' && (
        <Modal
          opened
          onClose={() => setAsking(undefined)}
          title={say('people.resetOf', { name: asking.person.displayName })}
          closeButtonProps={{ 'aria-label': say('common.close') }}
        >
          <Stack>
            <Text size="sm">{say('people.resetNote')}</Text>
            {reset.error && <Trouble error={reset.error} />}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={() => setAsking(undefined)}>
                {say('common.cancel')}
              </Button>
              <Button color="red" loading={reset.isPending} onClick={() => reset.mutate(asking.person)}>
                {say('people.reset')}
              </Button>
            </Group>
          </Stack>
        </Modal>
      )}
      {password && <FirstPassword {...password} onClose={() => setPassword(undefined)} />}
    </Paper>
  )
}

function State({ person }: { person: Person }) {
  const { say } = useWords()
  const { moment } = useFormats()
  if (person.disabled) return <Badge color="gray">{say('people.disabled')}</Badge>
  if (person.lockedUntil && Date.parse(person.lockedUntil) > Date.now()) {
    return <Badge color="red">{say('people.lockedUntil', { at: moment(person.lockedUntil) })}</Badge>
  }
  return <Badge color="teal">{say('people.active')}</Badge>
}
