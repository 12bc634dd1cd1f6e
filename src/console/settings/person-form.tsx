import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/client.ts'
import type { Person } from '../api/generated.ts'
import { Trouble } from '../shell/trouble.tsx'
import type { Role } from '../sign-in/self.ts'
import { useWords } from '../words/index.tsx'

const roles = ['operator', 'supervisor', 'auditor', 'administrator'] as const

/** Adds a person, or changes one. */
export function PersonForm({
  person,
  onAdded,
  onChanged,
  onClose,
}: {
  person: Person | undefined
  onAdded: (added: { name: string; password: string }) => void
  onChanged: () => void
  onClose: () => void
}) {
  const { say } = useWords()
  const [name, setName] = useState(person?.name ?? '')
  const [displayName, setDisplayName] = useState(person?.displayName ?? '')
  const [chosen, setChosen] = useState<Role[]>(person?.roles ?? [])
  const [disabled, setDisabled] = useState(person?.disabled ?? false)
  const given = { displayName: displayName.trim(), roles: chosen }
  const send = useMutation({
    mutationFn: async () => {
      if (person) {
        await api.changePerson({ id: person.id }, { ...given, disabled })
        onChanged()
      } else {
        const { password } = await api.addPerson({ name, ...given })
        onAdded({ name, password })
      }
    },
  })
  const ready = /^[a-z][a-z0-9._-]{1,39}$/.test(name) && given.displayName !== '' && chosen.length > 0

  return (
    <Modal
      opened
      onClose={onClose}
      title={person ? say('people.changeOf', { name: person.displayName }) : say('people.add')}
      closeButtonProps={{ 'aria-label': say('common.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) send.mutate()
        }}
      >
        <Stack gap="sm">
          {!person && (
            <TextInput
              label={say('people.name')}
              description={say('people.nameShape')}
              required
              maxLength={40}
              autoComplete="off"
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
          <TextInput
            label={say('people.displayName')}
            required
            maxLength={100}
            autoComplete="off"
            value={displayName}
            onChange={(event) => setDisplayName(event.currentTarget.value)}
          />
          <Checkbox.Group
            label={say('people.roles')}
            required
            value={chosen}
            onChange={(value) => setChosen(value as Role[])}
          >
            <Stack gap={6} mt={4}>
              {roles.map((role) => (
                <Checkbox
                  key={role}
                  value={role}
                  label={say(`role.${role}`)}
                  description={say(`people.role.${role}`)}
                />
              ))}
            </Stack>
          </Checkbox.Group>
          {person && (
            <Checkbox
              label={say('people.disable')}
              checked={disabled}
              onChange={(event) => setDisabled(event.currentTarget.checked)}
            />
          )}
          {send.error && <Trouble error={send.error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {say('common.cancel')}
            </Button>
            <Button type="submit" disabled={!ready} loading={send.isPending}>
              {say('common.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
