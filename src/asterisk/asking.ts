import { type Deferred, deferred } from '../deferred.ts'
import type { Place } from '../domain/live-calls.ts'
import { type Asked, placeOf, toItsEnd, waysTo } from './asked.ts'
import { clipAt } from './follow-ups.ts'
import { momentAt } from './moment.ts'

const askContext = 'ask'
/** Marks from here on are of what the dialplan asks first, by itself: those that a call gives are others. */
export const firstMark = 900

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
    | { readonly kind: 'gone'; readonly at: number }
}

/** The part of a call that the dialplan conducts: it plays clips and reads the keys, for one message each way. */
export interface Asking {
  /** Whether the dialplan has the caller: nothing is heard of them until they come back. */
  readonly isOut: boolean
  /**
   * Plays a clip until a key is pressed, and reads on until there are as many keys as are wanted, or `#`, or a pause.
   * @param context where in the dialplan that is done
   * @param extension the question as it is told there, behind its mark
   * @returns how each question went that was asked, the last one's end last
   * @throws Error where the dialplan could not do it
   */
  ask(question: Asked, context?: string, extension?: string): Promise<readonly Answered[]>
  /**
   * For a question that the dialplan asks already, by itself.
   * @param firstAt when that began, as performance.now() has it
   */
  takeUp(question: Asked, mark: string, firstAt: number): Promise<readonly Answered[]>
  /** Where a caller is whom the dialplan has; `extension`: where in the dialplan that is. */
  placeAt(extension: string): Place | undefined
  /** For a caller who may leave without the dialplan telling of it. */
  seenAt(extension: string): void
  /** The caller is back. `args`: what Stasis was called with. */
  comeBack(args: readonly string[]): void
  /** The caller hung up then, or was taken from us. `trail`: what the dialplan tells of questions it went on from. */
  leave(at: number, trail?: string): void
}

/** A question the dialplan has been given, or has begun with by itself. */
interface Out {
  readonly first: Asked
  readonly mark: string
  /** Keys that were in the buffer then. */
  readonly waiting: number
  firstAt: number
  /** What the dialplan would tell, as far as it is known. */
  seen?: string
  readonly back: Deferred<readonly Answered[]>
}

/** What came of a question that is out: what Read() found, or nothing more to come. */
type Back = { readonly status: string; readonly keys: string } | { readonly goneAt: number }

/** An extension of the dialplan's [said]: the key, and the mark. */
const saidAfter = /^([0-9])k/
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
  let current: Out | undefined

  /** The questions that were passed, and the one that the caller came back from. */
  const follow = (first: Asked, firstAt: number, mark: string, trail: string) => {
    const passed: Answered[] = []
    let question = first
    let askedAt = firstAt
    for (const [, of, key = '', moment] of trail.matchAll(trailEntry)) {
      const next = question.leadsTo.get(key)
      if (of !== mark || !next) continue
      const at = momentAt(Number(moment))
      const heardMs = key === toItsEnd ? Number.POSITIVE_INFINITY : at - askedAt
      passed.push({ question, askedAt, heardMs, how: { kind: 'passed', key, at } })
      question = next
      askedAt = at
    }
    return { passed, question, askedAt }
  }

  const end = ({ first, firstAt, mark, waiting, back }: Out, how: Back, trail: string): void => {
    const { passed, question, askedAt } = follow(first, firstAt, mark, trail)
    if ('goneAt' in how) {
      const at = how.goneAt
      back.resolve([...passed, { question, askedAt, heardMs: at - askedAt, how: { kind: 'gone', at } }])
      return
    }
    const { status, keys } = how
    if (status !== 'OK' && status !== 'TIMEOUT') {
      back.reject(new Error(`The dialplan could not ask: ${status}`))
      return
    }
    // Keys from before it listened come first: then the questions it passed are not the ones that these keys answer.
    const isAhead = buffer.size === waiting
    if (!isAhead) for (const { how } of passed) if (how.kind === 'passed') buffer.press(how.key)
    for (const key of keys) buffer.press(key)
    // What ended it is not among the keys.
    if (status === 'OK' && keys.length < question.max) buffer.press('#')
    const silentMs = status === 'OK' ? 0 : pauseMs
    const heardMs = buffer.size === waiting ? Number.POSITIVE_INFINITY : performance.now() - askedAt - silentMs
    const last: Answered = { question, askedAt, heardMs, how: { kind: 'read', silentMs } }
    back.resolve(isAhead ? [...passed, last] : [{ ...last, question: first, askedAt: firstAt }])
  }

  const takeUp = async (first: Asked, mark: string, firstAt: number): Promise<readonly Answered[]> => {
    const out: Out = { first, mark, waiting: buffer.size, firstAt, back: deferred() }
    current = out
    try {
      return await out.back.promise
    } finally {
      if (current === out) current = undefined
    }
  }

  return {
    get isOut() {
      return current !== undefined
    },
    takeUp,
    async ask(first, context = askContext, extension = extensionOf(first)) {
      count = (count + 1) % firstMark
      const mark = String(count).padStart(3, '0')
      const back = takeUp(first, mark, Number.POSITIVE_INFINITY)
      // Nobody is waiting yet when the hand-over fails.
      back.catch(() => undefined)
      try {
        await sendTo(context, `${mark}${extension}`)
        if (current) current.firstAt = performance.now()
        return await back
      } finally {
        current = undefined
      }
    },
    placeAt(extension) {
      const [, key] = saidAfter.exec(extension) ?? []
      if (key !== undefined) return current?.first.leadsTo.get(key)?.place
      return current && placeOf(clipAt(extension), current.first)
    },
    seenAt(extension) {
      if (!current) return
      const { first, mark } = current
      const [, key] = saidAfter.exec(extension) ?? []
      const [way, ...others] = key === undefined ? waysTo(clipAt(extension), first) : [{ keys: [key] }]
      // Where several lead there, none of them is certain.
      if (way && others.length === 0) current.seen = way.keys.map((key) => `${mark}${key}${Date.now()}`).join('')
    },
    comeBack([what, mark, status = '', keys = '', trail = '']) {
      // An answer that was missed and then found out may be told once more, when the next question is already out.
      if (what === 'typed' && current && mark === current.mark) end(current, { status, keys }, trail)
    },
    leave(goneAt, trail = current?.seen ?? '') {
      if (current) end(current, { goneAt }, trail)
    },
  }
}
