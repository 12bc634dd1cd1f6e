import type { Day } from '../domain/calendar.ts'
import { judgeUnlistedPin, type Pin, parsePin, pinLength } from '../domain/pin.ts'
import { type Prompt, say } from '../domain/prompt.ts'
import type { Station } from '../domain/station.ts'
import type { VoterDirectory } from '../domain/voter.ts'
import type { Call, Entry } from './call.ts'
import { type MenuItem, menu } from './menu.ts'

/** Where the call goes on after the check. */
export type AfterCheck = 'menu' | 'callback' | 'completed' | 'gave-up'

const pinTries = 3

const leaveRequest: MenuItem<'callback'> = { key: '3', choice: 'callback', prompt: say('leave-request') }
const backToMenu: MenuItem<'menu'> = { key: '9', choice: 'menu', prompt: say('main-menu') }

/** Takes the PIN, at most three times, and says what the register knows. The register decides, not a formula. */
export async function checkRegistration(call: Call, voters: VoterDirectory, votingDay: Day): Promise<AfterCheck> {
  let before: Prompt[] = []
  for (let tries = 0; tries < pinTries; tries++) {
    const entry = await call.collect([...before, say('pin-enter')], {
      max: pinLength,
      accepts: /^[0-9]{14}$/,
      terminator: '#',
      clear: '*',
      secret: true,
    })
    const pin = entry.kind === 'match' ? parsePin(entry.digits) : undefined
    if (!pin) {
      before = [whatWasWrong(entry)]
      continue
    }
    const answer = voters.findByPin(pin)
    switch (answer.kind) {
      case 'found':
        return tellStation(call, answer.station)
      case 'no-biometry':
        return offer(call, say('no-biometry'), [leaveRequest, backToMenu])
      case 'unavailable':
        return offer(call, say('unavailable'), [leaveRequest, backToMenu])
      case 'not-listed': {
        const next = await explainUnlisted(call, pin, votingDay)
        if (next !== 'again') return next
        before = []
      }
    }
  }
  if (before.length > 0) await call.play(before)
  return offer(call, say('too-many'), [leaveRequest, backToMenu])
}

function whatWasWrong(entry: Entry): Prompt {
  if (entry.kind === 'noinput') return say('no-input')
  const count = entry.digits.length
  return count > 0 && count < pinLength ? say('pin-length', { count }) : say('pin-invalid')
}

async function explainUnlisted(call: Call, pin: Pin, votingDay: Day): Promise<AfterCheck | 'again'> {
  const reason = judgeUnlistedPin(pin, votingDay)
  if (reason === 'under-18') return offer(call, say('under-18'), [leaveRequest, backToMenu])
  if (reason === 'typed-wrongly') {
    await call.play(say('pin-invalid'))
    return 'again'
  }
  return offer(call, say('not-found'), [
    { key: '1', choice: 'again', prompt: say('again-pin') },
    leaveRequest,
    backToMenu,
  ])
}

/** The number is said digit by digit, twice, within the prompt itself. */
async function tellStation(call: Call, station: Station): Promise<AfterCheck> {
  for (;;) {
    // A key too many after the PIN must not cost the caller the answer.
    await call.play(say('found', { station }), { despiteTypeAhead: true })
    const choice = await menu(call, {
      items: [
        { key: '1', choice: 'again', prompt: say('again-answer') },
        { key: '3', choice: 'callback', prompt: say('report-error') },
        backToMenu,
        { key: '4', choice: 'completed', prompt: say('end-call') },
      ],
    })
    if (choice === 'none') return 'completed'
    if (choice !== 'again') return choice
  }
}

async function offer<Choice extends string>(
  call: Call,
  intro: Prompt | readonly Prompt[],
  items: readonly MenuItem<Choice>[],
): Promise<Choice | 'gave-up'> {
  const choice = await menu(call, { intro, items })
  return choice === 'none' ? 'gave-up' : choice
}
