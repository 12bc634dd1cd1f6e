import { join } from 'node:path'
import { deferred } from '../deferred.ts'
import type { Recording } from '../domain/callback-request.ts'
import type { Language } from '../domain/language.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import { inOrder, type Prompt, type Prompts, say } from '../domain/prompt.ts'
import type { PromptName } from '../domain/prompt-names.ts'
import { type Call, type CollectOptions, type Entry, HangupError, type Heard, type PlayOptions } from '../ivr/call.ts'
import type { Consent } from '../ivr/consent.ts'
import { makeDigitBuffer } from '../ivr/digit-buffer.ts'
import type { EntryTimeouts } from '../ivr/digit-collector.ts'
import { readEntry } from '../ivr/read-entry.ts'
import { type Ari, AriError, type ChannelState } from './ari.ts'
import type { AriEvent } from './ari-event.ts'
import { makeAsking } from './asking.ts'
import { isGoneSoon } from './is-gone-soon.ts'
import { measureMessage, messageName } from './messages.ts'
import { makePlaybacks, type Playing } from './playing.ts'

/** What a call goes by from its beginning to its end. */
export interface CallSetting {
  readonly timeouts: EntryTimeouts
  /** After so long without a key the dialplan's [ask] gives the caller back. */
  readonly askPauseMs: number
  readonly recordSeconds: number
  /** Absolute path of the folder Asterisk records into. */
  readonly spool: string
  /** Audio of a prompt: absolute paths without extension, in order. */
  clipsFor(prompt: Prompt, language: Language): readonly string[]
  /** Fewer clips that sound the same. */
  joinShort(clips: readonly string[]): readonly string[]
  /** One that sounds the same, by its name in the folder the dialplan's [ask] plays from; nothing where there can be none. */
  joinAll(clips: readonly string[]): string | undefined
  /** How long a clip is, in milliseconds. */
  clipMs(clip: string): number
}

/** A call on an Asterisk channel, with what its dispatcher needs. */
export interface AriCall extends Call {
  /** Whether it may have left messages in the spool. */
  readonly hasRecorded: boolean
  /** Takes an event about this channel. */
  take(event: AriEvent): void
  /** After the event stream was gone: finds out what was missed. `channel`: nothing where the switch has it no longer. */
  recheck(channel: ChannelState | undefined): Promise<void>
}

/** A message ends after this much silence. */
const endSilenceSeconds = 5
/** The switch closes a recording's file shortly after its end. */
const recordingEndLimitMs = 10_000
/** How long the dialplan's word is waited for, once the channel has left us, for the cause it brings. */
const causeLimitMs = 1_000
/** HTTP: the channel is not in the application's hands. */
const conflict = 409
/** Q.850. */
const normalClearing = 16
/** One for all calls: nobody reads its stack, which takes longer than the rest of a hang-up. */
const hungUp = new HangupError()

type RecordingEnd = 'RecordingFinished' | 'RecordingFailed'

/** A prompt's audio: what is played, one after the other. */
interface Piece {
  readonly name: PromptName
  /** Absolute paths without extension. */
  readonly clips: readonly string[]
}

