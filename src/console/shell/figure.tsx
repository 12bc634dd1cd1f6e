import { Paper, Text } from '@mantine/core'
import type { ReactNode } from 'react'

interface FigureProps {
  readonly name: string
  readonly value: ReactNode
  /** What puts the value into proportion. */
  readonly remark?: ReactNode
  readonly children?: ReactNode
}

/** One number that people look for, with its name. */
export function Figure({ name, value, remark, children }: FigureProps) {
  return (
    <Paper component="section" px="sm" py={8} aria-label={name}>
      <Text size="xs" c="dimmed" truncate title={name}>
        {name}
      </Text>
      <Text fz={22} fw={600} lh={1.2} className="tabular">
        {value}
      </Text>
      {remark !== undefined && (
        <Text size="xs" c="dimmed" className="tabular">
          {remark}
        </Text>
      )}
      {children}
    </Paper>
  )
}
