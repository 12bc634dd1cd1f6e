import { Table, type TableProps } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import classes from './wide-table.module.css'

/** As the style sheet has it. */
const narrow = '(max-width: 75em)'

/** Of the page's head, below which the table's own stays in sight. */
const headHeight = 48

/** A table that scrolls sideways where it does not fit: also with the keyboard, which must reach it for that. */
export function WideTable({ label, minWidth, ...table }: TableProps & { label: string; minWidth: number }) {
  const scrolls = useMediaQuery(narrow)
  return (
    <section className={classes.wide} aria-label={label} {...(scrolls && { tabIndex: 0 })}>
      <Table {...table} miw={minWidth} stickyHeader stickyHeaderOffset={headHeight} />
    </section>
  )
}
