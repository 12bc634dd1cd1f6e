import { join } from 'node:path'
import { deferred } from '../deferred.ts'
import type { Recording } from '../domain/callback-request.ts'
import type { Language } from '../domain/language.ts'
import type { Place } from '../domain/live-calls.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import { type Prompts, say } from '../domain/prompt.ts'
import type { PromptName } from '../domain/prompt-names.ts'
import {
  type Call,
  type CollectOptions,
  type Entry,
  type Foretell,
  HangupError,
  type Heard,
  type PlayOptions,
} from '../ivr/call.ts'
import type { Consent } from '../ivr/consent.ts'
import { makeDigitBuffer } from '../ivr/digit-buffer.ts'
import type { EntryTimeouts } from '../ivr/digit-collector.ts'
import { readEntry } from '../ivr/read-entry.ts'
import { type Ari, AriError, type ChannelState } from './ari.ts'
import type { AriEvent } from './ari-event.ts'
import { type Asked, askedOf, lastKeyOf, piecesOf, type Sounds, says } from './asked.ts'
import { type Answered, makeAsking } from './asking.ts'
import type { FollowUps } from './follow-ups.ts'
import { isGoneSoon } from './is-gone-soon.ts'
import { measureMessage, messageName } from './messages.ts'
import { momentAt } from './moment.ts'
import type { Piece } from './piece.ts'
import { makePlaybacks, type Playing } from './playing.ts'

/** What a call goes by from its beginning to its end. */
export interface CallSetting extends Sounds {
  readonly timeouts: EntryTimeouts
  /** After so long without a key the dialplan's [ask] gives the caller back. */
  readonly askPauseMs: number
  readonly recordSeconds: number
  /** Absolute path of the folder Asterisk records into. */
  readonly spool: string
  /** Fewer clips that sound the same. */
  joinShort(clips: readonly string[]): readonly string[]
  /** How long a clip is, in milliseconds. */
  clipMs(clip: string): number
}

/** A call on an Asterisk channel, with what its dispatcher needs. */
export interface AriCall extends Call {
  /** Whether it may have left messages in the spool. */
  readonly hasRecorded: boolean
  /** Where the caller is whom the dialplan asks by itself; `extension`: where in the dialplan that is. */
  placeAt(extension: string): Place | undefined
  /** Of a caller who may leave without the dialplan telling of it: where in the dialplan they were seen. */
  seenAt(extension: string): void
  /** Takes an event about this channel. */
  take(event: AriEvent): void
  /** After the event stream was gone: finds out what was missed. `channel`: nothing where the switch has it no longer. */
  recheck(channel: ChannelState | undefined): Promise<void>
}

