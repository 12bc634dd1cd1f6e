import { phaseAt } from '../domain/calendar.ts'
import type { CallLog, Disposition } from '../domain/call-log.ts'
import type { LiveCalls } from '../domain/live-calls.ts'
import { say } from '../domain/prompt.ts'
import { type Call, HangupError } from './call.ts'
import { converse } from './conversation.ts'
import { journaled, startJournal } from './journal.ts'
import type { Line } from './main-menu.ts'

/** Where a call's own failure is told to the engineers. Gets the call's id and the cause, nothing of the caller. */
export type ReportFailure = (callId: string, error: unknown) => void

/** Serves one call from its answering to the row in the call log. Never throws. */
export async function serveCall(
  call: Call,
  line: Line,
  calls: CallLog,
  live: LiveCalls,
  report: ReportFailure,
): Promise<void> {
  const startedAt = new Date(line.clock().getTime() - call.age())
  const phase = phaseAt(line.election, startedAt)
  const journal = startJournal()
  const show = (step?: string) => {
    const { id, did, ani, language } = call
    live.show({ id, did, ani, startedAt, language, step })
  }
  let disposition: Disposition | undefined
  show()
  try {
    disposition = await converse(journaled(call, journal, line.clock, show), line, phase)
    await call.hangup()
  } catch (error) {
    if (error instanceof HangupError) {
      disposition ??= journal.served ? 'completed' : 'abandoned'
    } else {
      report(call.id, error)
      disposition = 'failed'
      await admitFailure(call)
    }
  }
  try {
    const { cause, lastedMs } = await call.ended
    await calls.write({
      id: call.id,
      startedAt,
      answeredAt: startedAt,
      endedAt: new Date(startedAt.getTime() + lastedMs),
      did: call.did,
      ani: call.ani,
      language: call.language,
      phase,
      steps: journal.steps,
      station: journal.station,
      disposition,
      hangupCause: cause,
    })
  } catch (error) {
    report(call.id, error)
  }
  live.gone(call.id)
}

/** Tells the caller; where even that fails, the switch does. */
async function admitFailure(call: Call): Promise<void> {
  try {
    await call.play(say('unavailable'), { despiteTypeAhead: true })
    await call.hangup()
  } catch (error) {
    if (!(error instanceof HangupError)) await call.apologise().catch(() => undefined)
  }
}
