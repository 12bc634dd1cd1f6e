import { Badge, Group, Kbd, Table, Text, VisuallyHidden } from '@mantine/core'
import type { CallDetail, CallStep } from '../api/generated.ts'
import { stepName, useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import { outcomeName } from './time-line.tsx'

const colors: Readonly<Record<string, string>> = {
  match: 'cyan',
  recorded: 'violet',
  nomatch: 'orange',
  noinput: 'orange',
  hangup: 'red',
  failed: 'red',
}

/** A call step by step: when, how long, what was heard and pressed. */
export function Steps({ call }: { readonly call: CallDetail }) {
  const { say } = useWords()
  const { clockTime, duration } = useFormats()
  const startedAt = Date.parse(call.startedAt)
  return (
    <Table.ScrollContainer minWidth={560} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table aria-labelledby="steps" className="tabular">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={70}>{say('calls.startedAt')}</Table.Th>
            <Table.Th>{say('now.step')}</Table.Th>
            <Table.Th w={120}>{say('calls.duration')}</Table.Th>
            <Table.Th w={220}>{say('call.pressed')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {call.steps.map((step) => (
            <Table.Tr key={`${step.at} ${step.name}`}>
              <Table.Td>{clockTime(Date.parse(step.at) - startedAt)}</Table.Td>
              <Table.Td>
                <Text size="sm" fw={500}>
                  {stepName(step.name, say)}
                </Text>
                {step.prompts.length > 1 && (
                  <Text size="xs" c="dimmed">
                    {say('call.prompts')}: {step.prompts.map((name) => stepName(name, say)).join(' · ')}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>{duration(step.durationMs)}</Table.Td>
              <Table.Td>
                <Group gap="xs">
                  <Badge color={colors[step.outcome] ?? 'gray'}>{outcomeName(step, say)}</Badge>
                  <Pressed step={step} />
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** A menu key as it is; of what is nobody's business only how much there was. */
function Pressed({ step: { key, digits } }: { readonly step: CallStep }) {
  const { say } = useWords()
  if (key !== null) {
    return (
      <>
        <Kbd aria-hidden>{key}</Kbd>
        <VisuallyHidden>{say('call.key', { key })}</VisuallyHidden>
      </>
    )
  }
  if (digits === null || digits === 0) return null
  return (
    <>
      <span aria-hidden>{'•'.repeat(digits)}</span>
      <VisuallyHidden>{say('call.digits', { count: digits })}</VisuallyHidden>
    </>
  )
}