/** What the dialplan has asked the caller by itself, before the call was ours. */
export interface Begun {
  readonly asked: Asked
  readonly mark: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** Of the dialplan: reads the last key of an entry, and says what it leads to. */
const lastContext = 'last'
/** A message ends after this much silence. */
const endSilenceSeconds = 5
/** The switch closes a recording's file shortly after its end. */
const recordingEndLimitMs = 10_000
/** How long the dialplan's word is waited for, once the channel has left us, for the cause it brings; some is asked for by the second. */
const causeLimitMs = 2_000
/** HTTP: the channel is not in the application's hands. */
const conflict = 409
/** Q.850. */
const normalClearing = 16
/** One for all calls: nobody reads its stack, which takes longer than the rest of a hang-up. */
const hungUp = new HangupError()

/** How something went that the dialplan asked or said, of a caller who is still there. */
type Outcome = Exclude<Answered['how'], { kind: 'gone' }>

type RecordingEnd = 'RecordingFinished' | 'RecordingFailed'

export function makeAriCall(
  ari: Ari,
  { id, did, ani }: { id: string; did: string; ani: PhoneNumber | undefined },
  setting: CallSetting,
  followUps: FollowUps,
  begun?: Begun,
): AriCall {
  const buffer = makeDigitBuffer()
  const gone = new AbortController()
  const recordings = new Map<string, (event: RecordingEnd) => void>()
  let count = 0
  let hungUpByUs = false
  let language: Language = 'ky'
  let beganToSound: PromptName[] = []
  let hasRecorded = false
  /** What the dialplan has asked already, in the order it will be asked for. */
  let ahead: readonly Answered[] = []
  let isReadingLast = false
  let lastEntry: { readonly askedAt: number; answeredAt?: number } | undefined
  const ended = deferred<{ cause: number | undefined; lastedMs: number }>()

  const leave = (at: number, trail?: string) => {
    asking.leave(at, trail)
    if (!gone.signal.aborted) gone.abort(hungUp)
  }
  /** @param cause the dialplan's word, which comes wherever it was that the caller hung up */
  const over = (cause?: number, at = performance.now(), trail?: string) => {
    leave(at, trail)
    // Where we hung up ourselves Asterisk reports its own flag (32) in place of a cause.
    ended.resolve({ cause: hungUpByUs ? normalClearing : cause, lastedMs: at - answeredAt })
  }
  const hasGone = ([, cause, moment, trail]: readonly string[]) =>
    over(Number(cause) || undefined, moment ? momentAt(Number(moment)) : undefined, trail)
  const leftUs = () => {
    const at = performance.now()
    leave(at)
    if (hungUpByUs) over()
    else setTimeout(() => over(undefined, at), causeLimitMs)
  }

  /** Runs a command; where it fails because the caller is gone, that is what is thrown. */
  const command = async (act: () => Promise<void>): Promise<void> => {
    gone.signal.throwIfAborted()
    try {
      await act()
    } catch (error) {
      // It has been taken from us: the call's time is up.
      if (error instanceof AriError && error.status === conflict) leftUs()
      throw (await isGoneSoon(gone.signal)) ? gone.signal.reason : error
    }
  }

  /** The switch doesn't say which clip it is at: how long it has been playing does. */
  const noteBegun = (pieces: readonly Piece[], heardMs: number) => {
    let beginsAt = 0
    for (const { name, clips } of pieces) {
      if (beginsAt > heardMs) return
      beganToSound.push(name)
      beginsAt += clips.reduce((sum, clip) => sum + setting.clipMs(clip), 0)
    }
  }

  const playbacks = makePlaybacks(ari, id, command, gone.signal)
  const start = (media: readonly string[], onOver: (heardMs: number) => void) =>
    playbacks.start(`${id}-play-${++count}`, media, onOver)

  const asking = makeAsking(
    (context, extension) => command(() => ari.continueAt(id, context, extension)),
    followUps.extensionOf,
    buffer,
    setting.askPauseMs,
  )

  const answeredAt = begun ? momentAt(begun.at) : performance.now()
  let takenUp = begun && asking.takeUp(begun.asked, begun.mark, answeredAt)
  // Nobody is waiting yet where the dialplan could not ask.
  takenUp?.catch(() => undefined)

  const soundOf = (pieces: readonly Piece[]) => setting.joinShort(pieces.flatMap(({ clips }) => clips))
  const startPieces = (pieces: readonly Piece[]): Promise<Playing> =>
    start(
      soundOf(pieces).map((clip) => `sound:${clip}`),
      (heardMs) => noteBegun(pieces, heardMs),
    )

  /** Where something else is said or asked than what the dialplan went on with, what was typed at that is for nobody. */
  const forgetAhead = () => {
    if (ahead.length === 0) return
    ahead = []
    buffer.clear()
  }

  /** To the end, or until a key; not at all where one is waiting from before. */
  const untilKey = async (begin: () => Promise<Playing>, { despiteTypeAhead = false } = {}): Promise<Heard> => {
    gone.signal.throwIfAborted()
    forgetAhead()
    if (buffer.size > 0 && !despiteTypeAhead) return 'interrupted'
    const playing = await begin()
    const pressed = deferred<'key'>()
    const stopListening = buffer.onPress(() => pressed.resolve('key'))
    try {
      const first = await Promise.race([playing.finished, pressed.promise])
      if (first !== 'key') return 'played'
      await playing.stop()
      return 'interrupted'
    } finally {
      stopListening()
    }
  }

  const toTheEnd = async (prompts: Prompts): Promise<void> =>
    (await startPieces(piecesOf(prompts, language, setting))).finished

  const play = async (prompts: Prompts, options?: PlayOptions): Promise<Heard> => {
    const [said] = ahead
    if (!said || !says(said.question, prompts, language)) {
      return untilKey(() => startPieces(piecesOf(prompts, language, setting)), options)
    }
    nextAhead()
    note(said)
    return said.heardMs === Number.POSITIVE_INFINITY ? 'played' : 'interrupted'
  }

  const collect = async (prompts: Prompts, options: CollectOptions, foretell?: Foretell): Promise<Entry> => {
    const read = (promptEnded: Promise<unknown>, silentMs?: number) =>
      readEntry(buffer, promptEnded, options, setting.timeouts, gone.signal, silentMs)
    if (takenUp !== undefined) {
      ahead = await takenUp
      takenUp = undefined
    }
    if (ahead[0] && !says(ahead[0].question, prompts, language)) forgetAhead()
    if (ahead.length === 0) {
      gone.signal.throwIfAborted()
      if (options.bargeIn === false) {
        await toTheEnd(prompts)
        buffer.clear()
        return read(Promise.resolve())
      }
      if (buffer.size > 0) return read(Promise.resolve())
      // The dialplan would stop the prompt at a # that is none of the answer.
      const asked = buffer.isSwallowing ? undefined : askedOf({ prompts, options, language }, setting)
      if (!asked) return collectHere(prompts, read)
      ahead = await asking.ask(asked)
    }
    const answered = nextAhead()
    if (!answered) return collect(prompts, options, foretell)
    const how = note(answered)
    if (how.kind === 'passed') return { kind: 'match', digits: how.key }
    // What it read is in the buffer, most entries whole; what follows a pause, or a `*`, comes key by key.
    const last = foretell && (await readLast(answered.question.place, options, foretell))
    if (last?.kind === 'passed') return entryEndedBy(last, options)
    return read(Promise.resolve(), (last ?? how).silentMs)
  }

  const nextAhead = (): Answered | undefined => {
    const [next, ...rest] = ahead
    ahead = rest
    return next
  }

  /** Keeps what the dialplan tells of what it asked or said. Throws where the caller is gone. */
  const note = ({ question, askedAt, heardMs, how }: Answered): Outcome => {
    noteBegun(question.pieces, heardMs)
    lastEntry = { askedAt: Math.min(askedAt, performance.now()) }
    if (how.kind !== 'read') lastEntry.answeredAt = how.at
    if (how.kind === 'gone') throw gone.signal.reason
    return how
  }

  /**
   * Where it is certain what is said after an entry's last key, the dialplan reads that key, and says it at once: nobody is
   * asked between the two.
   * @returns nothing where that is not so, or the last key has come already
   */
  const readLast = async (place: Place, { max }: CollectOptions, foretell: Foretell): Promise<Outcome | undefined> => {
    const typed = buffer.unread
    if (typed.length !== max - 1) return undefined
    // What comes meanwhile comes to us.
    const pressed = deferred<undefined>()
    const stopListening = buffer.onPress(() => pressed.resolve(undefined))
    const foretold = await Promise.race([foretell(typed), pressed.promise]).finally(stopListening)
    const last = foretold && lastKeyOf(foretold, { ...place, language }, setting)
    const [said] = last?.leadsTo.values() ?? []
    if (!last || !said) return undefined
    // Whatever the key: the same follows.
    const extension = followUps.extensionOf({ ...last, leadsTo: said.leadsTo })
    isReadingLast = true
    try {
      ahead = await asking.ask(last, lastContext, extension)
    } finally {
      isReadingLast = false
    }
    const how = nextAhead()?.how
    if (lastEntry && how && how.kind !== 'read') lastEntry.answeredAt = how.at
    if (how?.kind === 'gone') throw gone.signal.reason
    return how
  }

  /** Whatever the dialplan reads now, it says nothing after it. */
  const withhold = async () => {
    const name = `WITHHOLD-${id}`
    await ari.setGlobal(name, 'yes')
    await ended.promise
    await ari.setGlobal(name)
  }

  const entryEndedBy = ({ key }: Extract<Outcome, { kind: 'passed' }>, { accepts, max }: CollectOptions): Entry => {
    const before = Array.from({ length: max - 1 }, () => buffer.take())
    const digits = `${before.join('')}${key}`
    return { kind: accepts.test(digits) ? 'match' : 'nomatch', digits }
  }

  /** Plays the prompts and takes the keys by ourselves. */
  const collectHere = async (
    prompts: Prompts,
    read: (promptEnded: Promise<unknown>) => Promise<Entry>,
  ): Promise<Entry> => {
    const playing = await startPieces(piecesOf(prompts, language, setting))
    const stopOnce = buffer.onPress(() => void playing.stop().catch(() => undefined))
    try {
      return await read(playing.finished)
    } finally {
      stopOnce()
      await playing.stop().catch(() => undefined)
    }
  }

  const record = async (prompts: Prompts, _consent: Consent): Promise<Recording | undefined> => {
    const name = messageName(id, ++count)
    const finished = deferred<RecordingEnd>()
    recordings.set(name, finished.resolve)
    const file = join(setting.spool, `${name}.wav`)
    let late: NodeJS.Timeout | undefined
    const onGone = () => {
      // The switch itself may be gone, and with it the event; what was said until then is in the file.
      late = setTimeout(() => finished.resolve('RecordingFinished'), recordingEndLimitMs)
    }
    try {
      await play(prompts)
      // The tone is always heard, and the key that skipped the words must not end the message.
      await toTheEnd(say('beep'))
      buffer.clear()
      hasRecorded = true
      await command(() =>
        ari.record(id, { name, maxSeconds: setting.recordSeconds, maxSilenceSeconds: endSilenceSeconds }),
      )
      gone.signal.addEventListener('abort', onGone)
      if (gone.signal.aborted) onGone()
      const end = await finished.promise
      const key = buffer.take() !== undefined
      buffer.clear()
      if (end === 'RecordingFailed') return undefined
      const measured = measureMessage(file)
      return { file, ...measured, ended: await howEnded(measured.durationMs, key) }
    } catch (error) {
      if (!(error instanceof HangupError)) throw error
      return { file, durationMs: 0, talkingMs: 0, ended: 'hangup' }
    } finally {
      clearTimeout(late)
      gone.signal.removeEventListener('abort', onGone)
      recordings.delete(name)
    }
  }

  const howEnded = async (durationMs: number, key: boolean): Promise<Recording['ended']> => {
    if (gone.signal.aborted) return 'hangup'
    if (key) return 'key'
    // The end of the recording overtakes that of the call.
    if (await isGoneSoon(gone.signal)) return 'hangup'
    return durationMs > (setting.recordSeconds - 1) * 1000 ? 'too-long' : 'silence'
  }

  return {
    id,
    did,
    ani,
    ended: ended.promise,
    get hasRecorded() {
      return hasRecorded
    },
    get language() {
      return language
    },
    set language(chosen) {
      language = chosen
    },
    age: () => performance.now() - answeredAt,
    play,
    collect,
    record,
    replay: ({ file }) => {
      const media = [`recording:${file.slice(setting.spool.length + 1).replace(/\.wav$/, '')}`]
      return untilKey(() => start(media, () => undefined))
    },
    begun() {
      const names = beganToSound
      beganToSound = []
      return names
    },
    entryAge() {
      if (!lastEntry) return undefined
      const now = performance.now()
      const { askedAt, answeredAt = now } = lastEntry
      lastEntry = undefined
      return { asked: now - askedAt, answered: now - answeredAt }
    },
    async hangup() {
      hungUpByUs = true
      await command(() => ari.hangup(id))
    },
    async apologise() {
      // While the dialplan asks, it does so by itself, as soon as it finds nobody to give the caller back to.
      if (!asking.isOut) await command(() => ari.continueAt(id, 'apology', 's'))
      over()
    },
    placeAt: asking.placeAt,
    seenAt: asking.seenAt,
    take(event) {
      switch (event.type) {
        case 'ChannelDtmfReceived':
          // It was the last one: whatever the dialplan reads then is none of this entry.
          if (isReadingLast) withhold().catch(() => undefined)
          buffer.press(event.digit)
          break
        case 'PlaybackStarted':
        case 'PlaybackFinished':
          playbacks.take(event)
          break
        case 'RecordingFinished':
        case 'RecordingFailed':
          recordings.get(event.recording.name)?.(event.type)
          break
        case 'StasisStart':
          if (event.args[0] === 'gone') hasGone(event.args)
          else asking.comeBack(event.args)
          break
        case 'ApplicationReplaced':
          break
      }
    },
    async recheck(channel) {
      if (asking.isOut && channel) return asking.comeBack(channel.stasisArgs ?? [])
      if (!channel?.stasisArgs) return leftUs()
      await playbacks.recheck()
    },
  }
}
