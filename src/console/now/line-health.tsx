import { Badge, Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Now } from '../api/generated.ts'
import { useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'

const hourMs = 3_600_000
/** Below this share of free room, the disk is worth a look. */
const littleRoom = 0.1

export function LineHealth({ now }: { readonly now: Now }) {
  const { say } = useWords()
  const { number, duration } = useFormats()
  const { register, disk } = now
  const gigabytes = (bytes: number) => number(bytes / 1e9)
  return (
    <Paper component="section" aria-labelledby="health">
      <Title order={2} id="health" mb="xs">
        {say('now.health')}
      </Title>
      <Stack gap="sm">
        <Part name={`${say('now.switch')} · ARI`}>
          <Link up={now.switch.ari} />
        </Part>
        <Part name={`${say('now.switch')} · AMI`}>
          <Link up={now.switch.ami} />
        </Part>
        <Part
          name={say('now.register')}
          remark={
            register &&
            say('now.registerIs', {
              id: register.id,
              age: duration(register.ageHours * hourMs),
              voters: number(register.voters),
            })
          }
        >
          {!register && <Badge color="red">{say('now.registerNone')}</Badge>}
          {register?.stale && <Badge color="orange">{say('now.registerStale')}</Badge>}
          {register && !register.stale && <Badge color="teal">OK</Badge>}
        </Part>
        {now.sms.length === 0 && (
          <Part name={say('now.sms')}>
            <Badge color="gray">{say('now.smsNone')}</Badge>
          </Part>
        )}
        {now.sms.map(({ name, state, queued }) => (
          <Part
            key={name}
            name={`${say('now.sms')} · ${name}`}
            remark={queued > 0 && say('now.smsQueued', { count: number(queued) })}
          >
            <Badge color={state === 'up' ? 'teal' : state === 'down' ? 'red' : 'orange'}>{say(`bind.${state}`)}</Badge>
          </Part>
        ))}
        <Part
          name={say('now.disk')}
          remark={say('now.diskFree', { free: gigabytes(disk.freeBytes), total: gigabytes(disk.totalBytes) })}
        >
          {disk.freeBytes < disk.totalBytes * littleRoom ? (
            <Badge color="orange">!</Badge>
          ) : (
            <Badge color="teal">OK</Badge>
          )}
        </Part>
      </Stack>
    </Paper>
  )
}

function Link({ up }: { readonly up: boolean }) {
  const { say } = useWords()
  return <Badge color={up ? 'teal' : 'red'}>{say(up ? 'now.switchUp' : 'now.switchDown')}</Badge>
}

function Part({ name, remark, children }: { readonly name: string; remark?: ReactNode; children: ReactNode }) {
  return (
    <div>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{name}</Text>
        {children}
      </Group>
      {remark && (
        <Text size="xs" c="dimmed" className="tabular">
          {remark}
        </Text>
      )}
    </div>
  )
}
