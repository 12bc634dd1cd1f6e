import type { ClipBook } from '../caller/clip-book.ts'
import { codecs } from '../caller/codec.ts'
import { makeListener } from '../caller/listener.ts'
import { openRtp, usualTiming } from '../caller/rtp.ts'
import { formatSdp } from '../caller/sdp.ts'
import type { Segment } from '../caller/segment.ts'
import { startSipCall } from '../caller/sip.ts'
import { makeWaiting } from '../caller/waiting.ts'
import type { Language } from '../domain/language.ts'

/** A call of somebody who knows the menus and types ahead. */
export interface Question {
  readonly port: number
  /** Clips to recognise. */
  readonly book: ClipBook
  readonly language: Language
  readonly pin: string
}

/** How the line answered. */
export interface Answer {
  /** From the last digit's end to the first packet of the answer. */
  readonly latencyMs: number
  /** When that packet came (performance.now()). */
  readonly answeredAt: number
  /** The number of the station that was heard; `?` for what was no digit. */
  readonly station: string
}

/** The call ended, or nothing that was expected was heard: what went wrong. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError'
}

/** A pause this short ends with one packet, so that the moment of the last digit's end is known. */
const packetMs = 20
const answerWithinMs = 60_000
const lookEveryMs = 50
const numberLength = 4

/**
 * Calls, types language, menu and PIN without waiting for anything, and listens until the station's number was said once. The
 * project's own phone tells times by the sound; this one by the packets, which is what a latency is measured by.
 * @throws UnansweredError
 */
export async function ask({ port, book, language, pin }: Question): Promise<Answer> {
  const codec = codecs.alaw
  book.outlines()
  const listener = makeListener(book, codec)
  const waiting = makeWaiting()
  let typedAt: number | undefined
  let firstAt: number | undefined
  let lastPacketAt = 0
  const rtp = await openRtp('127.0.0.1', codec, (piece) => {
    lastPacketAt = performance.now()
    if (typedAt !== undefined && piece.kind === 'audio') firstAt ??= lastPacketAt
    listener.append(piece)
    waiting.look()
  })
  const dialog = await startSipCall({
    host: '127.0.0.1',
    port,
    localHost: '127.0.0.1',
    to: '1255',
    from: '+996555123456',
    assertedIdentity: undefined,
    sdp: formatSdp(rtp.address, codec, 1),
    onMedia: (media) => rtp.sendTo(media),
  })
  const ticking = setInterval(() => {
    if (performance.now() - lastPacketAt > 3 * packetMs) listener.idle()
    waiting.look()
  }, lookEveryMs)
  let ended = false
  const gone = dialog.ended.finally(() => {
    ended = true
    waiting.stop()
  })
  gone.catch(() => undefined)

  const told = (what: string) => new UnansweredError(`${what}${ended ? ', the call had ended' : ''}`)
  try {
    if ((await dialog.answered) === undefined) throw told('not answered')
    // Somebody who calls often waits for the first word.
    await waiting.until(
      () => listener.lastSoundMs(),
      answerWithinMs,
      () => told('no welcome'),
    )
    await rtp.press(`${language === 'ky' ? 1 : 2}1${pin.slice(0, -1)}`)
    await rtp.press(pin.slice(-1), { ...usualTiming, offMs: packetMs })
    typedAt = performance.now() - packetMs
    const station = await waiting.until(
      () => spokenNumber(listener.segments(), language),
      answerWithinMs,
      () => told(`no station; heard ${listener.segments().map(({ name }) => name)}`),
    )
    if (firstAt === undefined) throw told('no answer')
    return { latencyMs: firstAt - typedAt, answeredAt: firstAt, station }
  } finally {
    clearInterval(ticking)
    await dialog.hangUp().catch(() => undefined)
    rtp.close()
    listener.end()
    waiting.stop()
  }
}

/** The station's number, once the answer has said its four digits to the end of the last. */
function spokenNumber(segments: readonly Segment[], language: Language): string | undefined {
  const answer = segments.findIndex((one) => one.name === 'found.1' && one.language === language)
  if (answer < 0) return undefined
  const names = segments.slice(answer + 1).flatMap(({ name, whole }) => (whole ? name : []))
  const number = names.slice(0, numberLength).map((name) => /^digit-([0-9])(-final)?$/.exec(name)?.[1] ?? '?')
  return number.length === numberLength ? number.join('') : undefined
}
