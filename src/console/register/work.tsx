import { Alert, Loader } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import type { RegisterState } from '../api/generated.ts'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'

/** What is being done to the register right now, or how the last thing ended. */
export function Work({ state: { work, refresh } }: { state: RegisterState }) {
  const { say } = useWords()
  const { moment } = useFormats()
  if (!work && !refresh?.running) return null
  return (
    <div aria-live="polite">
      {refresh?.running && (
        <Alert icon={<Loader size={18} />} mb="xs">
          {say('register.refreshing')}
        </Alert>
      )}
      {work && (
        <Alert
          color={work.fault ? 'red' : work.running ? 'cyan' : 'teal'}
          icon={
            work.running ? (
              <Loader size={18} />
            ) : work.fault ? (
              <IconAlertTriangle aria-hidden />
            ) : (
              <IconCheck aria-hidden />
            )
          }
        >
          {say(`register.work.${work.what}`, { subject: work.subject })} · {work.by}, {moment(work.since)} ·{' '}
          {work.fault ?? say(work.running ? 'register.running' : 'register.done')}
        </Alert>
      )}
    </div>
  )
}
