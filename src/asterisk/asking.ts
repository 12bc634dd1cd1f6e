import { deferred } from '../deferred.ts'

const askContext = 'ask'

/** The part of a call that the dialplan conducts: it plays one clip and reads the keys, for one message each way. */
export interface Asking {
  /** Whether the dialplan has the caller: nothing is heard of them until they come back. */
  readonly isOut: boolean
  /**
   * Plays a clip until a key is pressed, and reads on until there are `max` keys, or `#`, or a pause.
   * @param clip its name in the folder the dialplan plays from
   * @returns how long the caller has been silent since the prompt's end or the last key, in milliseconds
   * @throws the reason of `gone`; Error where the dialplan could not do it
   */
  ask(clip: string, max: number): Promise<number>
  /** The caller is back. `args`: what Stasis was called with. */
  comeBack(args: readonly string[]): void
}

/**
 * @param sendTo hands the channel to an extension of the dialplan
 * @param press takes each key that was read, in order, before any that the switch saw later
 * @param pauseMs after so long without a key the dialplan gives the caller back
 * @param gone aborted when the caller hangs up
 */
export function makeAsking(
  sendTo: (context: string, extension: string) => Promise<void>,
  press: (digit: string) => void,
  pauseMs: number,
  gone: AbortSignal,
): Asking {
  let count = 0
  let current: { readonly mark: string; end(status: string, keys: string): void } | undefined

  return {
    get isOut() {
      return current !== undefined
    },
    async ask(clip, max) {
      count = (count + 1) % 1000
      const mark = String(count).padStart(3, '0')
      const back = deferred<number>()
      // Nobody is waiting yet when the hand-over fails.
      back.promise.catch(() => undefined)
      const onGone = () => back.reject(gone.reason)
      gone.addEventListener('abort', onGone)
      current = {
        mark,
        end(status, keys) {
          for (const key of keys) press(key)
          // What ended it is not among the keys.
          if (status === 'OK' && keys.length < max) press('#')
          if (status === 'OK' || status === 'TIMEOUT') back.resolve(status === 'OK' ? 0 : pauseMs)
          else back.reject(new Error(`The dialplan could not ask: ${status}`))
        },
      }
      try {
        await sendTo(askContext, `${String(max).padStart(2, '0')}${mark}${clip}`)
        return await back.promise
      } finally {
        current = undefined
        gone.removeEventListener('abort', onGone)
      }
    },
    comeBack([what, mark, status = '', keys = '']) {
      // An answer that was missed and then found out may be told once more, when the next question is already out.
      if (what === 'typed' && mark === current?.mark) current?.end(status, keys)
    },
  }
}
