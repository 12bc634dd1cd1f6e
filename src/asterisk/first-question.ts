import type { Question } from '../ivr/call.ts'
import type { CallSetting } from './ari-call.ts'
import { type Asked, askedOf } from './asked.ts'
import { firstMark } from './asking.ts'
import type { FollowUps } from './follow-ups.ts'

/** What a call goes by from its beginning. The same object for as long as nothing changes. */
export interface FirstPlan {
  readonly setting: CallSetting
  /** What every caller is asked first; nothing where that is left to whoever serves the call. */
  readonly first?: Question | undefined
}

/** What callers were asked first during some time, and what their calls go by. */
interface Edition<Plan> {
  readonly plan: Plan
  readonly asked: Asked
  /** As Date.now() has it. */
  readonly since: number
}

/** The question that the dialplan asks every caller by itself, before the application has heard of the call. */
export interface FirstQuestion<Plan> {
  /** Tells the switch what to ask from now on, where it does not know yet. */
  tell(): void
  /** The switch may be another one, which knows nothing. */
  forget(): void
  /**
   * What a caller was asked, by the question's mark.
   * @param askedAt epoch milliseconds
   * @returns nothing where it was another process that had it asked
   */
  editionOf(mark: string, askedAt: number): Edition<Plan> | undefined
}

/** Holds the extension of the dialplan's [ask], mark and all. */
const variable = 'DOBUSH_FIRST'
const marks = 100

export function makeFirstQuestion<Plan extends FirstPlan>(
  setGlobal: (name: string, value: string) => Promise<void>,
  followUps: FollowUps,
  planNow: () => Plan,
): FirstQuestion<Plan> {
  const editions = new Map<string, Edition<Plan>>()
  let count = 0
  let told: { readonly plan: Plan; readonly asked: Asked | undefined; readonly extension: string } | undefined

  return {
    tell() {
      const plan = planNow()
      const { first, setting } = plan
      const asked = told?.plan === plan ? told.asked : first && askedOf({ language: 'ky', ...first }, setting)
      const extension = asked ? followUps.extensionOf(asked) : ''
      if (told?.plan === plan && told.extension === extension) return
      told = { plan, asked, extension }
      const mark = String(firstMark + (count++ % marks))
      if (asked) editions.set(mark, { plan, asked, since: Date.now() })
      setGlobal(variable, asked ? `${mark}${extension}` : '').catch(() => {
        told = undefined
      })
    },
    forget() {
      told = undefined
    },
    editionOf(mark, askedAt) {
      const edition = editions.get(mark)
      return edition && askedAt >= edition.since ? edition : undefined
    },
  }
}
