import type { SearchCallsPayload } from '../api/generated.ts'

export type CallFilter = NonNullable<SearchCallsPayload['filter']>
export type CallSort = NonNullable<SearchCallsPayload['sort']>

/** Which calls are shown, and in what order; it stands in the page's address. A full number never does. */
export type CallsSearch = CallFilter & { readonly sort?: CallSort }

export const dispositions = ['completed', 'abandoned', 'gave-up', 'failed'] as const
export const languages = ['ky', 'ru'] as const
export const regions = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const
const sorts = ['startedAt', '-startedAt', 'durationMs', '-durationMs', 'station', '-station'] as const

export const newestFirst: CallSort = '-startedAt'

/** Takes from an address only what calls can be asked for. */
export function readCallsSearch(given: Record<string, unknown>): CallsSearch {
  const texts = (name: string) => [given[name] ?? []].flat().map(String)
  const known = <Value extends string>(name: string, values: readonly Value[]) =>
    kept(
      name,
      values.filter((value) => texts(name).includes(value)),
    )
  const number = (name: string) => {
    const value = Number(given[name] ?? Number.NaN)
    return Number.isInteger(value) && value >= 0 ? { [name]: value } : {}
  }
  const moment = (name: string) => {
    const at = new Date(String(given[name]))
    return given[name] !== undefined && !Number.isNaN(at.getTime()) ? { [name]: at.toISOString() } : {}
  }
  const sort = sorts.find((it) => it === given.sort)
  const [callback] = texts('callback')
  return {
    ...moment('from'),
    ...moment('until'),
    ...kept('did', texts('did')),
    ...known('language', languages),
    ...known('disposition', dispositions),
    ...kept('lastStep', texts('lastStep')),
    ...(/^[1-9]\d{3}$/.test(String(given.station)) && { station: String(given.station) }),
    ...known('region', regions),
    ...number('minDurationMs'),
    ...number('maxDurationMs'),
    ...((callback === 'true' || callback === 'false') && { callback }),
    ...(sort && sort !== newestFirst && { sort }),
  }
}

/** The two things the API takes apart. */
export function filterAndSort({ sort = newestFirst, ...filter }: CallsSearch): { filter: CallFilter; sort: CallSort } {
  return { filter, sort }
}

function kept<Value>(name: string, values: readonly Value[]) {
  return values.length > 0 ? { [name]: values } : {}
}
