import type { Switchboard } from './asterisk/answer-calls.ts'
import { strandedMessage } from './asterisk/messages.ts'
import { shortestTalkMs } from './ivr/take-callback-request.ts'
import type { Log } from './log.ts'
import type { CallbackArchive } from './store/callback-requests.ts'

const lookEveryMs = 1_000

/**
 * Keeps what callers were saying when the application before this one died, each as soon as its call has left the
 * switch: until then the switch goes on recording.
 * @param spool folder Asterisk records into
 * @returns ends the watch; what is left is kept at the next start
 */
export async function keepStrandedMessages(
  callbacks: CallbackArchive,
  switchboard: Pick<Switchboard, 'up' | 'channels'>,
  spool: string,
  log: Log,
): Promise<() => void> {
  const left = new Set(await callbacks.drafts())
  const keepWhatIsOver = async () => {
    if (!switchboard.up) return
    const talking = await switchboard.channels()
    for (const callId of left) {
      if (talking.has(callId)) continue
      const message = strandedMessage(spool, callId, shortestTalkMs)
      await callbacks.keepStranded(callId, message)
      left.delete(callId)
      log.warn({ call: callId, kept: message !== undefined }, 'a call of the run before had begun a request')
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
