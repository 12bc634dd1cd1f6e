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
    outcome: (result: Result) => { outcome: string; key?: string | undefined },
  ): Promise<Result> {
    const at = clock()
    const names = inOrder(prompts)
    const name = names.at(-1)?.name ?? 'replay'
    begun(name)
    const note = (said: string, key?: string) => {
      journal.steps.push({
        name,
        at,
        durationMs: clock().getTime() - at.getTime(),
        outcome: said,
        key,
      })
      if (said === 'hangup') return
      for (const { name, values } of names) {
        if (values?.station) journal.station = values.station.number
        if (answers.has(name)) journal.served = true
      }
    }
    try {
      const result = await act()
      const { outcome: said, key } = outcome(result)
      note(said, key)
      return result
    } catch (error) {
      note(error instanceof HangupError ? 'hangup' : 'failed')
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
    answer: () => call.answer(),
    hangup: () => call.hangup(),
    apologise: () => call.apologise(),
    play: (prompts, options) =>
      step(
        prompts,
        () => call.play(prompts, options),
        (heard) => ({ outcome: heard }),
      ),
    collect: (prompts, options) =>
      step(
        prompts,
        () => call.collect(prompts, options),
        (entry) => ({ outcome: entry.kind, key: menuKey(entry, options) }),
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

function menuKey(entry: Entry, options: { readonly secret?: boolean; readonly max: number }): string | undefined {
  return options.secret || options.max > 1 || entry.kind === 'noinput' ? undefined : entry.digits
}
