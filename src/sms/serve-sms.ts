import type { Alerts } from '../alerts.ts'
import { inBatches } from '../batches.ts'
import type { ElectionCalendar } from '../domain/calendar.ts'
import type { Clock } from '../domain/clock.ts'
import type { Language } from '../domain/language.ts'
import type {
  AnsweredText,
  Messages,
  NewText,
  QueuedText,
  ReceivedText,
  Remembered,
  SendingEvent,
} from '../domain/messages.ts'
import { isMobile, type PhoneNumber } from '../domain/phone-number.ts'
import type { IncomingText, SmsTextName, TextsToCallers } from '../domain/sms.ts'
import type { VoterDirectory } from '../domain/voter.ts'
import type { Log } from '../log.ts'
import type { SmsConfig } from '../sms-config.ts'
import type { LastHour } from './last-minute.ts'
import { type Outbox, openOutbox } from './outbox.ts'
import type { GatewayState, Receiver, SmsGateway } from './port.ts'
import { readText } from './read-text.ts'
import { decide, type ReplyRules } from './reply.ts'
import type { SmsValues, Wording } from './wording.ts'

export interface SmsOptions {
  readonly config: SmsConfig
  readonly messages: Messages
  readonly voters: VoterDirectory
  /** As it is when a text is answered. */
  readonly election: () => ElectionCalendar
  readonly wording: Wording
  readonly rules: ReplyRules
  readonly alerts: Alerts
  /** Somebody seems to try out PINs. */
  readonly onProbing: () => void
  readonly now: Clock
  readonly log: Log
}

export interface Sms {
  /** Goes to every gateway that is opened. */
  readonly receiver: Receiver
  /** From now on texts go out by this gateway, too. */
  attach(gateway: SmsGateway): void
  readonly texts: TextsToCallers
  state(): readonly GatewayState[]
  /** Of a bind by its name. */
  lastHour(bind: string): LastHour | undefined
  /** Closes the gateways as well. */
  close(): Promise<void>
}

const mostInABatch = 200
const partsEveryMs = 15_000
const sweepEveryMs = 3_600_000
/** A bind that is down for so long is somebody's business. */
const alertAfterMs = 60_000

