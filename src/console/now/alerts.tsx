import { Alert, List } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Now } from '../api/generated.ts'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'

/** What somebody has to look after, read aloud when it appears. */
export function Alerts({ alerts }: { readonly alerts: Now['alerts'] }) {
  const { say } = useWords()
  const { moment } = useFormats()
  return (
    <div aria-live="polite">
      {alerts.length > 0 && (
        <Alert color="red" title={say('now.alerts')} icon={<IconAlertTriangle aria-hidden />} p="xs">
          <List size="sm">
            {alerts.map(({ key, text, since }) => (
              <List.Item key={key}>
                {text} ({say('now.since', { at: moment(since) })})
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
    </div>
  )
}
