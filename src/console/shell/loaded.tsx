import { Center, Loader } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../words/index.tsx'
import { Trouble } from './trouble.tsx'

interface Asked<Data> {
  readonly data: Data | undefined
  readonly error: unknown
  readonly refetch: () => unknown
}

/** What was asked of the server: it, or that it is on its way, or why it is not there. What is there stays in sight. */
export function Loaded<Data>({ query, children }: { query: Asked<Data>; children: (data: Data) => ReactNode }) {
  const { say } = useWords()
  const { data, error, refetch } = query
  if (data === undefined) {
    if (error) return <Trouble error={error} onRetry={() => void refetch()} />
    return (
      <Center h={160}>
        <Loader aria-label={say('common.loading')} />
      </Center>
    )
  }
  return (
    <>
      {error !== null && error !== undefined && <Trouble error={error} onRetry={() => void refetch()} />}
      {children(data)}
    </>
  )
}
