import { type Sound, writeWav } from '../audio/wav.ts'
import type { Language } from '../domain/language.ts'
import { type ClipBook, makeClipBook } from './clip-book.ts'
import { type CodecName, codecs } from './codec.ts'
import { makeListener } from './listener.ts'
import { type KeyTiming, openRtp } from './rtp.ts'
import { formatSdp } from './sdp.ts'
import type { Segment } from './segment.ts'
import { type Ending, startSipCall } from './sip.ts'
import type { Gap } from './timeline.ts'
import { heardEntry, hideDigits, type Transcript, type TranscriptEntry } from './transcript.ts'
import { makeWaiting } from './waiting.ts'

export interface CallOptions {
  /** The number dialled. */
  readonly to: string
  /** Caller ID; undefined withholds it. */
  readonly from?: string | undefined
  readonly assertedIdentity?: string | undefined
  /** Default A-law. */
  readonly codec?: CodecName
  /** The switch; default 127.0.0.1:5060. */
  readonly host?: string
  readonly port?: number
  /** Own address; default 127.0.0.1. */
  readonly localHost?: string
  /** Clips to recognise; without it only sound and silence are told apart. */
  readonly book?: ClipBook
}

export interface HearsOptions {
  readonly language?: Language
  /** Wait until it has been heard to its end; otherwise its beginning (about a third of a second) is enough. */
  readonly whole?: boolean
  /** Default 20 s. */
  readonly withinMs?: number
}

export interface QuietOptions {
  /** Default 60 s. */
  readonly withinMs?: number
  /**
   * The silence after what? `speech`: after anything said so far, so silence that has begun counts (the default).
   * `next-speech`: something must be said first. `now`: speech or not.
   */
  readonly after?: 'speech' | 'next-speech' | 'now'
}

/** A caller on the line. Times are milliseconds from the answer. */
export interface Caller {
  /** From dialling to the answer; undefined when refused. */
  readonly answerMs: number | undefined
  readonly ended: Promise<Ending>
  /** Presses keys (0-9 * # A-D) by RFC 4733; resolves when the last is released. */
  press(keys: string, timing?: KeyTiming): Promise<void>
  /** Speaks; resolves at the end. Sound of 8 or 16 kHz. */
  say(sound: Sound): Promise<void>
  /**
   * Waits for a clip that follows the last one `hears` returned.
   * @throws NotHeardError when it does not come in time, or the call ends before
   */
  hears(wanted: string | ((segment: Segment) => boolean), options?: HearsOptions): Promise<Segment>
  /**
   * Waits for so much silence.
   * @throws NotHeardError when the line does not fall quiet in time or the call ends before
   */
  quiet(ms: number, options?: QuietOptions): Promise<void>
  /** Ends the call, or cancels it. */
  hangup(): Promise<void>
  transcript(): Transcript
  /** What was recognised so far; `startMs` and `endMs` count from the answer. */
  heard(): readonly Segment[]
  /** What was received, 8 kHz, from `soundFromMs` on. */
  recording(): Sound
  readonly soundFromMs: number | undefined
  /** The received bytes of the codec, silence and loss filled. */
  receivedBytes(): Uint8Array
  readonly gaps: readonly Gap[]
  saveWav(file: string): void
}

/** What was waited for was not heard; the message lists what was. */
export class NotHeardError extends Error {
  override readonly name = 'NotHeardError'
}

/** A clip placed anew by what followed it moves no further than this. */
const sameMs = 60

/** How often silence without packets is looked at. */
const lookEveryMs = 50

/** Without a packet for so long, the far end has stopped sending: a packet should come every 20 ms. */
const idleMs = 60

/**
 * Dials and waits for the answer or the refusal: a refused call resolves too, with `ended` settled.
 * @throws UserError when nobody answers at the address
 */
