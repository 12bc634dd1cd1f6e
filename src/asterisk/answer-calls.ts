import { setTimeout as setTimeoutPromise } from 'node:timers/promises'
import type { Place } from '../domain/live-calls.ts'
import type { PhoneNumber } from '../domain/phone-number.ts'
import type { AriConnection, AriWay } from './ari.ts'
import { type AriCall, type CallSetting, makeAriCall } from './ari-call.ts'
import { type AriEvent, channelOf } from './ari-event.ts'
import type { AriAccess } from './ari-link.ts'
import { connectAri } from './connect-ari.ts'
import { makeFollowUps } from './follow-ups.ts'

export interface Incoming {
  serve(call: AriCall): Promise<void>
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
  /** Where the callers are, by the call's id, whom the dialplan asks by itself. */
  places(): Promise<ReadonlyMap<string, Place>>
  /** Ids of all calls the switch has, ours or not. */
  channels(): Promise<ReadonlySet<string>>
  /** Apologises to whoever is still in a call, then lets go of the switch. */
  close(): Promise<void>
}

/** How often the dialplan is told that somebody is here to answer. It stops believing it after five seconds. */
const heartbeatMs = 1_000
const announcementMs = 300
const heartbeatVariable = 'DOBUSH_HEARTBEAT'
const ways: Readonly<Record<AriWay, string>> = {
  websocket: 'commands go over the event WebSocket',
  'ari-client': 'commands go through ari-client, which costs more than the event WebSocket of Asterisk 22.4 and later',
}

/**
 * Answers the calls that the dialplan hands to the application, for as long as it lives.
 * @param settingNow what the next call goes by; it keeps that to its end
 * @param way how Asterisk is spoken to; `auto` leaves it to what the switch can do
 */
export function answerCalls(
  access: AriAccess,
  settingNow: () => CallSetting,
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
        beat()
        void reconcile().catch((error: unknown) => incoming.note('could not list the channels', { err: error }))
      },
      onDown: (reason) => incoming.note('not connected to Asterisk', { reason }),
      onReplaced: () => incoming.replaced(),
    },
    way,
  )

  const followUps = makeFollowUps((name, value) => ari.setGlobal(name, value))

  const beat = () => {
    if (!ari.up) return
    ari.setGlobal(heartbeatVariable, String(Math.floor(Date.now() / 1000))).then(
      () => {
        announced = true
      },
      () => undefined,
    )
  }
  const heartbeat = setInterval(beat, heartbeatMs)

  const dispatch = (event: AriEvent) => {
    const id = channelOf(event)
    if (id === undefined) return
    const known = calls.get(id)
    if (known) return known.take(event)
    if (event.type !== 'StasisStart') return
    const [what = ''] = event.args
    if (what === 'typed') {
      // Asked by a process that is no more.
      ari.continueAt(id, 'apology', 's').catch(() => undefined)
    } else if (what !== 'gone') answer(event.channel, what)
  }

  const answer = ({ id, caller }: { id: string; caller: { number: string } }, did: string) => {
    const call = makeAriCall(ari, { id, did, ani: incoming.parseAni(caller.number) }, settingNow(), followUps)
    calls.set(id, call)
    void incoming
      .serve(call)
      .catch((error: unknown) => incoming.note('clearing up after a call failed', { call: id, err: error }))
      .finally(() => calls.delete(id))
  }

  /** After a connection, first or not: nobody may be left waiting in silence for events that were missed. */
  const reconcile = async () => {
    // Taken before the list is asked for: a call that begins meanwhile is in neither.
    const known = [...calls.values()]
    const channels = await ari.channels()
    const waiting = channels.filter(({ stasisArgs }) => stasisArgs && stasisArgs[0] !== 'gone').map(({ id }) => id)
    for (const call of known) await call.recheck(channels.find(({ id }) => id === call.id))
    // A channel that is new, not stranded, is announced by an event within this time.
    await setTimeoutPromise(announcementMs)
    for (const id of waiting) {
      if (calls.has(id)) continue
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
    async places() {
      const channels = calls.size > 0 ? await ari.channels().catch(() => []) : []
      return new Map(
        channels.flatMap(({ id, extension }): [string, Place][] => {
          const place = calls.get(id)?.placeAt(extension)
          return place ? [[id, place]] : []
        }),
      )
    },
    channels: async () => new Set((await ari.channels()).map(({ id }) => id)),
    async close() {
      clearInterval(heartbeat)
      await ari.setGlobal(heartbeatVariable, '0').catch(() => undefined)
      await Promise.allSettled([...calls.values()].map((call) => call.apologise()))
      await Promise.allSettled([...calls.values()].map((call) => call.ended))
      ari.close()
    },
  }
}
