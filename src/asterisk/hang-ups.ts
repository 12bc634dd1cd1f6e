import type { Ari } from './ari.ts'
import type { AriEvent } from './ari-event.ts'

/** Hang-ups that the dialplan's [gone] keeps, for they are not told one by one. */
export interface HangUps {
  /**
   * Tells of those that were kept since the last time, as the events they would have been.
   * @throws AriError where the switch does not say; the next look tells of them
   */
  look(): Promise<void>
}

/** How many there were. */
const countName = 'GONE'
/** How many of them an application has been told of: for one that comes after us. */
const takenName = 'GONE-TAKEN'
/** So many stand in one variable. */
const inOne = 10

export function makeHangUps(
  { global, setGlobal }: Pick<Ari, 'global' | 'setGlobal'>,
  tell: (event: AriEvent) => void,
): HangUps {
  let taken: number | undefined
  let looking: Promise<void> | undefined

  const look = async () => {
    const count = Number(await global(countName))
    taken ??= Number(await global(takenName))
    // It is another switch than before.
    if (count < taken) taken = 0
    if (count === taken) return
    const from = Math.floor(taken / inOne)
    const names = Array.from({ length: Math.ceil(count / inOne) - from }, (_, index) => nameOf(from + index))
    const kept = (await Promise.all(names.map(global))).flatMap((text) => text.split('|').slice(0, -1))
    const fresh = kept.slice(taken - from * inOne, count - from * inOne)
    taken = count
    void Promise.all([
      setGlobal(takenName, String(count)),
      ...names.slice(0, Math.floor(count / inOne) - from).map((name) => setGlobal(name)),
    ]).catch(() => undefined)
    for (const text of fresh) tell(eventOf(text))
  }

  return {
    look() {
      looking ??= look().finally(() => {
        looking = undefined
      })
      return looking
    },
  }
}

/** As the dialplan names what holds the ten of these first digits. */
function nameOf(tens: number): string {
  return `${countName}-${tens || ''}`
}

function eventOf(text: string): AriEvent {
  const [id = '', context = '', cause = '', moment = '', trail = '', number = ''] = text.split('/')
  const channel = { id, caller: { number }, dialplan: { context } }
  return { type: 'StasisStart', channel, args: ['gone', cause, moment, trail] }
}
