import { Alert, Button, Group } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { problemText } from '../api/problem-text.ts'
import { useWords } from '../words/index.tsx'

/** What did not work, in the place where its result would be. */
export function Trouble({ error, onRetry }: { readonly error: unknown; readonly onRetry?: (() => void) | undefined }) {
  const { say } = useWords()
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle aria-hidden />} my="sm">
      <Group justify="space-between">
        <span>{problemText(error, say)}</span>
        {onRetry && (
          <Button variant="default" onClick={onRetry}>
            {say('common.tryAgain')}
          </Button>
        )}
      </Group>
    </Alert>
  )
}
