import { type Day, dayAt, type ElectionCalendar } from '../domain/calendar.ts'
import type { Clock } from '../domain/clock.ts'
import type { PinLimit } from '../domain/messages.ts'
import { judgeUnlistedPin, type Pin, parsePin, pinLength } from '../domain/pin.ts'
import { inOrder, type Prompt, type Prompts, say } from '../domain/prompt.ts'
import type { TextsToCallers } from '../domain/sms.ts'
import type { Station } from '../domain/station.ts'
import type { Lookup, VoterDirectory } from '../domain/voter.ts'
import type { Call, Entry, Foretell, Question } from './call.ts'
import { type MenuItem, menu, menuQuestion } from './menu.ts'

/** Where the call goes on after the check. */
export type AfterCheck = 'menu' | 'callback' | 'completed' | 'gave-up'

const pinTries = 3

const leaveRequest: MenuItem<'callback'> = { key: '3', choice: 'callback', prompt: say('leave-request') }
const backToMenu: MenuItem<'menu'> = { key: '9', choice: 'menu', prompt: say('main-menu') }
const sayAgain: MenuItem<'again'> = { key: '1', choice: 'again', prompt: say('again-answer') }
const sendText: MenuItem<'text'> = { key: '2', choice: 'text', prompt: say('menu-sms') }
const reportError: MenuItem<'callback'> = { key: '3', choice: 'callback', prompt: say('report-error') }
const endCall: MenuItem<'completed'> = { key: '4', choice: 'completed', prompt: say('end-call') }

/** What a check is answered from. */
export interface Registration {
  readonly voters: VoterDirectory
  readonly pinLimit: PinLimit
  /** Nothing where the line sends no texts. */
  readonly texts: TextsToCallers | undefined
  readonly election: ElectionCalendar
  readonly clock: Clock
  /** Answers from a voter list older than this, in hours, begin with the day it describes. */
  readonly sayAsOfAfterHours: number
}

/** What a check begins with. */
export const askPin: Question = {
  prompts: say('pin-enter'),
  options: { max: pinLength, accepts: /^[0-9]{14}$/, terminator: '#', clear: '*', secret: true, lastApart: true },
}

/** Takes the PIN, at most three times, and says what the register knows. The register decides, not a formula. */
export async function checkRegistration(call: Call, registration: Registration): Promise<AfterCheck> {
  const { election } = registration
  let before: Prompt[] = []
  for (let tries = 0; tries < pinTries; tries++) {
    const entry = await takePin(call, before, registration)
    const pin = entry.kind === 'match' ? parsePin(entry.digits) : undefined
    if (!pin) {
      before = [whatWasWrong(entry)]
      continue
    }
    const answer = await lookUp(call, pin, registration)
    const asOf = sayAsOf(registration)
    switch (answer.kind) {
      case 'found':
        return tellStation(call, asOf, answer.station, registration.texts)
      case 'station-closed':
        // As with the station itself: a key too many after the PIN must not cost the caller the answer.
        await call.play([...asOf, say('station-closed', { station: answer.station })], { despiteTypeAhead: true })
        return offer(call, [], [leaveRequest, backToMenu])
      case 'no-biometry':
        return offer(call, [...asOf, say('no-biometry')], [leaveRequest, backToMenu])
      case 'unavailable':
        return offer(call, say('unavailable'), [leaveRequest, backToMenu])
      case 'not-listed': {
        const next = await explainUnlisted(call, asOf, pin, election.votingDay)
        if (next !== 'again') return next
        before = []
      }
    }
  }
  if (before.length > 0) await call.play(before)
  return offer(call, say('too-many'), [leaveRequest, backToMenu])
}