/** Takes texts in, answers them and sees the answers to their end. */
export function serveSms(options: SmsOptions): Sms {
  const { config, messages, voters, election, wording, rules, alerts, onProbing, now, log } = options
  const gateways = new Map<string, SmsGateway>()
  const outboxes = new Map<string, Outbox>()
  const validityHours = new Map(config.binds.map((bind) => [bind.name, bind.kind === 'smpp' ? bind.validityHours : 24]))
  let closed = false

  const take = inBatches<IncomingText>(async (texts) => send(await messages.take(texts, answer)), mostInABatch)
  const note = inBatches<SendingEvent>((events) => messages.note(events), mostInABatch)

  function send(texts: readonly QueuedText[]): void {
    const perBind = new Map<string, QueuedText[]>()
    for (const text of texts) {
      const others = perBind.get(text.bind)
      if (others) others.push(text)
      else perBind.set(text.bind, [text])
    }
    for (const [bind, those] of perBind) outboxes.get(bind)?.add(those)
  }

  function answer(text: ReceivedText, remembered: Remembered): AnsweredText {
    const nothing = { station: undefined, language: undefined, asked: [], replies: [] }
    try {
      const decision = decide(readText(text.text), text.number, remembered, voters, election(), now(), rules)
      if (decision.probing) onProbing()
      const { outcome, reply, language, asked } = decision
      if (reply === undefined || text.number === undefined) return { ...nothing, outcome }
      const replies = worded(text.bind, text.number, reply.text, reply.languages, reply)
      return { outcome, station: reply.station?.number, language, asked, replies }
    } catch (error) {
      // One text that can't be answered must not keep those beside it from being so.
      log.error({ err: error }, 'a text could not be answered')
      if (text.number === undefined) return { ...nothing, outcome: 'not-answered' }
      const replies = worded(text.bind, text.number, 'unavailable', ['ky', 'ru'], {})
      return { ...nothing, outcome: 'unavailable', replies }
    }
  }

  function worded(
    bind: string,
    to: PhoneNumber,
    name: SmsTextName,
    languages: readonly Language[],
    values: SmsValues,
  ): NewText[] {
    const idsFor = (text: string) => gateways.get(bind)?.idsFor(text) ?? 1
    const [language, other] = languages
    return wording(name, languages, values).map((text) => ({
      bind,
      to,
      name,
      language: other === undefined ? language : undefined,
      text,
      ids: idsFor(text),
    }))
  }

  /** @returns whether it is on disk and will be sent */
  async function sendTo(
    callId: string,
    to: PhoneNumber,
    language: Language,
    name: SmsTextName,
    values: SmsValues,
  ): Promise<boolean> {
    try {
      const bind = (await messages.lastBind(to, [...gateways.keys()])) ?? bindFor(to)
      send(await messages.enqueue(worded(bind, to, name, [language], values), callId))
      return true
    } catch (error) {
      log.error({ err: error }, 'a text out of a call could not be kept')
      return false
    }
  }

  /** The bind with the longest prefix of this number; without one, the first. */
  function bindFor(to: PhoneNumber): string {
    const fits = config.binds.flatMap(({ name, prefixes }) =>
      prefixes.filter((prefix) => to.startsWith(prefix)).map((prefix) => ({ name, length: prefix.length })),
    )
    const [best] = fits.sort((one, other) => other.length - one.length)
    return best?.name ?? config.binds[0]?.name ?? ''
  }

  const down = new Map<string, NodeJS.Timeout>()

  function watchDown(gateway: SmsGateway): void {
    const { name } = gateway
    const key = `sms-${name}`
    if (gateway.state().status === 'bound') {
      clearTimeout(down.get(name))
      down.delete(name)
      alerts.clear(key, `Texts go through ${name} again.`)
    } else if (!down.has(name)) {
      const raise = () => {
        const { status, fault } = gateway.state()
        const why = fault === undefined ? '' : ` ${fault}`
        if (status !== 'bound') alerts.raise(key, `No texts go through ${name}.${why}`)
      }
      down.set(name, setTimeout(raise, alertAfterMs).unref())
    }
  }

  const guarded = (what: string, act: () => Promise<void>) => () => {
    act().catch((error) => log.error({ err: error }, what))
  }
  const timers = [
    setInterval(
      guarded('long texts that lack a part could not be answered', async () =>
        send(await messages.takeIncomplete(answer)),
      ),
      Math.min(partsEveryMs, config.partsSeconds * 500),
    ),
    setInterval(
      guarded('old traces of texts could not be removed', () => messages.sweep()),
      sweepEveryMs,
    ),
  ]
  for (const timer of timers) timer.unref()

  return {
    receiver: {
      receive: async (text) => {
        if (closed) throw new Error('The line is closing')
        await take(text)
      },
      receipt: (report) => note({ kind: 'receipt', report }),
      changed() {
        for (const outbox of outboxes.values()) outbox.wake()
        for (const gateway of gateways.values()) watchDown(gateway)
      },
    },

    attach(gateway) {
      gateways.set(gateway.name, gateway)
      const outbox = openOutbox({
        gateway,
        messages,
        note,
        now,
        log,
        validityHours: validityHours.get(gateway.name) ?? 24,
        doubtSeconds: config.doubtSeconds,
      })
      outboxes.set(gateway.name, outbox)
      outbox.wake()
      watchDown(gateway)
    },

    texts: {
      reaches: isMobile,
      sendStation: (call, to, language, station) => sendTo(call, to, language, 'found', { station }),
      sendReference: (call, to, language, reference) => sendTo(call, to, language, 'callback-accepted', { reference }),
    },

    state: () => [...gateways.values()].map((gateway) => gateway.state()),
    lastHour: (bind) => gateways.get(bind)?.lastHour(),

    async close() {
      for (const timer of timers) clearInterval(timer)
      for (const timer of down.values()) clearTimeout(timer)
      await Promise.all([...outboxes.values()].map((outbox) => outbox.close()))
      closed = true
    },
  }
}
