import { Group, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import { useWords } from '../words/index.tsx'

/** A page's head and body; its title is the tab's, too. `actions` stand at the right. */
export function Page({ title, actions, children }: { title: string; actions?: ReactNode; children: ReactNode }) {
  const { say } = useWords()
  useEffect(() => {
    document.title = `${title} · ${say('shell.name')}`
  }, [title, say])
  return (
    <>
      <Group justify="space-between" mb="sm" mih={30} gap="xs">
        <Title order={1}>{title}</Title>
        {actions}
      </Group>
      {children}
    </>
  )
}
