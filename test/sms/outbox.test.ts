import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { type Smsc, startSmsc } from '../../src/bench/peers/smsc.ts'
import { loadConfig } from '../../src/config.ts'
import { deferred } from '../../src/deferred.ts'
import type { Messages, QueuedText, SendingEvent } from '../../src/domain/messages.ts'
import type { PhoneNumber } from '../../src/domain/phone-number.ts'
import { makeLog } from '../../src/log.ts'
import { type Outbox, openOutbox } from '../../src/sms/outbox.ts'
import type { SmsGateway } from '../../src/sms/port.ts'
import { openSmpp } from '../../src/sms/smpp/open-smpp.ts'
import { loadHotlineKey } from '../../src/store/hotline-key.ts'
import { makeMessages } from '../../src/store/messages.ts'
import type { Hotline } from '../../src/store/tables.ts'
import { cleanUp, numberOf, openIn, scratch } from '../store/scratch.ts'
import { until } from '../switch/rig.ts'
import { password, smppBindTo } from './line.ts'

/** What comes about while the outbox looks on disk for what is due: nothing of it may be left lying. */
describe('between the look on disk and what is done with it', () => {
  const config = loadConfig(() => new Date())
  const log = makeLog('silent')
  let stopped: Date | undefined
  const now = () => stopped ?? new Date()
  let smsc: Smsc
  let hotline: Kysely<Hotline>
  let messages: Messages
  let gateway: SmsGateway
  let outbox: Outbox | undefined

  beforeEach(async () => {
    const folder = scratch()
    smsc = await startSmsc(config)
    hotline = await openIn(folder)
    messages = makeMessages({
      hotline,
      key: await loadHotlineKey(join(folder, 'hotline.key')),
      now,
      timeZone: 'Asia/Bishkek',
      pinsPerDay: 5,
      sameTextSeconds: 60,
      partsSeconds: 300,
      numberOf: () => undefined,
    })
  })

  afterEach(async () => {
    await outbox?.close()
    outbox = undefined
    stopped = undefined
    await smsc.close()
    await cleanUp()
  })

  /** @param looks what the outbox gets in place of its messages' own */
  async function open(looks: Partial<Messages>, noted: (event: SendingEvent) => void = () => undefined): Promise<void> {
    const receiver = { receive: async () => undefined, receipt: async () => undefined, changed: () => outbox?.wake() }
    gateway = openSmpp(smppBindTo(smsc.port), { password, receiver, now, log })
    await until(() => gateway.state().status === 'bound')
    outbox = openOutbox({
      gateway,
      messages: { ...messages, ...looks },
      note: async (event) => {
        await messages.note([event])
        noted(event)
      },
      now,
      log,
      validityHours: 24,
      doubtSeconds: 60,
    })
  }

  async function keep(to: PhoneNumber): Promise<readonly QueuedText[]> {
    const text = { bind: gateway.name, to, name: 'help', language: 'ru', text: 'Добуш', ids: 1 } as const
    return messages.enqueue([text], `call-of-${to}`)
  }

  const handsetOf = (number: PhoneNumber) => smsc.handset(number.replace('+', ''))
  const answerTo = (number: PhoneNumber) => smsc.when(() => handsetOf(number)[0])

  test('a text that is kept after the look goes out', async () => {
    const to = numberOf('0555000001')
    let looked = false
    // As where another connection commits later what it began before.
    stopped = new Date()
    await open({
      async due(...what) {
        const due = await messages.due(...what)
        if (!looked) outbox?.add(await keep(to))
        looked = true
        return due
      },
    })
    outbox?.wake()
    await answerTo(to)
    expect(handsetOf(to)).toHaveLength(1)
  })

  test('a text that is refused after the look is tried again', async () => {
    const [first, second] = [numberOf('0555000001'), numberOf('0555000002')]
    const firstRefused = deferred<void>()
    let heldBack = false
    await open(
      {
        async nextDue(...what) {
          const next = await messages.nextDue(...what)
          if (heldBack) {
            heldBack = false
            smsc.order({ do: 'release' })
            await firstRefused.promise
          }
          return next
        },
      },
      ({ kind }) => {
        if (kind === 'again' && smsc.named('released').length > 0) firstRefused.resolve()
      },
    )
    smsc.order({ do: 'set', submitStatus: [2, 0x08], hold: 1 })
    outbox?.add(await keep(first))
    await smsc.when(() => smsc.submits().length === 1)
    smsc.order({ do: 'set', hold: 0 })
    heldBack = true
    outbox?.add(await keep(second))
    await answerTo(second)
    await answerTo(first)
    expect([handsetOf(first).length, handsetOf(second).length]).toEqual([1, 1])
  })
})
