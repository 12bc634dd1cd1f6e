import type { CallRecord, Step } from '../../src/domain/call-log.ts'
import { numberOf } from './scratch.ts'

/** Seconds after eleven o'clock of the day these calls are of, in Bishkek. */
export const at = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 5, 0, seconds))

export function aStep(name: string, more: Partial<Step> = {}): Step {
  return {
    name,
    at: at(1),
    durationMs: 1500,
    outcome: 'played',
    key: undefined,
    digits: undefined,
    prompts: ['welcome'],
    ...more,
  }
}

/** A call of 40 seconds about station 1101; `startedAt` moves the rest of it. */
export function aCall(id: string, more: Partial<CallRecord> = {}): CallRecord {
  const startedAt = more.startedAt ?? at(0)
  const later = (seconds: number) => new Date(startedAt.getTime() + seconds * 1000)
  return {
    id,
    startedAt,
    answeredAt: later(1),
    endedAt: later(40),
    did: '1255',
    ani: numberOf('0555123456'),
    language: 'ru',
    phase: 'window',
    steps: [aStep('welcome'), aStep('menu-language', { outcome: 'match', key: '1', durationMs: 900.6 })],
    station: '1101',
    disposition: 'completed',
    hangupCause: 16,
    ...more,
  }
}
