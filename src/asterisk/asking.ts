import { deferred } from '../deferred.ts'
import type { Place } from '../domain/live-calls.ts'
import { clipOf } from './follow-ups.ts'
import type { Piece } from './piece.ts'

const askContext = 'ask'

/** A question as the dialplan asks it. */
export interface Asked {
  /** The last of its prompts, and the language of what has none of its own. */
  readonly place: Place
  readonly pieces: readonly Piece[]
  /** One clip that sounds as the pieces do, by its name in the folder the dialplan plays from. */
  readonly clip: string
  /** Reading ends at so many keys. */
  readonly max: number
  /** What the dialplan goes on with by itself after a key. */
  readonly leadsTo: ReadonlyMap<string, Asked>
}

/** How a question went. Moments are as performance.now() has them. */
export interface Answered {
  readonly question: Asked
  readonly askedAt: number
  /** Up to the last key, in milliseconds; without end where there was none. */
  readonly heardMs: number
  readonly how:
    | { readonly kind: 'passed'; readonly key: string; readonly at: number }
    /** The keys have been told. `silentMs`: since the prompt's end or the last key. */
    | { readonly kind: 'read'; readonly silentMs: number }
    | { readonly kind: 'gone' }
}

/** The part of a call that the dialplan conducts: it plays clips and reads the keys, for one message each way. */
export interface Asking {
  /** Whether the dialplan has the caller: nothing is heard of them until they come back. */
  readonly isOut: boolean
  /**
   * Plays a clip until a key is pressed, and reads on until there are as many keys as are wanted, or `#`, or a pause.
   * @returns how each question went that was asked, the last one's end last
   * @throws Error where the dialplan could not do it
   */
  ask(question: Asked): Promise<readonly Answered[]>
  /** Where a caller is whom the dialplan has; `extension`: where in the dialplan that is. */
  placeAt(extension: string): Place | undefined
  /** The caller is back. `args`: what Stasis was called with. */
  comeBack(args: readonly string[]): void
  /** The caller has hung up, or was taken from us. `trail`: what the dialplan tells of questions it went on from. */
  leave(trail?: string): void
}

/** What came of a question that is out: what Read() found, or nothing more to come. */
type Back = { readonly status: string; readonly keys: string } | 'gone'

/** Of one question that was passed: its mark, the key and the moment, as dialplan/extensions.conf puts them together. */
const trailEntry = /(\d{3})(.)(\d{13})/g

/**
 * @param sendTo hands the channel to an extension of the dialplan
 * @param extensionOf the question, behind its mark
 * @param buffer takes each key that was read, in order, before any that the switch saw later
 * @param pauseMs after so long without a key the dialplan gives the caller back
 */
export function makeAsking(
  sendTo: (context: string, extension: string) => Promise<void>,
  extensionOf: (question: Asked) => string,
  buffer: { readonly size: number; press(digit: string): void },
  pauseMs: number,
): Asking {
  let count = 0
  let current: { readonly first: Asked; readonly mark: string; end(back: Back, trail: string): void } | undefined

  /** The questions that were passed, and the one that the caller came back from. */
  const follow = (first: Asked, firstAt: number, mark: string, trail: string) => {
    const passed: Answered[] = []
    let question = first
    let askedAt = firstAt
    for (const [, of, key = '', moment] of trail.matchAll(trailEntry)) {
      const next = question.leadsTo.get(key)
      if (of !== mark || !next) continue
      const at = performance.now() - (Date.now() - Number(moment))
      passed.push({ question, askedAt, heardMs: at - askedAt, how: { kind: 'passed', key, at } })
      question = next
      askedAt = at
    }
    return { passed, question, askedAt }
  }

  return {
    get isOut() {
      return current !== undefined
    },
    async ask(first) {
      count = (count + 1) % 1000
      const mark = String(count).padStart(3, '0')
      const back = deferred<readonly Answered[]>()
      // Nobody is waiting yet when the hand-over fails.
      back.promise.catch(() => undefined)
      let firstAt = Number.POSITIVE_INFINITY
      current = {
        first,
        mark,
        end(how, trail) {
          const { passed, question, askedAt } = follow(first, firstAt, mark, trail)
          const now = performance.now()
          if (how === 'gone') {
            return back.resolve([...passed, { question, askedAt, heardMs: now - askedAt, how: { kind: 'gone' } }])
          }
          const { status, keys } = how
          if (status !== 'OK' && status !== 'TIMEOUT') {
            return back.reject(new Error(`The dialplan could not ask: ${status}`))
          }
          // Keys from before it listened come first: then the questions it passed are not the ones that these keys answer.
          const isAhead = buffer.size === 0
          if (!isAhead) for (const { how } of passed) if (how.kind === 'passed') buffer.press(how.key)
          for (const key of keys) buffer.press(key)
          // What ended it is not among the keys.
          if (status === 'OK' && keys.length < question.max) buffer.press('#')
          const silentMs = status === 'OK' ? 0 : pauseMs
          const heardMs = buffer.size === 0 ? Number.POSITIVE_INFINITY : now - askedAt - silentMs
          const last: Answered = { question, askedAt, heardMs, how: { kind: 'read', silentMs } }
          back.resolve(isAhead ? [...passed, last] : [{ ...last, question: first, askedAt: firstAt }])
        },
      }
      try {
        await sendTo(askContext, `${mark}${extensionOf(first)}`)
        firstAt = performance.now()
        return await back.promise
      } finally {
        current = undefined
      }
    },
    placeAt(extension) {
      const find = (question: Asked): Place | undefined => {
        if (question.clip === clipOf(extension)) return question.place
        for (const next of question.leadsTo.values()) {
          const place = find(next)
          if (place) return place
        }
        return undefined
      }
      return current && find(current.first)
    },
    comeBack([what, mark, status = '', keys = '', trail = '']) {
      // An answer that was missed and then found out may be told once more, when the next question is already out.
      if (what === 'typed' && mark === current?.mark) current?.end({ status, keys }, trail)
    },
    leave(trail = '') {
      current?.end('gone', trail)
    },
  }
}