/** What a listed voter hears may be said by the switch: it is certain, but for the last digit. All else needs a look at the whole PIN. */
async function takePin(call: Call, before: readonly Prompt[], registration: Registration): Promise<Entry> {
  const { voters, pinLimit } = registration
  let place: ReturnType<PinLimit['reserve']> | undefined
  const foretell: Foretell = async (typed) => {
    if (call.ani) {
      place = pinLimit.reserve(call.ani)
      if (!(await place)) return undefined
    }
    const asOf = sayAsOf(registration)
    const said = new Map<string, Prompts>()
    for (const digit of '0123456789') {
      const pin = parsePin(typed + digit)
      const answer = pin && voters.findByPin(pin)
      if (answer?.kind === 'found') said.set(digit, sayStation(asOf, answer.station))
    }
    return { said, next: menuQuestion({ items: itemsAfterStation(canText(call, registration.texts)) }) }
  }
  try {
    return await call.collect([...before, ...inOrder(askPin.prompts)], askPin.options, foretell)
  } finally {
    // Nobody waits for a place that has not come yet.
    void place?.then((giveBack) => giveBack?.())
  }
}

/** To a number that tries out PINs, one too many is nobody's. */
async function lookUp(call: Call, pin: Pin, { voters, pinLimit }: Registration): Promise<Lookup> {
  if (call.ani && !(await pinLimit.admits(call.ani, pin))) return { kind: 'not-listed' }
  return voters.findByPin(pin)
}

function whatWasWrong(entry: Entry): Prompt {
  if (entry.kind === 'noinput') return say('no-input')
  const count = entry.digits.length
  return count > 0 && count < pinLength ? say('pin-length', { count }) : say('pin-invalid')
}

/** The day an old list describes, to be said in one go with what it says; nothing when the list is fresh. */
function sayAsOf({ voters, election, clock, sayAsOfAfterHours }: Registration): readonly Prompt[] {
  const asOf = voters.asOf()
  if (!asOf || clock().getTime() - asOf.getTime() <= sayAsOfAfterHours * 3_600_000) return []
  return [say('as-of', { asOf: dayAt(election.timeZone, asOf) })]
}

/** The number is said digit by digit, twice, within the prompt itself. */
function sayStation(asOf: readonly Prompt[], station: Station): readonly Prompt[] {
  return [...asOf, say('found', { station })]
}

async function explainUnlisted(
  call: Call,
  asOf: readonly Prompt[],
  pin: Pin,
  votingDay: Day,
): Promise<AfterCheck | 'again'> {
  const reason = judgeUnlistedPin(pin, votingDay)
  if (reason === 'under-18') return offer(call, [...asOf, say('under-18')], [leaveRequest, backToMenu])
  if (reason === 'typed-wrongly') {
    await call.play(say('pin-invalid'))
    return 'again'
  }
  return offer(
    call,
    [...asOf, say('not-found')],
    [{ key: '1', choice: 'again', prompt: say('again-pin') }, leaveRequest, backToMenu],
  )
}

async function tellStation(
  call: Call,
  asOf: readonly Prompt[],
  station: Station,
  texts: TextsToCallers | undefined,
): Promise<AfterCheck> {
  let isOffered = canText(call, texts)
  // A key too many after the PIN must not cost the caller the answer.
  await call.play(sayStation(asOf, station), { despiteTypeAhead: true })
  for (let intro: Prompt[] = []; ; ) {
    const choice = await menu(call, { intro, items: itemsAfterStation(isOffered) })
    intro = []
    if (choice === 'none') return 'completed'
    if (choice === 'again') await call.play(sayStation(asOf, station), { despiteTypeAhead: true })
    else if (choice === 'text') {
      const isSent =
        call.ani !== undefined && (await texts?.sendStation(call.id, call.ani, call.language, station)) === true
      intro = [say(isSent ? 'sms-sent' : 'sms-failed')]
      isOffered = !isSent
    } else return choice
  }
}

function canText({ ani }: Call, texts: TextsToCallers | undefined): boolean {
  return ani !== undefined && texts?.reaches(ani) === true
}

/** @param text whether the station is offered as a text */
function itemsAfterStation(text: boolean): readonly MenuItem<'again' | 'text' | 'callback' | 'menu' | 'completed'>[] {
  return [sayAgain, ...(text ? [sendText] : []), reportError, backToMenu, endCall]
}

async function offer<Choice extends string>(
  call: Call,
  intro: Prompts,
  items: readonly MenuItem<Choice>[],
): Promise<Choice | 'gave-up'> {
  const choice = await menu(call, { intro, items })
  return choice === 'none' ? 'gave-up' : choice
}
