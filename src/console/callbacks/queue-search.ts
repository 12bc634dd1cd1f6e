import type { ListCallbacksParams } from '../api/generated.ts'

/** What of the queue is shown; it stands in the page's address. */
export type QueueSearch = Omit<ListCallbacksParams, 'cursor' | 'limit' | 'overdue'> & { overdue?: true }

const choices = {
  state: ['open', 'incomplete', 'duplicate', 'closed'],
  reason: ['not-in-list', 'wrong-station', 'wrong-personal-data', 'other'],
  language: ['ky', 'ru'],
  region: ['1', '2', '3', '4', '5', '6', '7', '8', '9'],
  outcome: ['reached', 'no-answer', 'wrong-number', 'resolved', 'passed-to-commission'],
} as const

export const queueChoices = choices

/** Takes from an address only what the queue can be asked. */
export function readQueueSearch(given: Record<string, unknown>): QueueSearch {
  const some = <Value extends string>(name: string, known: readonly Value[]) => {
    const found = known.filter((it) => [given[name]].flat().map(String).includes(it))
    return found.length > 0 ? { [name]: found } : {}
  }
  const one = <Value extends string>(name: string, known: readonly Value[]) => {
    const found = known.find((it) => it === given[name])
    return found ? { [name]: found } : {}
  }
  const reference = given.reference === undefined ? '' : String(given.reference).slice(0, 10)
  return {
    ...some('state', choices.state),
    ...some('reason', choices.reason),
    ...some('language', choices.language),
    ...some('region', choices.region),
    ...some('outcome', choices.outcome),
    ...one('claim', ['mine', 'free', 'any'] as const),
    ...one('sort', ['dueAt', '-dueAt', '-createdAt'] as const),
    ...(given.overdue === true && { overdue: true as const }),
    ...(reference && { reference }),
  }
}
