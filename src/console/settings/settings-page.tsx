import { Tabs } from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { Page } from '../shell/page.tsx'
import { mayOf, type Role, useSelf } from '../sign-in/self.ts'
import { useWords, type WordKey } from '../words/index.tsx'
import { Audit } from './audit.tsx'
import { Calendar } from './calendar.tsx'
import { CallbackRules } from './callback-rules.tsx'
import { Capacity } from './capacity.tsx'
import { Hours } from './hours.tsx'
import { People } from './people.tsx'
import { Retention } from './retention.tsx'

interface Part {
  readonly name: string
  readonly title: WordKey
  readonly for: readonly Role[]
  readonly content: ComponentType
}

const readers = ['supervisor', 'auditor', 'administrator'] as const

const parts: readonly Part[] = [
  { name: 'calendar', title: 'settings.calendar', for: readers, content: Calendar },
  { name: 'hours', title: 'settings.hours', for: readers, content: Hours },
  { name: 'callbacks', title: 'settings.callbacks', for: readers, content: CallbackRules },
  { name: 'retention', title: 'settings.retention', for: readers, content: Retention },
  { name: 'capacity', title: 'settings.capacity', for: readers, content: Capacity },
  { name: 'people', title: 'settings.people', for: ['auditor', 'administrator'], content: People },
  { name: 'audit', title: 'settings.audit', for: ['auditor', 'administrator'], content: Audit },
]

/** What is set here, who may do what, and who did it. */
export function SettingsPage() {
  const { say } = useWords()
  const self = useSelf()
  const navigate = useNavigate()
  const { part } = useParams({ strict: false })
  const open = parts.filter((it) => mayOf(self, it.for))
  const shown = open.find(({ name }) => name === part) ?? open[0]
  if (!shown) return null
  const Content = shown.content
  return (
    <Page title={say('nav.settings')}>
      <Tabs
        value={shown.name}
        keepMounted={false}
        onChange={(name) => name && navigate({ to: '/settings/$part', params: { part: name } })}
      >
        <Tabs.List mb="md">
          {open.map(({ name, title }) => (
            <Tabs.Tab key={name} value={name}>
              {say(title)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={shown.name}>
          <Content />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
