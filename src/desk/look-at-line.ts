import { statfs } from 'node:fs/promises'
import type { Now } from '../api/now.ts'
import type { Clock } from '../domain/clock.ts'
import type { AskedCaller } from '../domain/live-calls.ts'
import { maskNumber } from '../domain/phone-number.ts'
import type { Health } from '../http/health.ts'
import { stateOfBind } from '../http/messages-api.ts'
import type { LiveBoard } from '../live-calls.ts'

export interface LineParts {
  readonly clock: Clock
  readonly health: () => Health
  readonly live: LiveBoard
  /** Callers whom the switch asks by itself: it is ahead of what `live` knows. */
  readonly asked: () => Promise<readonly AskedCaller[]>
  /** Calls at once, at most. */
  readonly capacity: number
  /** What was counted today and yesterday, in the election's time zone. */
  readonly tally: (now: Date) => Promise<Pick<Now, 'today' | 'yesterday'>>
  readonly waiting: (now: Date) => Promise<Now['callbacks']>
  /** A folder on the disk that must not fill up. */
  readonly folder: string
}

/** Everything a supervisor wants to see of the line at this moment; callers masked. */
export async function lookAtLine({
  clock,
  health,
  live,
  asked,
  capacity,
  tally,
  waiting,
  folder,
}: LineParts): Promise<Now> {
  const now = clock()
  const [counted, callbacks, disk, ahead] = await Promise.all([tally(now), waiting(now), statfs(folder), asked()])
  const { ok, switch: connections, register, sms, alerts } = health()
  const known = new Map(live.list().map((call) => [call.id, call]))
  for (const { id, did, ani, ageMs, place } of ahead) {
    const call = known.get(id) ?? { id, did, ani, startedAt: new Date(now.getTime() - ageMs), language: 'ky' }
    known.set(id, { step: undefined, ...call, ...place })
  }
  const calls = [...known.values()].sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime())
  return {
    at: now.toISOString(),
    ok,
    calls: calls.map(({ id, did, ani, startedAt, language, step }) => ({
      id,
      did,
      caller: ani === undefined ? null : maskNumber(ani),
      startedAt: startedAt.toISOString(),
      language,
      step: step ?? null,
    })),
    lines: { inUse: calls.length, capacity },
    ...counted,
    callbacks,
    switch: connections,
    register: register
      ? {
          id: register.id,
          asOf: register.asOf,
          ageHours: register.ageHours,
          voters: register.voters,
          stale: register.stale,
        }
      : null,
    sms: (sms ?? []).map(({ name, status, queued }) => ({ name, state: stateOfBind[status], queued })),
    disk: { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize },
    alerts: alerts.map(({ key, text, since }) => ({ key, text, since: since.toISOString() })),
  }
}
