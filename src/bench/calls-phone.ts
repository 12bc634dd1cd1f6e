import { setTimeout as delay } from 'node:timers/promises'
import { codecs } from '../caller/codec.ts'
import { formatKeyEvent, formatRtp } from '../caller/rtp-packet.ts'
import { formatSdp, keyEventType, type MediaAnswer } from '../caller/sdp.ts'
import { type Ending, startSipCall } from '../caller/sip.ts'
import { type Judge, makeJudge } from './calls-judge.ts'
import type { CallResult, Fault, LoadOrder, Pace, PlannedCall } from './calls-orders.ts'
import type { Pacer, Stream } from './calls-pacer.ts'

/** What all callers of a load share. */
export interface PhoneSetting {
  readonly port: number
  readonly to: string
  readonly languageKeys: string
  readonly pace: Pace
  readonly hangsUp: LoadOrder['hangsUp']
  readonly pacer: Pacer
  /** Which prompt a frame is of, by its `frameKey`. */
  readonly prompts: PromptFrames
  /** What is to be heard for a station, A-law. */
  answerOf(station: string): Uint8Array
}

export type PromptFrames = ReadonlyMap<number, 'language' | 'pin'>

const host = '127.0.0.1'
const packetTicks = 160
const headerBytes = 12
/**
 * In ticks: after the first packet of a prompt (a caller hears what it is before a key is pressed), of each key, and what is heard of
 * the answer. Asterisk takes no key for shorter than 80 ms.
 */
const paces: Readonly<
  Record<Pace, { listen: { language: number; pin: number }; on: number; off: number; answer: number }>
> = {
  standard: { listen: { language: 75, pin: 50 }, on: 5, off: 5, answer: Number.POSITIVE_INFINITY },
  hurried: { listen: { language: 1, pin: 1 }, on: 4, off: 4, answer: 10 },
}
/** Nothing for so long and the call has failed. */
const patienceMs = 8_000
const longestCallMs = 40_000
/** A line that hangs up itself does so just after the answer's last packet. */
const politenessMs = 100
const hangUpWithinMs = 3_000

/** Tells a frame by its first six bytes; those of the bench's own sounds are never the same. */
export function frameKey(bytes: Buffer, from: number): number {
  return bytes.readUIntLE(from, 6)
}

/** Places one call, does what a voter does, and says how it went. Never throws. */
export async function placeBenchCall(setting: PhoneSetting, planned: PlannedCall): Promise<CallResult> {
  const call = makeCall(setting, planned)
  const startedAt = performance.now()
  const stream = setting.pacer.join()
  let setupMs: number | undefined
  let fault: Fault | undefined
  let status: number | undefined
  try {
    const invitedAt = performance.now()
    const dialog = await startSipCall({
      host,
      port: setting.port,
      localHost: host,
      to: setting.to,
      from: `0555${String(Math.floor(Math.random() * 1e6)).padStart(6, '0')}`,
      sdp: formatSdp({ host, port: stream.port }, codecs.alaw, 1),
      onMedia: (media) => call.connect(stream, media),
    })
    const first = await Promise.race([
      dialog.answered.then((at) => ({ at })),
      delay(patienceMs * 2, { late: true } as const, { ref: false }),
    ])
    if ('late' in first) {
      fault = 'no answer to the INVITE'
      void dialog.hangUp().catch(() => undefined)
    } else if (first.at === undefined) {
      const ending = await dialog.ended
      fault = 'refused'
      status = ending.by === 'refused' ? ending.status : undefined
    } else {
      setupMs = first.at - invitedAt
      let ended: Ending | undefined
      const over = dialog.ended.then((ending) => {
        ended = ending
      })
      await Promise.race([call.done, over, delay(longestCallMs, undefined, { ref: false })])
      // The last packets and the BYE come on different sockets.
      if (setting.hangsUp === 'line') await Promise.race([over, delay(politenessMs)])
      fault = call.fault(ended !== undefined)
      await Promise.race([dialog.hangUp(), delay(hangUpWithinMs, undefined, { ref: false })])
    }
  } catch {
    fault = 'no answer to the INVITE'
  } finally {
    stream.leave()
  }
  return {
    ...(fault === undefined ? {} : { fault }),
    ...(status === undefined ? {} : { status }),
    ...(setupMs === undefined ? {} : { setupMs }),
    ...call.times(),
    seconds: (performance.now() - startedAt) / 1000,
  }
}

interface Call {
  connect(stream: Stream, media: MediaAnswer): void
  /** Resolves when there is nothing more to hear. */
  readonly done: Promise<void>
  fault(ended: boolean): Fault | undefined
  times(): Pick<CallResult, 'silenceMs' | 'answerMs' | 'longestGapMs'>
}

