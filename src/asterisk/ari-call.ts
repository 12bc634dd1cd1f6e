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
import type { Ari } from './ari.ts'
import type { AriEvent } from './ari-event.ts'
import { measureMessage, messageName } from './messages.ts'

/** What a call goes by from its beginning to its end. */
export interface CallSetting {
  readonly timeouts: EntryTimeouts
  readonly recordSeconds: number
  /** Absolute path of the folder Asterisk records into. */
  readonly spool: string
  /** Audio of a prompt: absolute paths without extension, in order. */
  clipsFor(prompt: Prompt, language: Language): readonly string[]
  /** How long a clip is, in milliseconds. */
  clipMs(clip: string): number
}

/** A call on an Asterisk channel, with what its dispatcher needs. */
export interface AriCall extends Call {
  /** Whether it may have left messages in the spool. */
  readonly hasRecorded: boolean
  /** Takes an event about this channel. */
  take(event: AriEvent): void
  /** After the event stream was gone: finds out what was missed. `alive`: the channel is still in our hands. */
  recheck(alive: boolean): Promise<void>
}

/** A message ends after this much silence. */
const endSilenceSeconds = 5
/** When a playback that has not ended is asked whether it began at all: one that waits by then never will. */
const startLimitMs = 4_000
/** An event may come this much later than an answer that knows of it. */
const eventLagMs = 500
/** The switch closes a recording's file shortly after its end. */
const recordingEndLimitMs = 10_000
/** Where no ChannelHangupRequest told the cause before StasisEnd, ChannelDestroyed may; after a hand-over it never comes. */
const causeLimitMs = 1_000
/** Q.850. */
const normalClearing = 16

type RecordingEnd = 'RecordingFinished' | 'RecordingFailed'

/** What is played, one after the other. `name` is a prompt's. */
interface Piece {
  readonly name?: PromptName
  /** ARI media URIs. */
  readonly media: readonly string[]
  /** How long it is; asked only of what was not heard to its end. */
  readonly lengthMs: () => number
}

/** A playback under way. */
interface Playing {
  /** Rejects when the playback failed or the caller is gone. */
  readonly finished: Promise<void>
  stop(): Promise<void>
}

