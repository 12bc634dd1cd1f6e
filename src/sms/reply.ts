import { type ElectionCalendar, phaseAt } from '../domain/calendar.ts'
import { type Language, languages } from '../domain/language.ts'
import type { Remembered } from '../domain/messages.ts'
import { type PhoneNumber, parseCallerNumber } from '../domain/phone-number.ts'
import { judgeUnlistedPin, type Pin } from '../domain/pin.ts'
import type { SmsOutcome, SmsTextName } from '../domain/sms.ts'
import type { Station } from '../domain/station.ts'
import type { Lookup, VoterDirectory } from '../domain/voter.ts'
import type { ReadText } from './read-text.ts'

export interface ReplyRules {
  /** The line's own numbers, in E.164: a text from one of them is our own. */
  readonly ownNumbers: ReadonlySet<string>
  /** Answers a number gets in a day. */
  readonly answersPerDay: number
}

/** What is answered, before it is put into words. */
export interface Reply {
  readonly text: SmsTextName
  readonly station?: Station
  /** One, or both where nothing tells which. */
  readonly languages: readonly Language[]
}

export interface Decision {
  readonly outcome: SmsOutcome
  /** Nothing: the text is not answered. */
  readonly reply?: Reply
  /** The language to remember. */
  readonly language?: Language
  /** PINs this counts as asked for. */
  readonly asked: readonly Pin[]
  /** Somebody seems to try out PINs. */
  readonly probing: boolean
}

/**
 * The number of a sender that may be answered. Short numbers and letters are services and machines: answering one that
 * answers by itself never ends.
 */
export function answerableSender(from: string, ownNumbers: ReadonlySet<string>): PhoneNumber | undefined {
  if (!/^\+?[0-9]{9,15}$/.test(from)) return undefined
  const number = parseCallerNumber(from, '')
  return number === undefined || ownNumbers.has(number) ? undefined : number
}

/**
 * Decides what a text is answered with. To somebody who tries out PINs an impossible one, one that is not listed and one
 * too many look alike: each is answered as the register answers for nobody.
 */
export function decide(
  text: ReadText,
  sender: PhoneNumber | undefined,
  remembered: Remembered,
  voters: VoterDirectory,
  election: ElectionCalendar,
  now: Date,
  rules: ReplyRules,
): Decision {
  const nothing = { asked: [], probing: false }
  if (sender === undefined || remembered.answersToday >= rules.answersPerDay)
    return { outcome: 'not-answered', ...nothing }

  const language = text.wish ?? text.words ?? remembered.language
  const remember = language === undefined ? {} : { language }
  const spoken = language === undefined ? languages : [language]
  const [pin, ...others] = text.pins
  if (pin === undefined) {
    const outcome = text.triedPin ? 'bad-format' : text.wish ? 'language' : 'help'
    const name: SmsTextName = outcome === 'bad-format' ? outcome : 'help'
    return { outcome, reply: { text: name, languages: spoken }, ...remember, ...nothing }
  }
  if (others.length > 0) {
    const reply: Reply = { text: 'bad-format', languages: spoken }
    return { outcome: 'several-pins', reply, ...remember, asked: [], probing: true }
  }
  const isOver = remembered.overLimit(pin)
  const lookup: Lookup = isOver ? { kind: 'not-listed' } : voters.findByPin(pin)
  const answer = answerTo(pin, lookup, election, now)
  return {
    outcome: isOver ? 'over-limit' : answer.text,
    reply: { ...answer, languages: spoken },
    ...remember,
    asked: isOver ? [] : [pin],
    probing: isOver,
  }
}

type Answer = Pick<Reply, 'station'> & { text: Exclude<SmsTextName, 'help' | 'bad-format' | 'callback-accepted'> }

function answerTo(pin: Pin, lookup: Lookup, election: ElectionCalendar, now: Date): Answer {
  switch (lookup.kind) {
    case 'found':
    case 'station-closed':
      return { text: lookup.kind, station: lookup.station }
    case 'no-biometry':
    case 'unavailable':
      return { text: lookup.kind }
    case 'not-listed': {
      if (judgeUnlistedPin(pin, election.votingDay) === 'under-18') return { text: 'under-18' }
      const phase = phaseAt(election, now)
      return { text: phase === 'before-window' || phase === 'window' ? 'not-found' : 'not-found-late' }
    }
  }
}
