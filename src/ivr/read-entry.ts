import type { CollectOptions, Entry } from './call.ts'
import type { DigitBuffer } from './digit-buffer.ts'
import { collectDigit, type EntryTimeouts, isEntry, nothingTyped, type TypingEvent } from './digit-collector.ts'

/**
 * Reads one entry from the keys a caller presses, those typed ahead first.
 * @param promptEnded resolves when the prompt is over; only then does silence count
 * @param silentMs how long the caller has been silent already, where the prompt is over
 * @param gone aborted with a HangupError when the caller hangs up
 * @throws the reason of `gone`; whatever `promptEnded` rejects with
 */
export function readEntry(
  buffer: DigitBuffer,
  promptEnded: Promise<unknown>,
  options: CollectOptions,
  timeouts: EntryTimeouts,
  gone: AbortSignal,
  silentMs = 0,
): Promise<Entry> {
  return new Promise((resolve, reject) => {
    let typing = nothingTyped
    let timer: NodeJS.Timeout | undefined
    let done = false

    const finish = (settle: () => void) => {
      done = true
      clearTimeout(timer)
      stopListening()
      gone.removeEventListener('abort', onGone)
      settle()
    }
    const feed = (event: TypingEvent, now = performance.now()) => {
      if (done) return
      const result = collectDigit(typing, event, now, options, timeouts)
      if (isEntry(result)) {
        finish(() => resolve(result))
        // Told to press # after the last digit, most callers do: it must not count as their next choice.
        if (options.terminator && event.kind === 'digit' && event.digit !== options.terminator) {
          buffer.swallowNext(options.terminator)
        }
        return
      }
      typing = result
    }
    const awaitDeadline = () => {
      clearTimeout(timer)
      if (done || typing.deadline === undefined) return
      timer = setTimeout(feedOne, Math.max(0, typing.deadline - performance.now()) + 1, { kind: 'tick' })
    }
    const feedOne = (event: TypingEvent, now?: number) => {
      feed(event, now)
      awaitDeadline()
    }
    const drain = (now?: number) => {
      while (!done) {
        const digit = buffer.take()
        // Once for all of them: a PIN comes at one go.
        if (digit === undefined) return awaitDeadline()
        feed({ kind: 'digit', digit }, now)
      }
    }
    const onGone = () => finish(() => reject(gone.reason))

    const began = performance.now() - silentMs
    const stopListening = buffer.onPress(drain)
    gone.addEventListener('abort', onGone)
    if (gone.aborted) return onGone()
    drain(began)
    promptEnded.then(
      () => feedOne({ kind: 'prompt-ended' }, silentMs > 0 ? began : undefined),
      (error) => {
        if (!done) finish(() => reject(error))
      },
    )
  })
}
