import { setTimeout as setTimeoutPromise } from 'node:timers/promises'
import type { AskedCaller } from '../domain/live-calls.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import type { AriConnection, AriWay, ChannelState } from './ari.ts'
import { type AriCall, type Begun, makeAriCall } from './ari-call.ts'
import { type AriEvent, channelOf } from './ari-event.ts'
import type { AriAccess } from './ari-link.ts'
import { placeOf } from './asked.ts'
import { connectAri } from './connect-ari.ts'
import { type FirstPlan, makeFirstQuestion } from './first-question.ts'
import { clipAt, makeFollowUps, markAt } from './follow-ups.ts'
import { makeHangUps } from './hang-ups.ts'

/** What a call goes by from its beginning to its end, and who serves it. */
export interface CallPlan extends FirstPlan {
  serve(call: AriCall): Promise<void>
}

export interface Incoming {
  parseAni(raw: string): PhoneNumber | undefined
  /** Something worth a line in the log. Gets no number and no digit. */
  note(what: string, detail?: Record<string, unknown>): void
  /** Another process has taken the application over. */
  replaced(): void
}

/** The switch, as seen from outside. */
export interface Switchboard {
  /** Whether the dialplan knows that somebody is here: a call that comes now is ours. */
  readonly up: boolean
  readonly callsInProgress: number
  /** Where callers are whom the dialplan asks by itself. */
  asked(): Promise<readonly AskedCaller[]>
  /** What the next call goes by has changed: callers are asked that from now on, not from the next second. */
  planChanged(): void
  /** Ids of all calls the switch has, ours or not. */
  channels(): Promise<ReadonlySet<string>>
  /** Apologises to whoever is still in a call, then lets go of the switch. */
  close(): Promise<void>
}

/** What a channel tells of who is on it. */
type Caller = Pick<ChannelState, 'id' | 'caller' | 'context'>

/** How often the dialplan is told that somebody is here, and asked who hung up. It stops believing it after five seconds. */
const heartbeatMs = 1_000
const announcementMs = 300
const heartbeatVariable = 'DOBUSH_HEARTBEAT'
/** Of the dialplan, by the number that was called: who is there was asked by the dialplan itself and is not ours yet. */
const firstContext = /^first-(\d+)$/
/** In what the dialplan tells of the questions it went on from: the first one's mark, and when it began. */
const firstInTrail = /(\d{3})-(\d{13})/
const ways: Readonly<Record<AriWay, string>> = {
  websocket: 'commands go over the event WebSocket',
  'ari-client': 'commands go through ari-client, which costs more than the event WebSocket of Asterisk 22.4 and later',
}

/**
 * Answers the calls that the dialplan hands to the application, for as long as it lives.
 * @param planNow what the next call goes by; it keeps that to its end
 * @param way how Asterisk is spoken to; `auto` leaves it to what the switch can do
 */
