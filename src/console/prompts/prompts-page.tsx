import { Group, Paper, SegmentedControl, Table, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/client.ts'
import type { PromptClip } from '../api/generated.ts'
import { Loaded } from '../shell/loaded.tsx'
import { Page } from '../shell/page.tsx'
import { WideTable } from '../shell/wide-table.tsx'
import { mayOf, useSelf } from '../sign-in/self.ts'
import { useWords } from '../words/index.tsx'
import { Clip } from './clip.tsx'
import { useListening } from './use-listening.ts'

const kinds = ['all', 'studio', 'synthetic', 'findings'] as const
type Kind = (typeof kinds)[number]

/** Every prompt of the line in both languages: its text, its sound, and recordings in its place. */
export function PromptsPage() {
  const { say } = useWords()
  const prompts = useQuery({ queryKey: ['prompts'], queryFn: () => api.listPrompts() })
  return (
    <Page title={say('nav.prompts')}>
      <Loaded query={prompts}>{(clips) => <Prompts clips={clips} />}</Loaded>
    </Page>
  )
}

const is: Readonly<Record<Kind, (clip: PromptClip) => boolean>> = {
  all: () => true,
  studio: ({ source }) => source === 'studio',
  synthetic: ({ source }) => source === 'synthetic',
  findings: ({ findings }) => findings.length > 0,
}

function Prompts({ clips }: { clips: readonly PromptClip[] }) {
  const { say } = useWords()
  const may = mayOf(useSelf(), ['administrator'])
  const listening = useListening()
  const [kind, setKind] = useState<Kind>('all')
  const [typed, setTyped] = useState('')
  const sought = typed.trim().toLowerCase()
  const shown = new Set(
    clips
      .filter((clip) => is[kind](clip) && (clip.text.toLowerCase().includes(sought) || clip.name.includes(sought)))
      .map(({ name }) => name),
  )
  const named = (name: string, language: string) => clips.find((it) => it.name === name && it.language === language)
  const studio = clips.filter(is.studio).length

  return (
    <>
      <Group gap="sm" mb="sm">
        <TextInput
          aria-label={say('prompt.search')}
          placeholder={say('prompt.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          w={260}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label={say('prompt.kind')}
          value={kind}
          onChange={(value) => setKind(value as Kind)}
          data={kinds.map((value) => ({ value, label: say(`prompt.kind.${value}`) }))}
        />
        <Text size="sm" c="dimmed">
          {say('prompt.counts', { studio, synthetic: clips.length - studio })}
        </Text>
      </Group>
      {shown.size === 0 ? (
        <Paper>{say('prompt.none')}</Paper>
      ) : (
        <WideTable label={say('nav.prompts')} minWidth={760} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={150}>{say('prompt.name')}</Table.Th>
              <Table.Th>{say('common.language.ky')}</Table.Th>
              <Table.Th>{say('common.language.ru')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {[...shown].map((name) => (
              <Table.Tr key={name} style={{ verticalAlign: 'top' }}>
                <Table.Th scope="row" ff="monospace" fz="xs" fw={500} style={{ overflowWrap: 'anywhere' }}>
                  {name}
                </Table.Th>
                {(['ky', 'ru'] as const).map((language) => {
                  const clip = named(name, language)
                  return (
                    <Table.Td key={language}>{clip && <Clip clip={clip} may={may} listening={listening} />}</Table.Td>
                  )
                })}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </WideTable>
      )}
    </>
  )
}
