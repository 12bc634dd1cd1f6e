import type { CallRecord } from '../domain/call-log.ts'
import type { CallbackReason } from '../domain/callback-request.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import { makeReference } from '../domain/reference.ts'
import type { AttemptOutcome, CallbackEventTable, CallbackRequestTable } from '../store/callback-tables.ts'
import { drawBy } from './random.ts'

export interface CallbackRows {
  readonly request: CallbackRequestTable
  readonly events: readonly CallbackEventTable[]
}

interface Setting {
  readonly now: Date
  readonly operators: readonly string[]
  readonly random: () => number
  readonly dueAt: (createdAt: Date) => Date
}

interface Left {
  readonly call: CallRecord
  readonly reason: CallbackReason
  readonly number: PhoneNumber
}

const hourMs = 3_600_000
const claimMs = 15 * 60_000
const drawOutcome = drawBy<AttemptOutcome>({
  resolved: 61,
  'passed-to-commission': 22,
  'no-answer': 10,
  'wrong-number': 5,
  reached: 2,
})

/** Makes the rows of requests, one after the other: the older, the more likely done with. */
export function callbackRows({ now, operators, random, dueAt }: Setting): (left: Left) => CallbackRows {
  const waiting = new Set<string>()
  const references = new Set<string>()
  let count = 0

  function drawReference() {
    for (;;) {
      const reference = makeReference(random())
      if (references.has(reference)) continue
      references.add(reference)
      return reference
    }
  }

  return ({ call, reason, number }) => {
    count += 1
    const createdAt = call.endedAt
    const hoursOld = (now.getTime() - createdAt.getTime()) / hourMs
    const takes = 2 + 90 * random() ** 2
    const isClosed = hoursOld > takes && random() < 0.985
    const operator = operators[Math.floor(random() * operators.length)]
    const key = `${number} ${reason}`
    const kind: NonNullable<CallbackRequestTable['closed_from']> =
      random() < 0.06 ? 'incomplete' : waiting.has(key) && !isClosed ? 'duplicate' : 'open'
    if (kind === 'open' && !isClosed) waiting.add(key)
    const message = call.steps.find(({ name }) => name === 'cb-speak')
    const outcome = isClosed ? drawOutcome(random()) : undefined
    const request: CallbackRequestTable = {
      id: `request-${String(count).padStart(7, '0')}`,
      reference: kind === 'open' ? drawReference() : null,
      state: isClosed ? 'closed' : kind,
      created_at: createdAt.toISOString(),
      call_id: call.id,
      consented_at: call.startedAt.toISOString(),
      language: call.language,
      reason,
      number,
      duration_ms: message?.durationMs ?? 20_000,
      talking_ms: Math.round((message?.durationMs ?? 20_000) * 0.7),
      recording_ended: 'key',
      wav_file: null,
      region: (call.station?.[0] ?? null) as CallbackRequestTable['region'],
      due_at: dueAt(createdAt).toISOString(),
      claimed_by: null,
      claimed_until: null,
      attempts: outcome ? 1 : 0,
      next_attempt_at: null,
      outcome: outcome ?? null,
      commission: outcome === 'passed-to-commission' && call.station ? call.station : null,
      closed_at: null,
      closed_by: null,
      closed_from: null,
    }
    if (!outcome) return { request, events: [] }
    const closedAt = new Date(createdAt.getTime() + takes * hourMs)
    const closed = {
      ...request,
      closed_at: closedAt.toISOString(),
      closed_by: operator ?? null,
      closed_from: kind,
    }
    return { request: closed, events: operator ? historyOf(request.id, operator, closedAt, outcome) : [] }
  }
}

function historyOf(requestId: string, operator: string, closedAt: Date, outcome: AttemptOutcome): CallbackEventTable[] {
  const nothing = { request_id: requestId, by_id: operator, outcome: null, text: null, to_id: null }
  const earlier = (ms: number) => new Date(closedAt.getTime() - ms).toISOString()
  return [
    { ...nothing, position: 1, at: earlier(claimMs / 2), kind: 'claimed' },
    { ...nothing, position: 2, at: earlier(0), kind: 'attempt', outcome },
    { ...nothing, position: 3, at: earlier(0), kind: 'closed', outcome },
  ]
}