/** The media of a call: what is sent every 20 ms, and what is made of what comes. */
function makeCall(setting: PhoneSetting, { pin, station }: PlannedCall): Call {
  const { prompts } = setting
  const pace = paces[setting.pace]
  const judge: Judge = makeJudge(setting.answerOf(station).subarray(0, pace.answer * packetTicks))
  let isDone: () => void = () => undefined
  const done = new Promise<void>((resolve) => {
    isDone = resolve
  })
  let phase: 'language' | 'pin' | 'answer' | 'over' = 'language'
  let heard: 'language' | 'pin' | 'answer' | undefined
  let deadline = performance.now() + 2 * patienceMs
  let lastAt = 0
  let lastLanguageAt: number | undefined
  let longestGapMs = 0
  let firstKeyAt: number | undefined
  let typedAt: number | undefined
  let answerAt: number | undefined

  // What is yet to be sent: ticks of waiting, then keys.
  let waitTicks = -1
  let keys = ''
  let keyTick = 0
  let stream: Stream | undefined
  let far: MediaAnswer | undefined
  let sequence = Math.floor(Math.random() * 2 ** 15)
  let timestamp = Math.floor(Math.random() * 2 ** 31)
  let eventStart = 0
  const source = Math.floor(Math.random() * 2 ** 32)
  const silence = formatRtp({
    payloadType: codecs.alaw.payloadType,
    marker: false,
    sequence: 0,
    timestamp: 0,
    source,
    payload: new Uint8Array(packetTicks).fill(0xd5),
  })

  const send = (packet: Buffer) => {
    stream?.send(packet)
    sequence = (sequence + 1) & 0xffff
  }
  const sendSilence = () => {
    silence.writeUInt16BE(sequence, 2)
    silence.writeUInt32BE(timestamp, 4)
    send(silence)
  }
  const sendEvent = (key: string, tick: number, end: boolean) => {
    if (tick === 0) eventStart = timestamp
    const payload = formatKeyEvent({ key, end, duration: (tick + 1) * packetTicks })
    const marker = tick === 0
    send(
      formatRtp({
        payloadType: far?.keyEvents ?? keyEventType,
        marker,
        sequence,
        timestamp: eventStart,
        source,
        payload,
      }),
    )
  }
  const tick = () => {
    if (waitTicks > 0) waitTicks -= 1
    const [key] = waitTicks === 0 ? keys : ''
    if (key === undefined) {
      sendSilence()
    } else {
      if (keyTick === 0) firstKeyAt ??= performance.now()
      if (keyTick < pace.on) sendEvent(key, keyTick, false)
      else sendSilence()
      if (keyTick === pace.on - 1) {
        // RFC 4733, 2.5: the end is told three times.
        for (let copy = 0; copy < 3; copy += 1) sendEvent(key, keyTick, true)
        if (keys.length === 1 && phase === 'pin') {
          typedAt = performance.now()
          deadline = typedAt + patienceMs
          phase = 'answer'
        }
      }
      keyTick += 1
      if (keyTick === pace.on + pace.off) {
        keyTick = 0
        keys = keys.slice(1)
      }
    }
    timestamp = (timestamp + packetTicks) >>> 0
    if (performance.now() > deadline) isDone()
  }

  const press = (after: number, what: string) => {
    waitTicks = after
    keys = what
    keyTick = 0
  }

  const take = (packet: Buffer, now: number) => {
    if (packet.length !== headerBytes + packetTicks || ((packet[1] ?? 0) & 0x7f) !== codecs.alaw.payloadType) return
    const prompt = prompts.get(frameKey(packet, headerBytes))
    if (prompt === undefined && (phase === 'language' || phase === 'pin')) {
      heard = undefined
      return
    }
    const what = prompt ?? 'answer'
    if (what === heard) longestGapMs = Math.max(longestGapMs, now - lastAt)
    heard = what
    lastAt = now
    if (what === 'language') {
      lastLanguageAt = now
      if (phase !== 'language' || keys !== '' || waitTicks >= 0) return
      const { languageKeys } = setting
      // Whoever has a key more to press begins so much sooner: all calls last equally long.
      const sooner = (languageKeys.length - 1) * (pace.on + pace.off)
      press(Math.max(1, pace.listen.language - sooner), languageKeys)
      deadline = now + patienceMs
    } else if (what === 'pin') {
      if (phase !== 'language') return
      phase = 'pin'
      press(pace.listen.pin, pin)
      deadline = now + patienceMs
    } else if (phase === 'answer') {
      takeAnswer(packet.subarray(headerBytes), now)
    }
  }
  const takeAnswer = (frame: Buffer, now: number) => {
    if (answerAt === undefined && frame.every((byte) => byte === 0xd5)) return
    answerAt ??= now
    judge.take(frame)
    deadline = now + patienceMs / 4
    if (!judge.complete) return
    phase = 'over'
    isDone()
  }

  return {
    done,
    connect(own, media) {
      if (stream) return
      far = media
      stream = own
      own.connect(media.port, { tick, take })
    },
    fault(ended) {
      if (phase === 'language') return lastLanguageAt === undefined ? 'no language prompt' : 'no PIN prompt'
      if (phase === 'pin') return 'hung up early'
      if (answerAt === undefined) return ended ? 'hung up early' : 'no station'
      const verdict = judge.verdict()
      return verdict === 'right' ? undefined : verdict
    },
    times: () => ({
      ...(lastLanguageAt === undefined || firstKeyAt === undefined
        ? {}
        : { silenceMs: Math.max(0, lastLanguageAt - firstKeyAt) }),
      ...(typedAt === undefined || answerAt === undefined ? {} : { answerMs: answerAt - typedAt }),
      longestGapMs,
    }),
  }
}