export async function placeCall(options: CallOptions): Promise<Caller> {
  const { to, from, assertedIdentity, host = '127.0.0.1', port = 5060, localHost = '127.0.0.1' } = options
  const codec = codecs[options.codec ?? 'alaw']
  const book = options.book ?? makeClipBook([])
  // Made before dialling: it takes a moment in which no packet would be sent.
  book.outlines()
  const listener = makeListener(book, codec)
  const waiting = makeWaiting()
  const own: TranscriptEntry[] = []
  let lastSoundAt: number | undefined
  let lastPacketAt = 0

  const rtp = await openRtp(localHost, codec, (piece) => {
    lastPacketAt = performance.now()
    const before = listener.lastSoundMs()
    listener.append(piece)
    if (listener.lastSoundMs() !== before) lastSoundAt = performance.now()
    waiting.look()
  })
  const dialledAt = performance.now()
  const dialog = await startSipCall({
    host,
    port,
    localHost,
    to,
    from,
    assertedIdentity,
    sdp: formatSdp(rtp.address, codec, 1),
    onMedia: (media) => rtp.sendTo(media),
  })
  const ticking = setInterval(() => {
    if (performance.now() - lastPacketAt > idleMs) listener.idle()
    waiting.look()
  }, lookEveryMs)

  const ended = dialog.ended.finally(() => {
    clearInterval(ticking)
    rtp.close()
    listener.end()
    waiting.stop()
  })
  ended.catch(() => undefined)

  const answeredAt = await dialog.answered
  const zero = answeredAt ?? dialledAt
  const sinceAnswer = () => performance.now() - zero
  const noted = ended.then((ending) => {
    own.push({ kind: 'ended', atMs: sinceAnswer(), ...ending })
    return ending
  })
  noted.catch(() => undefined)
  if (answeredAt === undefined) await noted

  const offsetMs = () => (rtp.firstAt() ?? zero) - zero
  let cursorMs = Number.NEGATIVE_INFINITY

  function heard(): readonly Segment[] {
    const offset = offsetMs()
    return listener.segments().map((segment) => ({
      ...segment,
      startMs: segment.startMs + offset,
      endMs: segment.endMs + offset,
    }))
  }

  function notHeard(what: string): NotHeardError {
    const sequence = heard().map(({ language, name, whole }) => `${language}/${name}${whole ? '' : ' (not whole)'}`)
    return new NotHeardError(`${what} at ${(sinceAnswer() / 1000).toFixed(1)} s. Heard: ${sequence.join(', ') || '-'}`)
  }

  return {
    answerMs: answeredAt === undefined ? undefined : answeredAt - dialledAt,
    ended: noted,
    async press(keys, timing) {
      own.push({ kind: 'pressed', atMs: sinceAnswer(), keys: hideDigits(keys) })
      await rtp.press(keys, timing)
    },
    async say(sound) {
      own.push({ kind: 'said', atMs: sinceAnswer(), lengthMs: (sound.samples.length / sound.sampleRate) * 1000 })
      await rtp.say(sound)
    },
    async hears(wanted, { language, whole = false, withinMs = 20_000 } = {}) {
      const after = cursorMs
      const isWanted = typeof wanted === 'string' ? named(wanted) : wanted
      const look = () =>
        heard().find(
          (segment) =>
            segment.startMs > after + sameMs &&
            (language === undefined || segment.language === language) &&
            (!whole || segment.whole) &&
            isWanted(segment) &&
            isCertain(segment),
        )
      const title = typeof wanted === 'string' ? `Did not hear ${wanted}` : 'Did not hear what was waited for'
      const segment = await waiting.until(look, withinMs, () => notHeard(title))
      cursorMs = segment.startMs
      return segment
    },
    async quiet(ms, { withinMs = 60_000, after = 'speech' } = {}) {
      const begun = performance.now()
      const silentSince = () => {
        if (after === 'now') return Math.max(begun, lastSoundAt ?? begun)
        return after === 'next-speech' && (lastSoundAt ?? 0) < begun ? undefined : lastSoundAt
      }
      const isQuiet = () => performance.now() - (silentSince() ?? Number.POSITIVE_INFINITY) >= ms || undefined
      await waiting.until(isQuiet, withinMs, () => notHeard(`The line did not fall quiet for ${ms} ms`))
    },
    hangup: () => dialog.hangUp(),
    transcript() {
      const offset = offsetMs()
      const entries = [...listener.segments().map((segment) => heardEntry(segment, offset)), ...own]
      return {
        to,
        codec: codec.title,
        answerMs: answeredAt === undefined ? undefined : answeredAt - dialledAt,
        entries: entries.sort((a, b) => Number(a.kind === 'ended') - Number(b.kind === 'ended') || a.atMs - b.atMs),
      }
    },
    heard,
    recording: () => ({ sampleRate: 8000, samples: listener.samples().slice() }),
    get soundFromMs() {
      const first = rtp.firstAt()
      return first === undefined ? undefined : first - zero
    },
    receivedBytes: () => rtp.receivedBytes(),
    gaps: rtp.gaps,
    saveWav(file) {
      writeWav(file, { sampleRate: 8000, samples: listener.samples() })
    },
  }
}

/** A clip of another name but the same sound is the clip asked for as well. */
function named(name: string): (segment: Segment) => boolean {
  return (segment) => segment.name === name || segment.others.some((other) => other.name === name)
}

/** While two clips with the same beginning are both possible, neither has been heard yet. */
function isCertain({ goesOn, contested }: Segment): boolean {
  return !goesOn || !contested
}
