import { inOrder, type Prompt, type Prompts, say } from '../domain/prompt.ts'
import type { Call, Question } from './call.ts'

/** One thing a menu offers: the key, what it stands for, and the sentence that offers it. */
export interface MenuItem<Choice extends string> {
  readonly key: string
  readonly choice: Choice
  readonly prompt?: Prompt
  /** What is always asked next, where that is always the same. */
  readonly leadsTo?: Question
}

export interface Menu<Choice extends string> {
  readonly intro?: Prompts
  readonly items: readonly MenuItem<Choice>[]
  readonly bargeIn?: boolean
}

/** How often a caller may stay silent or press a wrong key before the menu gives up. */
export const menuTries = 3

/** The menu as it is asked. */
export function menuQuestion({ intro = [], items, bargeIn = true }: Menu<string>): Question {
  return {
    prompts: [...inOrder(intro), ...items.flatMap(({ prompt }) => prompt ?? [])],
    options: {
      max: 1,
      accepts: /^[0-9*#]$/,
      bargeIn,
      leadsTo: Object.fromEntries(items.flatMap(({ key, leadsTo }) => (leadsTo ? [[key, leadsTo]] : []))),
    },
  }
}

/**
 * Offers the items and waits for one of their keys. `*` repeats the menu where no item has it.
 * @returns the chosen item's `choice`, or `none` after three rounds of silence or wrong keys
 */
export async function menu<const Choice extends string>(call: Call, offered: Menu<Choice>): Promise<Choice | 'none'> {
  const { prompts, options } = menuQuestion(offered)
  let before: Prompt[] = []
  for (let tries = 0; tries < menuTries; ) {
    const entry = await call.collect([...before, ...inOrder(prompts)], options)
    const key = entry.kind === 'noinput' ? undefined : entry.digits
    const chosen = offered.items.find((item) => item.key === key)
    if (chosen) return chosen.choice
    before = []
    if (key === '*') continue
    tries++
    before = [say(key === undefined ? 'no-input' : 'bad-choice')]
  }
  return 'none'
}
