import { Group, Text, Tooltip } from '@mantine/core'
import type { CallDetail, CallStep } from '../api/generated.ts'
import { isWord, type Say, stepName, useWords } from '../words/index.tsx'
import { useFormats } from '../words/use-formats.ts'
import classes from './calls.module.css'

/** The call to scale. The steps below it say the same in words. */
export function TimeLine({ call }: { readonly call: CallDetail }) {
  const { say } = useWords()
  const { clockTime, duration } = useFormats()
  const startedAt = Date.parse(call.startedAt)
  const wholeMs = Math.max(1, call.durationMs)
  const percent = (ms: number) => `${Math.min(100, Math.max(0, (ms / wholeMs) * 100))}%`
  return (
    <div>
      <div className={classes.line} role="img" aria-label={say('call.timeline')}>
        {call.steps.map((step) => (
          <Tooltip
            key={`${step.at} ${step.name}`}
            label={`${stepName(step.name, say)} · ${duration(step.durationMs)} · ${outcomeName(step, say)}`}
          >
            <div
              data-outcome={step.outcome}
              style={{ left: percent(Date.parse(step.at) - startedAt), width: percent(step.durationMs) }}
            />
          </Tooltip>
        ))}
      </div>
      <Group justify="space-between" mt={2} aria-hidden>
        <Text size="xs" c="dimmed" className="tabular">
          0:00
        </Text>
        <Text size="xs" c="dimmed" className="tabular">
          {clockTime(call.durationMs)}
        </Text>
      </Group>
    </div>
  )
}

export function outcomeName({ outcome }: CallStep, say: Say): string {
  const key = `outcome.${outcome}`
  return isWord(key) ? say(key) : outcome
}
