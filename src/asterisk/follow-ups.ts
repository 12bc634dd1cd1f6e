import { createHash } from 'node:crypto'
import type { Asked } from './asked.ts'

/** What the dialplan goes on with by itself, kept as global variables of the switch. */
export interface FollowUps {
  /**
   * A question as an extension of the dialplan's [ask], behind the mark. The switch is told once what follows it; until it
   * knows that, nothing does.
   */
  extensionOf(question: Asked): string
  /** The switch may be another one, which knows nothing. */
  forget(): void
}

const nothing = '0'.repeat(8)
const markLength = 3
/** Before the clip: the mark, how many keys, and the name of what follows. */
const clipFrom = markLength + 2 + nothing.length

/** The clip that is played at an extension of the dialplan's [ask]. */
export function clipAt(extension: string): string {
  return extension.slice(clipFrom)
}

export function markAt(extension: string): string {
  return extension.slice(0, markLength)
}

/** Named by what they are: whatever an earlier process left in the switch under the same name is the same. */
export function makeFollowUps(setGlobal: (name: string, value: string) => Promise<void>): FollowUps {
  /** By name; whether the switch knows it by now. */
  const told = new Map<string, boolean>()
  const names = new Map<string, string>()

  const nameOf = ({ leadsTo }: Asked): string => {
    if (leadsTo.size === 0) return nothing
    const text = [...leadsTo].map(([key, question]) => `${key}${written(question)}`).join()
    const known = names.get(text)
    if (known !== undefined) return known
    const name = createHash('sha256').update(text).digest('hex').slice(0, nothing.length)
    names.set(text, name)
    return name
  }
  const written = (question: Asked) => `${String(question.max).padStart(2, '0')}${nameOf(question)}${question.clip}`

  /** Those further down first: what the switch goes on with must itself be known. */
  const tell = async (question: Asked): Promise<void> => {
    for (const next of question.leadsTo.values()) await tell(next)
    const name = nameOf(question)
    for (const [key, next] of question.leadsTo) await setGlobal(`ASK-${name}-${key}`, written(next))
  }

  return {
    extensionOf(question) {
      const name = nameOf(question)
      if (name === nothing || told.get(name)) return written(question)
      if (!told.has(name)) {
        told.set(name, false)
        tell(question).then(
          () => told.set(name, true),
          () => told.delete(name),
        )
      }
      return written({ ...question, leadsTo: new Map() })
    },
    forget() {
      told.clear()
      names.clear()
    },
  }
}
