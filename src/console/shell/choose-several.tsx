import { MultiSelect } from '@mantine/core'

interface ChooseSeveralProps<Value extends string> {
  readonly label: string
  readonly values: readonly Value[]
  readonly chosen: readonly Value[] | undefined
  readonly word: (value: Value) => string
  readonly onChange: (chosen: Value[] | undefined) => void
}

/** Narrows a list down to some values of one column; none chosen means all. */
export function ChooseSeveral<Value extends string>({
  label,
  values,
  chosen,
  word,
  onChange,
}: ChooseSeveralProps<Value>) {
  const picked = chosen ?? []
  return (
    <MultiSelect
      label={label}
      clearable
      searchable={values.length > 10}
      value={[...picked]}
      data={values.map((value) => ({ value, label: word(value) }))}
      onChange={(given) => onChange(given.length > 0 ? (given as Value[]) : undefined)}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      clearButtonProps={{ 'aria-label': label }}
    />
  )
}
