import type { Switchboard } from './asterisk/answer-calls.ts'
import { removeMessages, spooledCalls, strandedMessage } from './asterisk/messages.ts'
import { shortestTalkMs } from './ivr/take-callback-request.ts'
import type { Log } from './log.ts'
import type { CallbackArchive } from './store/callback-requests.ts'

const lookEveryMs = 1_000

/**
 * Keeps what callers were saying when the application before this one died, each as soon as its call has left the
 * switch: until then the switch goes on recording. What else such calls have left in the spool goes: said for nobody,
 * recorded anew, or kept already.
 * @param spool folder Asterisk records into
 * @returns ends the watch; what is left is kept at the next start
 */
export async function keepStrandedMessages(
  callbacks: CallbackArchive,
  switchboard: Pick<Switchboard, 'up' | 'channels'>,
  spool: string,
  log: Log,
): Promise<() => void> {
  const begun = new Set(await callbacks.drafts())
  const left = new Set([...begun, ...spooledCalls(spool)])
  const keepWhatIsOver = async () => {
    if (!switchboard.up) return
    const talking = await switchboard.channels()
    for (const callId of left) {
      if (talking.has(callId)) continue
      if (begun.has(callId)) {
        const message = strandedMessage(spool, callId, shortestTalkMs)
        await callbacks.keepStranded(callId, message)
        log.warn({ call: callId, kept: message !== undefined }, 'a call of the run before had begun a request')
      }
      if (!(await callbacks.hasDraft(callId))) removeMessages(spool, callId)
      left.delete(callId)
    }
  }
  let timer: NodeJS.Timeout | undefined
  const look = async () => {
    await keepWhatIsOver().catch((err: unknown) => log.error({ err }, 'a message of the run before could not be kept'))
    if (left.size > 0) timer = setTimeout(look, lookEveryMs)
  }
  if (left.size > 0) timer = setTimeout(look, lookEveryMs)
  return () => {
    left.clear()
    clearTimeout(timer)
  }
}
