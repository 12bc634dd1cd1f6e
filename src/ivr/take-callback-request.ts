import type { CallbackDraft, CallbackReason, CallbackRequests, Recording } from '../domain/callback-request.ts'
import type { Clock } from '../domain/clock.ts'
import { type PhoneNumber, parseTypedNumber } from '../domain/phone-number.ts'
import { type Prompt, say } from '../domain/prompt.ts'
import type { TextsToCallers } from '../domain/sms.ts'
import { type Call, HangupError } from './call.ts'
import { askConsent, type Consent } from './consent.ts'
import { menu } from './menu.ts'

const tries = 3
/** Less than this is a cough or a slip, not a message. */
const shortestMessageMs = 2000
export const shortestTalkMs = 700

/**
 * Takes a request to be phoned: consent, reason, message, review, number, reference. Whatever the caller has said
 * is kept, marked incomplete, however the call ends. The reference is texted as well, where it can be.
 */
export async function takeCallbackRequest(
  call: Call,
  callbacks: CallbackRequests,
  texts: TextsToCallers | undefined,
  clock: Clock,
): Promise<'completed' | 'gave-up'> {
  const consent = await askConsent(call, clock)
  if (!consent) return cancel(call)
  const reason = await askReason(call)
  if (reason === 'none') return cancel(call)
  if (call.ani && (await tellIfOpen(call, callbacks, call.ani, reason))) return 'completed'

  const draft: CallbackDraft = {
    callId: call.id,
    language: call.language,
    number: call.ani,
    reason,
    consentedAt: consent.at,
  }
  await callbacks.begin(draft)
  const message: { recording?: Recording } = {}
  let kept = false
  try {
    const sent = await takeMessage(call, consent, message)
    if (!sent || !message.recording) return 'gave-up'
    const number = await askNumber(call)
    if (!number) return 'gave-up'
    if (number !== call.ani && (await tellIfOpen(call, callbacks, number, reason))) return 'completed'
    const reference = await callbacks.accept({ ...draft, number, recording: message.recording })
    kept = true
    if (texts?.reaches(number)) await texts.sendReference(call.id, number, call.language, reference)
    await call.play(say('cb-done', { reference }), { despiteTypeAhead: true })
    return 'completed'
  } finally {
    if (!kept) await keepWhatWasSaid(callbacks, draft, message.recording)
  }
}

async function keepWhatWasSaid(
  callbacks: CallbackRequests,
  draft: CallbackDraft,
  recording: Recording | undefined,
): Promise<void> {
  if (recording) await callbacks.keepIncomplete({ ...draft, recording })
  else await callbacks.forget(draft.callId)
}

async function cancel(call: Call): Promise<'gave-up'> {
  await call.play(say('cb-cancel'))
  return 'gave-up'
}

function askReason(call: Call): Promise<CallbackReason | 'none'> {
  return menu(call, {
    intro: say('cb-reason'),
    items: [
      { key: '1', choice: 'not-in-list' },
      { key: '2', choice: 'wrong-station' },
      { key: '3', choice: 'wrong-personal-data' },
      { key: '4', choice: 'other' },
    ],
  })
}

async function tellIfOpen(
  call: Call,
  callbacks: CallbackRequests,
  number: PhoneNumber,
  reason: CallbackReason,
): Promise<boolean> {
  const reference = await callbacks.openFor(number, reason)
  if (!reference) return false
  await call.play(say('cb-exists', { reference }), { despiteTypeAhead: true })
  return true
}

/**
 * Records until the caller is content. `message.recording` always holds the last thing said that is worth keeping.
 * @returns whether the caller chose to send it
 */
async function takeMessage(call: Call, consent: Consent, message: { recording?: Recording }): Promise<boolean> {
  let before: Prompt[] = []
  for (let attempt = 0; attempt < tries; ) {
    const recording = await call.record([...before, say('cb-speak')], consent)
    const fault = recording ? whatIsWrong(recording) : say('rec-failed')
    if (recording && !fault) message.recording = recording
    if (recording?.ended === 'hangup') throw new HangupError()
    if (fault) {
      before = [fault]
      attempt++
      continue
    }
    before = []
    if ((await review(call, message)) === 'send') return true
  }
  return false
}

function whatIsWrong(recording: Recording): Prompt | undefined {
  if (recording.talkingMs < shortestTalkMs) return say('rec-silent')
  if (recording.durationMs < shortestMessageMs) return say('rec-failed')
  return undefined
}

async function review(call: Call, message: { recording?: Recording }): Promise<'send' | 'again'> {
  for (;;) {
    const choice = await menu(call, {
      intro: say('cb-review'),
      items: [
        { key: '1', choice: 'listen' },
        { key: '2', choice: 'again' },
        { key: '3', choice: 'send' },
      ],
    })
    if (choice === 'listen' && message.recording) await call.replay(message.recording)
    else if (choice === 'again') return 'again'
    // Three times silence after a message: the caller most likely believes it sent.
    else return 'send'
  }
}

async function askNumber(call: Call): Promise<PhoneNumber | undefined> {
  if (!call.ani) return typeNumber(call, say('cb-no-cli'))
  const choice = await menu(call, {
    intro: say('cb-number', { phone: call.ani }),
    items: [
      { key: '1', choice: 'this' },
      { key: '2', choice: 'another' },
    ],
  })
  return choice === 'another' ? typeNumber(call) : call.ani
}

async function typeNumber(call: Call, intro?: Prompt): Promise<PhoneNumber | undefined> {
  let before = intro ? [intro] : []
  for (let attempt = 0; attempt < tries; attempt++) {
    const entry = await call.collect([...before, say('cb-number-enter')], {
      max: 10,
      accepts: /^0[0-9]{9}$/,
      terminator: '#',
      clear: '*',
      secret: true,
    })
    const number = entry.kind === 'match' ? parseTypedNumber(entry.digits) : undefined
    if (number) return number
    before = [say(entry.kind === 'noinput' ? 'no-input' : 'cb-number-bad')]
  }
  return undefined
}
