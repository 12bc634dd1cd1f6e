import type { ListMessagesParams, MessageRow } from '../api/generated.ts'

/** Which messages are shown; it stands in the page's address. */
export type MessagesSearch = Omit<ListMessagesParams, 'cursor' | 'limit'>

export const messageStates = [
  'received',
  'queued',
  'sending',
  'sent',
  'delivered',
  'undeliverable',
  'expired',
  'rejected',
  'unknown',
] as const satisfies readonly MessageRow['state'][]
export const outcomes = [
  'found',
  'station-closed',
  'not-found',
  'not-found-late',
  'under-18',
  'no-biometry',
  'unavailable',
  'bad-format',
  'several-pins',
  'over-limit',
  'help',
  'language',
  'callback-accepted',
  'not-answered',
] as const satisfies readonly MessageRow['outcome'][]
export const messageLanguages = ['ky', 'ru'] as const

/** Takes from an address only what messages can be asked for. */
export function readMessagesSearch(given: Record<string, unknown>): MessagesSearch {
  const texts = (name: string) => [given[name] ?? []].flat().map(String)
  const some = <Value extends string>(name: string, known: readonly Value[]) => {
    const found = known.filter((it) => texts(name).includes(it))
    return found.length > 0 ? { [name]: found } : {}
  }
  const moment = (name: string) => {
    const at = new Date(String(given[name]))
    return given[name] !== undefined && !Number.isNaN(at.getTime()) ? { [name]: at.toISOString() } : {}
  }
  const [direction] = texts('direction')
  const bind = texts('bind')
  return {
    ...moment('from'),
    ...moment('until'),
    ...((direction === 'in' || direction === 'out') && { direction }),
    ...(bind.length > 0 && { bind }),
    ...some('outcome', outcomes),
    ...some('state', messageStates),
    ...some('language', messageLanguages),
  }
}
