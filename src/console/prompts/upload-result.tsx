import { Alert, List, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { Refusal } from '../api/client.ts'
import type { UploadedPrompt } from '../api/generated.ts'
import { problemText } from '../api/problem-text.ts'
import { isWord, useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'

/** What an uploaded recording sounds like, or why it was not taken. */
export function UploadResult({
  result,
  error,
  onClose,
}: {
  result: UploadedPrompt | undefined
  error: Error | null
  onClose: () => void
}) {
  const { say } = useWords()
  const { number } = useFormats()
  if (error) {
    const faults = error instanceof Refusal ? Object.entries(error.fields) : []
    return (
      <Alert
        color="red"
        role="alert"
        icon={<IconAlertTriangle aria-hidden />}
        title={faults.length > 0 ? say('prompt.notTaken') : problemText(error, say)}
        withCloseButton
        closeButtonLabel={say('common.close')}
        onClose={onClose}
      >
        <List size="sm">
          {faults.map(([fault, text]) => {
            const key = `prompt.fault.${fault}`
            return <List.Item key={fault}>{isWord(key) ? say(key) : text}</List.Item>
          })}
        </List>
      </Alert>
    )
  }
  if (!result) return null
  const { check } = result
  return (
    <Alert
      color={check.warnings.length > 0 ? 'orange' : 'teal'}
      role="status"
      icon={<IconCheck aria-hidden />}
      title={say('prompt.taken')}
      withCloseButton
      closeButtonLabel={say('common.close')}
      onClose={onClose}
    >
      <Text size="sm">
        {say('prompt.measured', {
          length: number(check.durationMs / 1000),
          peak: number(check.peak),
          loudness: number(check.loudness),
          before: number(check.silenceBeforeMs / 1000),
          after: number(check.silenceAfterMs / 1000),
        })}
      </Text>
      <List size="sm">
        {check.warnings.map((warning) => (
          <List.Item key={warning}>{say(`prompt.warning.${warning}`)}</List.Item>
        ))}
      </List>
    </Alert>
  )
}