export function makeAriCall(
  ari: Ari,
  { id, did, ani }: { id: string; did: string; ani: PhoneNumber | undefined },
  setting: CallSetting,
): AriCall {
  const buffer = makeDigitBuffer()
  const gone = new AbortController()
  /** What is called with the state a playback ended in. */
  const playbacks = new Map<string, (state: string) => void>()
  const recordings = new Map<string, (event: RecordingEnd) => void>()
  let count = 0
  let hangupCause: number | undefined
  let hungUpByUs = false
  let language: Language = 'ky'
  let begun: PromptName[] = []
  let hasRecorded = false
  const ended = deferred<{ cause: number | undefined }>()

  const leave = () => {
    // With a reason of its own: Node's would be made anew, with its stack, for each call.
    if (!gone.signal.aborted) gone.abort(new HangupError())
  }
  const over = () => {
    leave()
    // Where we hung up ourselves Asterisk reports its own flag (32) in place of a cause.
    ended.resolve({ cause: hungUpByUs ? normalClearing : hangupCause })
  }
  const leftUs = () => {
    leave()
    if (hungUpByUs || hangupCause !== undefined) over()
    else setTimeout(over, causeLimitMs)
  }

  /** Runs a command; where it fails because the caller is gone, that is what is thrown. */
  const command = async (act: () => Promise<void>): Promise<void> => {
    gone.signal.throwIfAborted()
    try {
      await act()
    } catch (error) {
      // The refusal overtakes the event that explains it.
      throw (await isGoneSoon(gone.signal)) ? gone.signal.reason : error
    }
  }

  const start = async (pieces: readonly Piece[]): Promise<Playing> => {
    const media = pieces.flatMap((piece) => piece.media)
    const playbackId = `${id}-play-${++count}`
    const { promise: finished, resolve, reject } = deferred<void>()
    // Nobody may be waiting when it fails.
    finished.catch(() => undefined)
    // Asked once, late, and of long ones only: Asterisk would tell it of every clip of every playback.
    const askWhetherStarted = async () => {
      const state = await ari.playbackState(playbackId)
      // Where nothing is known, the connection is broken: once it is there again, `recheck` finds out.
      if (state !== 'gone' && state !== 'queued') return
      // Where it has just ended, the event that says so may be on its way yet.
      late = setTimeout(() => reject(new Error(`The playback ${playbackId} did not start`)), eventLagMs)
    }
    let late = setTimeout(() => void askWhetherStarted(), startLimitMs)
    const onGone = () => reject(gone.signal.reason)
    const forget = () => {
      clearTimeout(late)
      gone.signal.removeEventListener('abort', onGone)
      playbacks.delete(playbackId)
    }
    finished.then(forget, forget)
    let startedAt = Number.POSITIVE_INFINITY
    let isNoted = false
    /** The switch doesn't say which clip it is at: how long it has been playing does. */
    const noteBegun = (heardMs: number) => {
      if (isNoted) return
      isNoted = true
      let beginsAt = 0
      for (const { name, lengthMs } of pieces) {
        if (beginsAt > heardMs) return
        if (name !== undefined) begun.push(name)
        if (heardMs < Number.POSITIVE_INFINITY) beginsAt += lengthMs()
      }
    }
    const soFarMs = () => performance.now() - startedAt
    finished.then(
      () => noteBegun(Number.POSITIVE_INFINITY),
      () => noteBegun(soFarMs()),
    )
    gone.signal.addEventListener('abort', onGone)
    playbacks.set(playbackId, (state) => {
      if (state !== 'failed') return resolve()
      // A playback fails, too, when the caller hangs up under it; the event that says so comes after.
      void isGoneSoon(gone.signal).then((isGone) =>
        reject(isGone ? gone.signal.reason : new Error(`The switch could not play ${media.join(', ')}`)),
      )
    })
    try {
      await command(() => ari.play(id, playbackId, media))
      startedAt = performance.now()
    } catch (error) {
      reject(error)
      throw error
    }
    let stopping: Promise<void> | undefined
    const askSwitch = async () => {
      // It may have ended by itself meanwhile; then there is nothing to stop.
      await ari.stopPlayback(playbackId).catch(() => resolve())
      await finished
    }
    return {
      finished,
      async stop() {
        if (!playbacks.has(playbackId)) return
        const heardMs = soFarMs()
        // The key and the end of the entry both ask for it.
        stopping ??= askSwitch()
        // Behind it: looking clips up must not keep the caller from silence.
        noteBegun(heardMs)
        await stopping
      },
    }
  }

  const piecesOf = (prompts: Prompts): Piece[] =>
    inOrder(prompts).map((prompt) => {
      const clips = setting.clipsFor(prompt, prompt.language ?? language)
      return {
        name: prompt.name,
        media: clips.map((clip) => `sound:${clip}`),
        lengthMs: () => clips.reduce((sum, clip) => sum + setting.clipMs(clip), 0),
      }
    })

  /** Plays to the end, or until a key where `interruptible`. */
  const playPieces = async (pieces: readonly Piece[], interruptible: boolean): Promise<Heard> => {
    const playing = await start(pieces)
    if (!interruptible) {
      await playing.finished
      return 'played'
    }
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

  const play = async (pieces: readonly Piece[], { despiteTypeAhead = false }: PlayOptions = {}): Promise<Heard> => {
    gone.signal.throwIfAborted()
    if (buffer.size > 0 && !despiteTypeAhead) return 'interrupted'
    return playPieces(pieces, true)
  }

  const collect = async (prompts: Prompts, options: CollectOptions): Promise<Entry> => {
    gone.signal.throwIfAborted()
    if (options.bargeIn === false) {
      await playPieces(piecesOf(prompts), false)
      buffer.clear()
      return readEntry(buffer, Promise.resolve(), options, setting.timeouts, gone.signal)
    }
    if (buffer.size > 0) return readEntry(buffer, Promise.resolve(), options, setting.timeouts, gone.signal)
    const playing = await start(piecesOf(prompts))
    const stopOnce = buffer.onPress(() => void playing.stop().catch(() => undefined))
    try {
      return await readEntry(buffer, playing.finished, options, setting.timeouts, gone.signal)
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
      await play(piecesOf(prompts))
      // The tone is always heard, and the key that skipped the words must not end the message.
      await playPieces(piecesOf(say('beep')), false)
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
      return { file, ...measured, ended: howEnded(measured.durationMs, key) }
    } catch (error) {
      if (!(error instanceof HangupError)) throw error
      return { file, durationMs: 0, talkingMs: 0, ended: 'hangup' }
    } finally {
      clearTimeout(late)
      gone.signal.removeEventListener('abort', onGone)
      recordings.delete(name)
    }
  }

  const howEnded = (durationMs: number, key: boolean): Recording['ended'] => {
    // The end of the recording may overtake that of the call.
    if (gone.signal.aborted || hangupCause !== undefined) return 'hangup'
    if (key) return 'key'
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
    play: (prompts, options) => play(piecesOf(prompts), options),
    collect,
    record,
    replay: ({ file }) => {
      const media = [`recording:${file.slice(setting.spool.length + 1).replace(/\.wav$/, '')}`]
      return play([{ media, lengthMs: () => 0 }])
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
    apologise: () => command(() => ari.continueAt(id, 'apology', 's')),
    take(event) {
      switch (event.type) {
        case 'ChannelDtmfReceived':
          buffer.press(event.digit)
          break
        case 'PlaybackFinished':
          playbacks.get(event.playback.id)?.(event.playback.state)
          break
        case 'RecordingFinished':
        case 'RecordingFailed':
          recordings.get(event.recording.name)?.(event.type)
          break
        case 'ChannelHangupRequest':
          hangupCause = event.cause ?? hangupCause
          break
        case 'StasisEnd':
          leftUs()
          break
        case 'ChannelDestroyed':
          hangupCause ??= event.cause
          over()
          break
        case 'StasisStart':
        case 'ApplicationReplaced':
          break
      }
    },
    async recheck(alive) {
      if (!alive) return leftUs()
      for (const [playbackId, tell] of [...playbacks]) {
        const state = await ari.playbackState(playbackId)
        if (state === 'gone' || state === undefined) tell('done')
      }
    },
  }
}

/** Whether the caller turns out to be gone. */
function isGoneSoon(gone: AbortSignal): Promise<boolean> {
  if (gone.aborted) return Promise.resolve(true)
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(false), eventLagMs)
    const onGone = () => settle(true)
    const settle = (isGone: boolean) => {
      clearTimeout(timer)
      gone.removeEventListener('abort', onGone)
      resolve(isGone)
    }
    gone.addEventListener('abort', onGone)
  })
}
