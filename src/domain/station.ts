import type { Language } from './language.ts'

/** A polling station. `number` has four digits, the first of them the region (see `regionOf`). */
export interface Station {
  readonly number: string
  readonly address: Readonly<Record<Language, string>>
}
