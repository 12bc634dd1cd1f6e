import type { Step } from '../domain/call-log.ts'
import type { Clock } from '../domain/clock.ts'
import { inOrder, type Prompts } from '../domain/prompt.ts'
import type { PromptName } from '../domain/prompt-names.ts'
import { type Call, type Entry, HangupError } from './call.ts'

/** What a caller phones for. Once one of these was heard, hanging up is a good ending. */
const answers: ReadonlySet<PromptName> = new Set<PromptName>([
  'found',
  'station-closed',
  'not-found',
  'under-18',
  'no-biometry',
  'dates-voting',
  'voting-day',
  'voting-over',
  'cb-done',
  'cb-exists',
])

/** What happened in a call, step by step. Holds menu keys, but no digit of a PIN or of a telephone number. */
export interface Journal {
  readonly steps: Step[]
  station: string | undefined
  /** Whether the caller has heard an answer. */
  served: boolean
}

/** What is written down of how a step ended. */
interface Said {
  readonly outcome: string
  readonly key?: string
  readonly digits?: number
}

export function startJournal(): Journal {
  return { steps: [], station: undefined, served: false }
}

/**
 * The same call, with each step written down as it ends.
 * @param begun called with a step's name as it begins
 */
export function journaled(call: Call, journal: Journal, clock: Clock, begun: (name: string) => void): Call {
  async function step<Result>(
    prompts: Prompts,
    act: () => Promise<Result>,
    outcome: (result: Result) => Said,
  ): Promise<Result> {
    const at = clock()
    const names = inOrder(prompts)
    const name = names.at(-1)?.name ?? 'replay'
    begun(name)
    const note = ({ outcome, key, digits }: Said) => {
      const now = clock().getTime()
      const { asked, answered } = call.entryAge() ?? { asked: now - at.getTime(), answered: 0 }
      journal.steps.push({
        name,
        at: new Date(now - asked),
        durationMs: Math.round(asked - answered),
        outcome,
        key,
        digits,
        prompts: call.begun(),
      })
      if (outcome === 'hangup') return
      for (const { name, values } of names) {
        if (values?.station) journal.station = values.station.number
        if (answers.has(name)) journal.served = true
      }
    }
    try {
      const result = await act()
      note(outcome(result))
      return result
    } catch (error) {
      note({ outcome: error instanceof HangupError ? 'hangup' : 'failed' })
      throw error
    }
  }

  return {
    get id() {
      return call.id
    },
    get did() {
      return call.did
    },
    get ani() {
      return call.ani
    },
    get language() {
      return call.language
    },
    set language(language) {
      call.language = language
    },
    ended: call.ended,
    age: () => call.age(),
    begun: () => call.begun(),
    entryAge: () => call.entryAge(),
    hangup: () => call.hangup(),
    apologise: () => call.apologise(),
    play: (prompts, options) =>
      step(
        prompts,
        () => call.play(prompts, options),
        (heard) => ({ outcome: heard }),
      ),
    collect: (prompts, options, foretell) =>
      step(
        prompts,
        () => call.collect(prompts, options, foretell),
        (entry) => ({ outcome: entry.kind, ...typed(entry, options) }),
      ),
    record: (prompts, consent) =>
      step(
        prompts,
        () => call.record(prompts, consent),
        (recording) => ({
          outcome: recording === undefined ? 'failed' : recording.ended === 'hangup' ? 'hangup' : 'recorded',
        }),
      ),
    replay: (recording) =>
      step(
        [],
        () => call.replay(recording),
        (heard) => ({ outcome: heard }),
      ),
  }
}

/** A menu's key is kept; of a PIN or a number only how many digits it had. */
function typed(
  entry: Entry,
  { secret, max }: { readonly secret?: boolean; readonly max: number },
): Pick<Said, 'key' | 'digits'> {
  if (secret || max > 1) return { digits: entry.kind === 'noinput' ? 0 : entry.digits.length }
  return entry.kind === 'noinput' ? {} : { key: entry.digits }
}