export function makeAriCall(
  ari: Ari,
  { id, did, ani }: { id: string; did: string; ani: PhoneNumber | undefined },
  setting: CallSetting,
): AriCall {
  const buffer = makeDigitBuffer()
  const gone = new AbortController()
  const recordings = new Map<string, (event: RecordingEnd) => void>()
  let count = 0
  let hungUpByUs = false
  let language: Language = 'ky'
  let begun: PromptName[] = []
  let hasRecorded = false
  const ended = deferred<{ cause: number | undefined }>()

  const leave = () => {
    if (!gone.signal.aborted) gone.abort(hungUp)
  }
  /** @param cause the dialplan's word, which comes wherever it was that the caller hung up */
  const over = (cause?: number) => {
    leave()
    // Where we hung up ourselves Asterisk reports its own flag (32) in place of a cause.
    ended.resolve({ cause: hungUpByUs ? normalClearing : cause })
  }
  const leftUs = () => {
    leave()
    if (hungUpByUs) over()
    else setTimeout(over, causeLimitMs)
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
      begun.push(name)
      beginsAt += clips.reduce((sum, clip) => sum + setting.clipMs(clip), 0)
    }
  }

  const playbacks = makePlaybacks(ari, id, command, gone.signal)
  const start = (media: readonly string[], onOver: (heardMs: number) => void) =>
    playbacks.start(`${id}-play-${++count}`, media, onOver)

  let askedAt = Number.POSITIVE_INFINITY
  const asking = makeAsking(
    async (context, extension) => {
      await command(() => ari.continueAt(id, context, extension))
      askedAt = performance.now()
    },
    (digit) => buffer.press(digit),
    setting.askPauseMs,
    gone.signal,
  )

  const piecesOf = (prompts: Prompts): readonly Piece[] =>
    inOrder(prompts).map((prompt) => ({
      name: prompt.name,
      clips: setting.clipsFor(prompt, prompt.language ?? language),
    }))

  const startPieces = (pieces: readonly Piece[]): Promise<Playing> => {
    const clips = setting.joinShort(pieces.flatMap((piece) => piece.clips))
    return start(
      clips.map((clip) => `sound:${clip}`),
      (heardMs) => noteBegun(pieces, heardMs),
    )
  }

  /** To the end, or until a key; not at all where one is waiting from before. */
  const untilKey = async (begin: () => Promise<Playing>, { despiteTypeAhead = false } = {}): Promise<Heard> => {
    gone.signal.throwIfAborted()
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

  const toTheEnd = async (prompts: Prompts): Promise<void> => (await startPieces(piecesOf(prompts))).finished

  const play = (prompts: Prompts, options?: PlayOptions): Promise<Heard> =>
    untilKey(async () => startPieces(piecesOf(prompts)), options)

  const collect = async (prompts: Prompts, options: CollectOptions): Promise<Entry> => {
    gone.signal.throwIfAborted()
    const read = (promptEnded: Promise<unknown>, silentMs?: number) =>
      readEntry(buffer, promptEnded, options, setting.timeouts, gone.signal, silentMs)
    if (options.bargeIn === false) {
      await toTheEnd(prompts)
      buffer.clear()
      return read(Promise.resolve())
    }
    if (buffer.size > 0) return read(Promise.resolve())
    const pieces = piecesOf(prompts)
    // The dialplan would stop the prompt at a # that is none of the answer.
    const clip = buffer.isSwallowing ? undefined : setting.joinAll(pieces.flatMap((piece) => piece.clips))
    if (clip !== undefined) return read(Promise.resolve(), await ask(pieces, clip, options.max))
    const playing = await startPieces(pieces)
    const stopOnce = buffer.onPress(() => void playing.stop().catch(() => undefined))
    try {
      return await read(playing.finished)
    } finally {
      stopOnce()
      await playing.stop().catch(() => undefined)
    }
  }

  /**
   * The prompt and the first keys of an entry, which are in the buffer afterwards: most entries whole. What follows a
   * pause, or a `*`, comes key by key.
   * @returns how long the caller has been silent, in milliseconds
   */
  const ask = async (pieces: readonly Piece[], clip: string, max: number): Promise<number> => {
    askedAt = Number.POSITIVE_INFINITY
    try {
      const silentMs = await asking.ask(clip, max)
      // Which of several keys stopped the prompt, nobody tells: what had begun by the last of them counts.
      noteBegun(pieces, buffer.size > 0 ? performance.now() - askedAt - silentMs : Number.POSITIVE_INFINITY)
      return silentMs
    } catch (error) {
      noteBegun(pieces, performance.now() - askedAt)
      throw error
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
    play,
    collect,
    record,
    replay: ({ file }) => {
      const media = [`recording:${file.slice(setting.spool.length + 1).replace(/\.wav$/, '')}`]
      return untilKey(() => start(media, () => undefined))
    },
    begun() {
      const names = begun
      begun = []
      return names
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
    take(event) {
      switch (event.type) {
        case 'ChannelDtmfReceived':
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
          if (event.args[0] === 'gone') over(Number(event.args[1]) || undefined)
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
