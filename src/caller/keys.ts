import { readWav } from '../audio/wav.ts'
import { UserError } from '../user-error.ts'
import { type Caller, NotHeardError } from './call.ts'

export const keysHelp = `\
What the caller does, in groups separated by spaces. Each group waits until the line has spoken and fallen quiet.
  2                 presses 2
  20504198000123#   presses the keys one after the other
  1,2               a comma is a pause of one second
  !2                does not wait: interrupts what is being said
  ~3s               waits three seconds (~500ms: half a second)
  say:hello.wav     speaks a WAV file, 16-bit mono of 8 or 16 kHz
  hangup            hangs up
After the last group the caller listens until the line hangs up, or is quiet for 12 seconds.
Example: --keys "2 1 20504198000123# 4"`

/** One thing a caller does. `wait`: only when the line has spoken and fallen quiet. */
export type Step =
  | { readonly do: 'press'; readonly wait: boolean; readonly parts: readonly string[] }
  | { readonly do: 'say'; readonly wait: boolean; readonly file: string }
  | { readonly do: 'pause'; readonly ms: number }
  | { readonly do: 'hangup'; readonly wait: boolean }

/** The silence after which the line waits for the caller. */
const turnMs = 600

const patienceMs = 12_000
const longestMs = 600_000

/** @throws UserError naming the group that can't be read (never its digits, which may be a PIN) */
export function parseKeys(script: string): Step[] {
  return script
    .split(/\s+/)
    .filter((group) => group !== '')
    .map((group, i) => parseGroup(group, i + 1))
}

function parseGroup(group: string, place: number): Step {
  const wait = !group.startsWith('!')
  const rest = wait ? group : group.slice(1)
  if (rest === 'hangup') return { do: 'hangup', wait }
  if (rest.startsWith('say:')) return { do: 'say', wait, file: rest.slice('say:'.length) }
  const pause = /^~(\d+(?:\.\d+)?)(ms|s)$/.exec(rest)
  if (pause) return { do: 'pause', ms: Number(pause[1]) * (pause[2] === 's' ? 1000 : 1) }
  if (/^[0-9*#A-D,]+$/.test(rest)) return { do: 'press', wait, parts: rest.split(/(,)/).filter((part) => part !== '') }
  throw new UserError(`Group ${place} of the keys can't be read.\n${keysHelp}`)
}

/** Does what the script says, then listens to the end and hangs up if the line does not. */
export async function runKeys(caller: Caller, steps: readonly Step[]): Promise<void> {
  let over = false
  const ending = caller.ended.finally(() => {
    over = true
  })
  // Awaited at the end; until then a failure is no surprise to the process.
  ending.catch(() => undefined)
  let acted = false
  for (const step of steps) {
    if (over) return
    if (step.do !== 'pause' && step.wait) await turn(caller, acted)
    if (over) return
    acted = true
    await Promise.race([ending, act(caller, step)])
  }
  if (!over) await Promise.race([ending, leave(caller)])
  await ending
}

async function act(caller: Caller, step: Step): Promise<void> {
  switch (step.do) {
    case 'pause':
      return pause(step.ms)
    case 'say':
      return caller.say(readWav(step.file))
    case 'hangup':
      return caller.hangup()
    case 'press':
      for (const part of step.parts) await (part === ',' ? pause(1000) : caller.press(part))
  }
}

/** Waits for the line to finish speaking; a line that says nothing for long is no reason to wait for ever. */
async function turn(caller: Caller, acted: boolean): Promise<void> {
  try {
    await caller.quiet(turnMs, { after: acted ? 'next-speech' : 'speech', withinMs: 90_000 })
  } catch (error) {
    if (!(error instanceof NotHeardError)) throw error
  }
}

async function leave(caller: Caller): Promise<void> {
  try {
    await caller.quiet(patienceMs, { after: 'now', withinMs: longestMs })
  } catch (error) {
    if (!(error instanceof NotHeardError)) throw error
  }
  await caller.hangup()
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
