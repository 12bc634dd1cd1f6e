import { useInterval } from '@mantine/hooks'
import { useState } from 'react'

/** The time in ms, anew every second. */
export function useSeconds(): number {
  const [at, setAt] = useState(Date.now)
  useInterval(() => setAt(Date.now()), 1000, { autoInvoke: true })
  return at
}
