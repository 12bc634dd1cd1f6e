import type { Ari } from './ari.ts'
import type { AriEvent } from './ari-event.ts'

/** How many the dialplan's [gone] has kept; each stands in a variable of this name with its number behind it. */
const variable = 'MISSED'

/** The hang-ups that the dialplan had nobody to tell of, as the events they would have been. The switch forgets them. */
export async function takeMissed({ global, setGlobal }: Pick<Ari, 'global' | 'setGlobal'>): Promise<AriEvent[]> {
  const count = Number(await global(variable))
  const names = Array.from({ length: count }, (_, index) => `${variable}-${index + 1}`)
  const kept = await Promise.all(names.map(global))
  await Promise.all([setGlobal(variable, '0'), ...names.map((name) => setGlobal(name, ''))])
  return kept.map((text) => {
    const [id = '', context = '', cause = '', trail = '', ...number] = text.split(',')
    const channel = { id, caller: { number: number.join() }, dialplan: { context } }
    return { type: 'StasisStart', channel, args: ['gone', cause, trail] }
  })
}
