import { NumberInput } from '@mantine/core'

export interface WholeNumber<Name extends string> {
  readonly name: Name
  readonly label: string
  readonly description?: string
  readonly unit: string
  readonly most: number
}

/** Fields for whole numbers from 1 on. */
export function WholeNumbers<Name extends string>({
  fields,
  values,
  onChange,
}: {
  fields: readonly WholeNumber<Name>[]
  values: Readonly<Record<Name, number>>
  onChange: (values: Record<Name, number>) => void
}) {
  return fields.map(({ name, label, description, unit, most }) => (
    <NumberInput
      key={name}
      label={label}
      description={description}
      required
      w={300}
      min={1}
      max={most}
      clampBehavior="strict"
      allowDecimal={false}
      suffix={` ${unit}`}
      value={values[name] || ''}
      onChange={(value) => onChange({ ...values, [name]: Number(value) })}
    />
  ))
}

/** @returns whether each of them is filled in */
export function areFilled(values: Readonly<Record<string, number>>): boolean {
  return Object.values(values).every((value) => value >= 1)
}
