import { TextInput } from '@mantine/core'
import { useState } from 'react'

interface SettledInputProps {
  readonly label: string
  readonly value: string
  /** What may be typed, and what is said when it is not. */
  readonly shape: RegExp
  readonly fault: string
  readonly numeric?: boolean
  readonly onSettled: (value: string) => void
}

/** A field that counts once one has finished: with Enter, or by leaving it. */
export function SettledInput({ label, value, shape, fault, numeric, onSettled }: SettledInputProps) {
  const [typed, setTyped] = useState(value)
  const [settled, setSettled] = useState(value)
  // It was changed elsewhere: cleared, or taken from a saved filter.
  if (settled !== value) {
    setSettled(value)
    setTyped(value)
  }
  const given = typed.trim()
  const wrong = given !== '' && !shape.test(given)
  const settle = () => {
    if (!wrong && given !== value) onSettled(given)
  }
  return (
    <TextInput
      label={label}
      value={typed}
      error={wrong && fault}
      {...(numeric && { inputMode: 'numeric' as const })}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={settle}
      onKeyDown={({ key }) => key === 'Enter' && settle()}
    />
  )
}