export function answerCalls(
  access: AriAccess,
  planNow: () => CallPlan,
  incoming: Incoming,
  way: AriWay | 'auto' = 'auto',
): Switchboard {
  const calls = new Map<string, AriCall>()
  /** Since it was connected last. */
  let announced = false
  const ari: AriConnection = connectAri(
    access,
    {
      onEvent: (event) => dispatch(event),
      onWay: (chosen) => incoming.note(ways[chosen]),
      onUp() {
        incoming.note('connected to Asterisk')
        announced = false
        followUps.forget()
        firstQuestion.forget()
        beat()
        void reconcile().catch((error: unknown) => incoming.note('could not find out what was missed', { err: error }))
      },
      onDown: (reason) => incoming.note('not connected to Asterisk', { reason }),
      onReplaced: () => incoming.replaced(),
    },
    way,
  )

  const setGlobal = (name: string, value?: string) => ari.setGlobal(name, value)
  const followUps = makeFollowUps(setGlobal)
  const firstQuestion = makeFirstQuestion(setGlobal, followUps, planNow)

  const hangUps = makeHangUps({ global: (name) => ari.global(name), setGlobal }, (event) => dispatch(event))

  const beat = () => {
    if (!ari.up) return
    firstQuestion.tell()
    setGlobal(heartbeatVariable, String(Math.floor(Date.now() / 1000))).then(
      () => {
        announced = true
      },
      () => undefined,
    )
    hangUps.look().catch(() => undefined)
  }
  const heartbeat = setInterval(beat, heartbeatMs)

  const dispatch = (event: AriEvent) => {
    const id = channelOf(event)
    if (id === undefined) return
    const known = calls.get(id)
    if (known) return known.take(event)
    if (event.type !== 'StasisStart') return
    const { channel, args } = event
    const [what = ''] = args
    const caller = { id, caller: channel.caller.number, context: channel.dialplan.context }
    if (what !== 'typed' && what !== 'gone') return void begin(caller, what, planNow())
    const call = comesBack(caller, args)
    if (call) call.take(event)
    // Asked by a process that is no more.
    else if (what === 'typed') ari.continueAt(id, 'apology', 's').catch(() => undefined)
  }

  /** From now on the call is ours. */
  const begin = ({ id, caller }: Caller, did: string, { setting, serve }: CallPlan, begun?: Begun): AriCall => {
    const call = makeAriCall(ari, { id, did, ani: incoming.parseAni(caller) }, setting, followUps, begun)
    calls.set(id, call)
    void serve(call)
      .catch((error: unknown) => incoming.note('clearing up after a call failed', { call: id, err: error }))
      .finally(() => calls.delete(id))
    return call
  }

  /** Nothing of a caller whom the dialplan did not ask first, or asked for another process. */
  const takeUp = (caller: Caller, mark: string, at: number): AriCall | undefined => {
    const did = numberAskedAt(caller)
    const edition = firstQuestion.editionOf(mark, at)
    return did && edition ? begin(caller, did, edition.plan, { asked: edition.asked, mark, at }) : undefined
  }

  const comesBack = (caller: Caller, args: readonly string[]): AriCall | undefined => {
    const [, mark = '', at = ''] = firstInTrail.exec(args.at(-1) ?? '') ?? []
    return takeUp(caller, mark, Number(at))
  }

  /** After a connection, first or not: nobody may be left waiting in silence for events that were missed. */
  const reconcile = async () => {
    // What is not told now is with the next heartbeat.
    await hangUps.look().catch(() => undefined)
    // Taken before the list is asked for: a call that begins meanwhile is in neither.
    const known = [...calls.values()]
    const channels = await ari.channels()
    const waiting = channels.filter(({ stasisArgs }) => stasisArgs && stasisArgs[0] !== 'gone')
    for (const call of known) await call.recheck(channels.find(({ id }) => id === call.id))
    // A channel that is new, not stranded, is announced by an event within this time.
    await setTimeoutPromise(announcementMs)
    for (const channel of waiting) {
      const { id, stasisArgs = [] } = channel
      if (calls.has(id)) continue
      const call = comesBack(channel, stasisArgs)
      if (call) {
        await call.recheck(channel)
        continue
      }
      incoming.note('found a caller without an application', { channel: id })
      await ari.continueAt(id, 'apology', 's').catch(() => undefined)
    }
  }

  return {
    get up() {
      return ari.up && announced
    },
    get callsInProgress() {
      return calls.size
    },
    async asked() {
      const channels = ari.up ? await ari.channels().catch(() => []) : []
      return channels.flatMap((channel): AskedCaller[] => {
        const { id, caller, createdAt, extension } = channel
        const call = calls.get(id)
        if (call) {
          const place = call.placeAt(extension)
          return place ? [{ id, did: call.did, ani: call.ani, ageMs: call.age(), place }] : []
        }
        const did = numberAskedAt(channel)
        const asked = firstQuestion.editionOf(markAt(extension), createdAt)?.asked
        const place = asked && placeOf(clipAt(extension), asked)
        return did ? [{ id, did, ani: incoming.parseAni(caller), ageMs: Date.now() - createdAt, place }] : []
      })
    },
    planChanged() {
      if (ari.up) firstQuestion.tell()
    },
    channels: async () => new Set((await ari.channels()).map(({ id }) => id)),
    async close() {
      clearInterval(heartbeat)
      await setGlobal(heartbeatVariable, '0').catch(() => undefined)
      await hangUps.look().catch(() => undefined)
      // Those that never came to us are calls, too.
      for (const channel of await ari.channels().catch(() => [])) {
        const call = calls.get(channel.id) ?? takeUp(channel, markAt(channel.extension), channel.createdAt)
        call?.seenAt(channel.extension)
      }
      await Promise.allSettled([...calls.values()].map((call) => call.apologise()))
      await Promise.allSettled([...calls.values()].map((call) => call.ended))
      ari.close()
    },
  }
}

/** The number that was called, of a caller whom the dialplan asked by itself. */
function numberAskedAt({ context }: Caller): string | undefined {
  return firstContext.exec(context)?.[1]
}
