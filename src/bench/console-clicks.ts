import { setTimeout as delay } from 'node:timers/promises'
import type { z } from 'zod'
import { callSort, disposition } from '../api/calls.ts'
import { languages } from '../domain/language.ts'
import type { Browser } from './console-browser.ts'

export interface Choices {
  readonly dids: readonly string[]
  readonly steps: readonly string[]
}

/** A search as the page of the calls sends it. */
export interface Search {
  readonly filter: Readonly<Record<string, unknown>>
  readonly caller?: string
  readonly sort: z.infer<typeof callSort>
}

interface Found {
  readonly rows: readonly { readonly id: string }[]
}

const dayMs = 86_400_000
const thinkMs = 1000

const pick = <Value>(values: readonly Value[], random: () => number): Value => {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new RangeError('There is nothing to pick from.')
  return value
}

/** Any filter people may put together, from nothing to everything at once, in any order. */
export function drawSearch({ dids, steps }: Choices, now: Date, random: () => number): Search {
  const some = <Value>(share: number, make: () => Value): Value | undefined => (random() < share ? make() : undefined)
  const several = <Value>(values: readonly Value[]) => [
    ...new Set(Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(values, random))),
  ]
  const region = () => String(1 + Math.floor(random() * 9))
  const from = new Date(now.getTime() - pick([1, 2, 7, 30, 60, 90], random) * dayMs)
  const days = pick([1, 7, 30, 90], random)
  const filter = {
    from: some(0.4, () => from.toISOString()),
    until: some(0.2, () => new Date(from.getTime() + days * dayMs).toISOString()),
    did: some(0.25, () => several(dids)),
    language: some(0.3, () => several(languages)),
    disposition: some(0.35, () => several(disposition.options)),
    lastStep: some(0.25, () => several(steps)),
    region: some(0.25, () => [...new Set([region(), region()])]),
    station: some(0.08, () => `${region()}${String(101 + Math.floor(random() * 250)).padStart(3, '0')}`),
    minDurationMs: some(0.15, () => pick([10_000, 60_000, 180_000, 600_000], random)),
    maxDurationMs: some(0.1, () => pick([5_000, 60_000, 300_000], random)),
    callback: some(0.1, () => String(random() < 0.7)),
  }
  const caller = some(0.05, () => `0555${String(Math.floor(random() * 1e6)).padStart(6, '0')}`)
  return { filter, sort: random() < 0.6 ? '-startedAt' : pick(callSort.options, random), ...(caller && { caller }) }
}

/** Clicks through the console, a click about every second, until it is told to end. */
export async function clickAround(browser: Browser, choices: Choices, random: () => number, signal: AbortSignal) {
  const today = () => new Date().toISOString().slice(0, 10)
  const week = () => new Date(Date.now() - 7 * dayMs).toISOString().slice(0, 10)
  const clicks: readonly (() => Promise<unknown>)[] = [
    async () => {
      const search = drawSearch(choices, new Date(), random)
      const [found] = await Promise.all([
        browser.post<Found>('/api/calls/search', search),
        browser.post('/api/calls/count', { filter: search.filter }),
      ])
      const first = found.rows[0]
      if (first) await browser.get(`/api/calls/${first.id}`)
    },
    async () => {
      const { rows } = await browser.get<Found>('/api/callbacks?limit=50')
      const first = rows[0]
      if (first) await browser.get(`/api/callbacks/${first.id}`)
    },
    () => browser.get('/api/now'),
    () => browser.get(`/api/reports?from=${week()}&until=${today()}`),
  ]
  while (!signal.aborted) {
    await pick(clicks, random)()
    await delay(thinkMs * (0.5 + random()), undefined, { signal }).catch(() => undefined)
  }
}
