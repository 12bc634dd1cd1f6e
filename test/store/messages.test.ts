import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type {
  AnsweredText,
  Messages,
  NewText,
  QueuedText,
  ReceivedText,
  Remembered,
} from '../../src/domain/messages.ts'
import type { Pin } from '../../src/domain/pin.ts'
import type { FinalState, IncomingText } from '../../src/domain/sms.ts'
import { loadHotlineKey } from '../../src/store/hotline-key.ts'
import { listMessages, type MessageFilter, numberOfMessage } from '../../src/store/message-list.ts'
import { makeMessages } from '../../src/store/messages.ts'
import { makePinLimit } from '../../src/store/pin-use.ts'
import type { Hotline } from '../../src/store/tables.ts'
import { logLines } from '../log-lines.ts'
import { databases } from './databases.ts'
import { cleanUp, numberOf, scratch } from './scratch.ts'

describe.each(databases)('$name', ({ empty }) => {
  const caller = '0555123456'
  const pin = '20504198000123' as Pin

  let folder: string
  let hotline: Kysely<Hotline>
  let messages: Messages
  let time = Date.parse('2024-10-10T06:00:00Z')
  const now = () => new Date(time)
  const later = (seconds: number) => {
    time += seconds * 1000
  }

  beforeEach(async () => {
    time = Date.parse('2024-10-10T06:00:00Z')
    folder = scratch()
    hotline = await empty()
    messages = await open()
  })
  afterEach(cleanUp)

  const key = () => loadHotlineKey(join(folder, 'hotline.key'))

  async function open(): Promise<Messages> {
    return makeMessages({
      hotline,
      key: await key(),
      now,
      timeZone: 'Asia/Bishkek',
      pinsPerDay: 2,
      sameTextSeconds: 60,
      partsSeconds: 300,
      numberOf: (from) => (from.length < 9 ? undefined : numberOf(from)),
    })
  }

  const text = (said: string, more: Partial<IncomingText> = {}): IncomingText => ({
    bind: 'mega',
    from: caller,
    text: said,
    ...more,
  })

  const replyTo = (received: ReceivedText, more: Partial<NewText> = {}): NewText => ({
    bind: received.bind,
    to: received.number ?? numberOf(caller),
    name: 'help',
    language: 'ru',
    text: `answer to ${received.text}`,
    ids: 1,
    ...more,
  })

  /** Answers everything, and notes what it was asked with. */
  function answering(more: Partial<AnsweredText> = {}, reply: Partial<NewText> = {}) {
    const seen: { text: ReceivedText; remembered: Remembered }[] = []
    const answer = (received: ReceivedText, remembered: Remembered): AnsweredText => {
      seen.push({ text: received, remembered })
      const replies = [replyTo(received, reply)]
      return { outcome: 'help', station: undefined, language: undefined, asked: [], replies, ...more }
    }
    return { answer, seen, texts: () => seen.map((one) => one.text.text) }
  }

  describe('a text that came twice', () => {
    test('is answered once: in one batch, and in the next', async () => {
      const { answer, texts } = answering()
      expect(await messages.take([text('a'), text('a')], answer)).toHaveLength(1)
      expect(await messages.take([text('a'), text('b')], answer)).toHaveLength(1)
      expect(texts()).toEqual(['a', 'b'])
    })

    test('is another after its time, and from another sender', async () => {
      const { answer } = answering()
      await messages.take([text('a')], answer)
      expect(await messages.take([text('a', { from: '0555123457' })], answer)).toHaveLength(1)
      later(59)
      expect(await messages.take([text('a')], answer)).toEqual([])
      later(2)
      expect(await messages.take([text('a')], answer)).toHaveLength(1)
    })

    test('is told by its id for a day, whatever it says', async () => {
      const { answer } = answering()
      await messages.take([text('a', { messageId: '7' })], answer)
      later(3600)
      expect(await messages.take([text('b', { messageId: '7' })], answer)).toEqual([])
      expect(await messages.take([text('c', { messageId: '7', bind: 'o' })], answer)).toHaveLength(1)
      later(86_400)
      expect(await messages.take([text('d', { messageId: '7' })], answer)).toHaveLength(1)
    })

    test('is told after the process before was killed, too', async () => {
      const { answer } = answering()
      await messages.take([text('a')], answer)
      const next = await open()
      expect(await next.take([text('a')], answer)).toEqual([])
      expect(await next.due('mega', now(), 10)).toHaveLength(1)
    })

    test('a failure leaves nothing: it is new when it comes again', async () => {
      const broken = () => {
        throw new Error('no answer')
      }
      await expect(messages.take([text('a')], broken)).rejects.toThrow('no answer')
      expect(await messages.take([text('a')], answering().answer)).toHaveLength(1)
    })
  })

  describe('parts', () => {
    const part = (said: string, number: number, of: number, reference = '7', more: Partial<IncomingText> = {}) =>
      text(said, { ...more, part: { reference, number, of } })

    test('make a whole in any order, each once', async () => {
      const { answer, texts } = answering()
      expect(await messages.take([part('c', 3, 3), part('a', 1, 3), part('a', 1, 3)], answer)).toEqual([])
      expect(await messages.take([part('b', 2, 3)], answer)).toHaveLength(1)
      expect(texts()).toEqual(['abc'])
      expect(await messages.take([part('b', 2, 3)], answer)).toEqual([])
      later(301)
      expect(await messages.takeIncomplete(answer)).toEqual([])
    })

    test('of two senders, two binds and two references are apart', async () => {
      const { answer, texts } = answering()
      const one = [part('a', 1, 2), part('b', 1, 2, '8'), part('c', 1, 2, '7', { from: '0555123457' })]
      const two = [part('A', 2, 2), part('B', 2, 2, '8'), part('C', 2, 2, '7', { from: '0555123457' })]
      await messages.take([...one, part('d', 1, 2, '7', { bind: 'o' }), ...two], answer)
      expect(texts().sort()).toEqual(['aA', 'bB', 'cC'])
    })

    test('that never become whole are answered as they are', async () => {
      const { answer, texts } = answering()
      await messages.take([part('b', 2, 3), part('a', 1, 3)], answer)
      later(299)
      expect(await messages.takeIncomplete(answer)).toEqual([])
      later(2)
      expect(await messages.takeIncomplete(answer)).toHaveLength(1)
      expect(await messages.takeIncomplete(answer)).toEqual([])
      expect(await messages.take([part('c', 3, 3)], answer)).toEqual([])
      expect(texts()).toEqual(['ab'])
    })

    test('lie on disk sealed, and half a sign is whole again', async () => {
      const { answer, texts } = answering()
      await messages.take([part(`${pin}\ud83d`, 1, 2)], answer)
      const [row] = await hotline.selectFrom('sms_part').selectAll().execute()
      expect(row?.sealed).not.toContain(pin)
      expect(Buffer.from(row?.sealed ?? '', 'base64url').toString('utf16le')).not.toContain(pin)
      await messages.take([part('\udc4d', 2, 2)], answer)
      expect(texts()).toEqual([`${pin}👍`])
      expect(await hotline.selectFrom('sms_part').selectAll().execute()).toEqual([])
    })
  })

  test('neither a PIN nor what was received is on disk, and an answer only until its state is final', async () => {
    const { answer } = answering({ outcome: 'found', station: '1101', asked: [pin] }, { text: 'Участок №1101' })
    const [queued] = await messages.take([text(`ПИН ${pin}`)], answer)
    const everything = async () => {
      const tables = ['sms_in', 'sms_out', 'sms_seen', 'sms_part', 'sms_number', 'pin_use', 'sms_taken'] as const
      const rows = await Promise.all(tables.map((table) => hotline.selectFrom(table).selectAll().execute()))
      return JSON.stringify(rows)
    }
    expect(await everything()).toContain('Участок №1101')
    expect(await everything()).not.toContain(pin)
    expect(await everything()).not.toContain('ПИН')
    await messages.begin([queued?.id ?? ''])
    await messages.note([sent(queued, ['9']), receipt('9', 'delivered')])
    expect(await everything()).not.toContain('Участок')
    expect(await listMessages(hotline, { limit: 10 })).toMatchObject([
      { direction: 'out', number: '+996555••••56', outcome: 'help', sending: { state: 'delivered', attempts: 1 } },
      { direction: 'in', number: '+996555••••56', outcome: 'found', station: '1101' },
    ])
  })

  describe('what is remembered of a number', () => {
    test('the language, and how often it was answered today', async () => {
      const { answer, seen } = answering({ language: 'ru' })
      await messages.take([text('a'), text('b')], answer)
      later(86_400)
      await messages.take([text('c')], answer)
      expect(seen.map(({ remembered: { language, answersToday } }) => [language, answersToday])).toEqual([
        [undefined, 0],
        ['ru', 1],
        ['ru', 0],
      ])
      expect(await messages.lastBind(numberOf(caller), ['o', 'mega'])).toBe('mega')
      expect(await messages.lastBind(numberOf(caller), ['o'])).toBeUndefined()
    })

    test('the language of a call that texted it, beside the rest', async () => {
      const { answer, seen } = answering({ language: 'ky' })
      await messages.take([text('a')], answer)
      await messages.enqueue([{ ...replyTo({ ...text('b'), number: undefined }), bind: 'o', language: 'ru' }], 'call-1')
      await messages.take([text('c')], answer)
      expect(seen[1]?.remembered).toMatchObject({ language: 'ru', answersToday: 1 })
      expect(await messages.lastBind(numberOf(caller), ['o', 'mega'])).toBe('mega')
    })

    test('which PINs it asked for today, by call and by text together', async () => {
      const pins = ['20504198000123', '11503199200045', '20101199099999', '21212197500042'] as Pin[]
      const [first, second, third, fourth] = pins as [Pin, Pin, Pin, Pin]
      const { log } = logLines()
      let excesses = 0
      const options = { hotline, lookUps: hotline, key: await key(), now, timeZone: 'Asia/Bishkek', pinsPerDay: 2, log }
      const limit = makePinLimit(options, () => {
        excesses += 1
      })
      const number = numberOf(caller)
      expect(await limit.admits(number, first)).toBe(true)
      expect(await limit.admits(number, first)).toBe(true)
      await limit.written()
      const { answer, seen } = answering({ asked: [second] })
      await messages.take([text('a')], answer)
      expect(await limit.admits(number, third)).toBe(false)
      expect(await limit.admits(number, second)).toBe(true)
      expect(excesses).toBe(1)
      await messages.take([text('b')], answer)
      expect(seen[1]?.remembered.overLimit(third)).toBe(true)
      expect(seen[1]?.remembered.overLimit(first)).toBe(false)
      expect(await limit.admits(numberOf('0555123457'), fourth)).toBe(true)
      later(86_400)
      expect(await limit.admits(number, third)).toBe(true)
    })

    test('that a place for a PIN is kept for whoever asked for it first', async () => {
      const [first, second, third] = ['20504198000123', '11503199200045', '20101199099999'] as [Pin, Pin, Pin]
      const { log } = logLines()
      const options = { hotline, lookUps: hotline, key: await key(), now, timeZone: 'Asia/Bishkek', pinsPerDay: 2, log }
      const limit = makePinLimit(options, () => undefined)
      const number = numberOf(caller)
      expect(await limit.admits(number, first)).toBe(true)
      const giveBack = await limit.reserve(number)
      expect(await limit.reserve(number)).toBeUndefined()
      expect(await limit.admits(number, third)).toBe(false)
      giveBack?.()
      expect(await limit.admits(number, second)).toBe(true)
      await limit.written()
      expect(await limit.reserve(number)).toBeUndefined()
      expect(await limit.reserve(numberOf('0555123457'))).toBeDefined()
    })
  })

  const sent = (one: QueuedText | undefined, messageIds: readonly string[]) =>
    ({ kind: 'sent', id: one?.id ?? '', bind: 'mega', messageIds }) as const
  const receipt = (messageId: string, state: FinalState, more: { reference?: number; to?: string } = {}) =>
    ({ kind: 'receipt', report: { bind: 'mega', messageId, state, ...more } }) as const
  const doubt = (one: QueuedText | undefined, messageIds: readonly string[] = []) =>
    ({
      kind: 'doubt',
      id: one?.id ?? '',
      bind: 'mega',
      at: new Date(time + 60_000),
      messageIds,
      fault: 'The SMSC hung up.',
    }) as const

  async function handedOver(ids = 1): Promise<QueuedText> {
    const [queued] = await messages.take([text(`text ${time} ${ids}`)], answering({}, { ids }).answer)
    if (!queued) throw new Error('nothing to send')
    await messages.begin([queued.id])
    return queued
  }

  const stateOf = async () => (await listMessages(hotline, { limit: 1 }))[0]?.sending?.state

  describe('receipts', () => {
    test('of several parts: the worst, once all are there', async () => {
      const one = await handedOver(3)
      await messages.note([sent(one, ['1', '2', '3']), receipt('2', 'delivered'), receipt('2', 'delivered')])
      expect(await stateOf()).toBe('sent')
      await messages.note([receipt('1', 'undeliverable'), receipt('3', 'delivered')])
      expect(await stateOf()).toBe('undeliverable')
      await messages.note([receipt('1', 'delivered')])
      expect(await stateOf()).toBe('undeliverable')
    })

    test('that come before the answer are kept for it', async () => {
      const one = await handedOver()
      await messages.note([receipt('5', 'delivered', { to: '996555123456', reference: one.reference })])
      await messages.note([sent(one, ['5'])])
      expect(await stateOf()).toBe('delivered')
    })

    test('of another bind, of nobody and with another reference change nothing', async () => {
      const one = await handedOver()
      await messages.note([sent(one, ['5'])])
      const foreign = { kind: 'receipt', report: { bind: 'o', messageId: '5', state: 'rejected' } } as const
      await messages.note([foreign, receipt('6', 'rejected', { to: '996555123456' })])
      expect(await stateOf()).toBe('sent')
      later(1)
      const two = await handedOver()
      const wrong = (two.reference % 65_535) + 1
      await messages.note([receipt('7', 'rejected', { to: '996555123456', reference: wrong })])
      expect(await stateOf()).toBe('sending')
    })

    test('that never come leave it unknown in the end', async () => {
      const one = await handedOver()
      await messages.note([sent(one, ['5'])])
      later(71 * 3600)
      await messages.sweep()
      expect(await stateOf()).toBe('sent')
      later(2 * 3600)
      await messages.sweep()
      expect(await stateOf()).toBe('unknown')
    })
  })

  describe('a text in doubt', () => {
    test('is proven by its receipt and not sent again', async () => {
      const one = await handedOver()
      await messages.note([doubt(one)])
      await messages.note([receipt('5', 'delivered', { to: '+996555123456' })])
      expect(await stateOf()).toBe('delivered')
      later(120)
      expect(await messages.requeueDoubtful('mega', now())).toBe(0)
    })

    test('is queued again when its time is up, behind the parts that were taken', async () => {
      const one = await handedOver(3)
      await messages.note([doubt(one, ['1'])])
      later(59)
      expect(await messages.requeueDoubtful('mega', now())).toBe(0)
      later(1)
      await messages.note([receipt('2', 'delivered', { to: '996555123456' })])
      expect(await messages.requeueDoubtful('mega', now())).toBe(1)
      expect(await messages.due('mega', now(), 10)).toMatchObject([{ id: one.id, taken: 2, attempts: 1 }])
      expect(await messages.begin([one.id])).toEqual([one.id])
      await messages.note([sent(one, ['3']), receipt('1', 'delivered'), receipt('3', 'delivered')])
      expect(await stateOf()).toBe('delivered')
    })

    test('after a crash: what was being handed over, and nothing else', async () => {
      const one = await handedOver()
      await messages.take([text('waits')], answering().answer)
      const next = await open()
      expect((await next.due('mega', now(), 10)).map(({ id }) => id)).not.toContain(one.id)
      expect(await next.requeueDoubtful('mega', new Date('2100-01-01'))).toBe(0)
      await next.doubtAll('mega', new Date(time + 60_000))
      later(61)
      expect(await next.requeueDoubtful('mega', now())).toBe(1)
      expect(await next.due('mega', now(), 10)).toHaveLength(2)
    })
  })

  describe('the list', () => {
    const shown = async (filter: MessageFilter = {}) =>
      (await listMessages(hotline, { limit: 100, filter })).map(({ direction, outcome }) => `${direction} ${outcome}`)

    beforeEach(async () => {
      await messages.take(
        [text('a')],
        answering({ outcome: 'not-found' }, { name: 'not-found', language: 'ky' }).answer,
      )
      later(60)
      await messages.take([text('b', { bind: 'o' })], answering({ language: 'ru' }).answer)
      later(60)
      const [out] = await messages.enqueue(
        [{ ...replyTo({ ...text('c'), number: undefined }), name: 'found' }],
        'call-7',
      )
      await messages.begin([out?.id ?? ''])
      await messages.note([{ kind: 'gave-up', id: out?.id ?? '', state: 'rejected', fault: 'It was refused.' }])
    })

    test('is the newest first, in pages that lose and repeat nothing', async () => {
      const all = await listMessages(hotline, { limit: 100 })
      expect(all.map(({ direction, outcome }) => `${direction} ${outcome}`)).toEqual([
        'out found',
        'out help',
        'in help',
        'out not-found',
        'in not-found',
      ])
      for (const limit of [1, 2, 3]) {
        const pages = []
        for (let page = await listMessages(hotline, { limit }); page.length > 0; ) {
          pages.push(...page)
          const after = page.at(-1)
          page = after ? await listMessages(hotline, { limit, after }) : []
        }
        expect(pages).toEqual(all)
      }
    })

    test('can be narrowed', async () => {
      expect(await shown({ direction: 'in' })).toEqual(['in help', 'in not-found'])
      expect(await shown({ binds: ['o'] })).toEqual(['out help', 'in help'])
      expect(await shown({ outcomes: ['not-found', 'found'] })).toEqual(['out found', 'out not-found', 'in not-found'])
      expect(await shown({ states: ['rejected'] })).toEqual(['out found'])
      expect(await shown({ states: ['received', 'rejected'] })).toEqual(['out found', 'in help', 'in not-found'])
      expect(await shown({ languages: ['ky'] })).toEqual(['out not-found'])
      expect(await shown({ from: new Date(time - 60_000), until: new Date(time) })).toEqual(['out help', 'in help'])
    })

    test('has the call a text came from, its fault, and the number for those who may see it', async () => {
      const [out] = await listMessages(hotline, { limit: 1 })
      expect(out).toMatchObject({
        sending: { callId: 'call-7', fault: 'It was refused.', state: 'rejected', attempts: 1 },
      })
      expect(await numberOfMessage(hotline, out?.id ?? '')).toBe('+996555123456')
      expect(await numberOfMessage(hotline, 'nothing')).toBeUndefined()
    })
  })

  test('a text is begun once, however many hold it', async () => {
    const [one] = await messages.take([text('a')], answering().answer)
    const id = one?.id ?? ''
    expect(await messages.begin([id])).toEqual([id])
    expect(await messages.begin([id])).toEqual([])
  })

  test('a text that is tried again is due then and not before', async () => {
    const one = await handedOver()
    const at = new Date(time + 5000)
    await messages.note([{ kind: 'again', id: one.id, bind: 'mega', at, messageIds: [], fault: 'throttled' }])
    expect(await messages.due('mega', now(), 10)).toEqual([])
    expect(await messages.nextDue('mega', now())).toEqual(at)
    later(5)
    expect(await messages.due('mega', now(), 10)).toHaveLength(1)
    expect(await messages.nextDue('mega', now())).toBeUndefined()
  })

  describe('the key', () => {
    test('is made once, for its owner alone, and told when it is none', async () => {
      const [one, other] = await Promise.all([key(), key()])
      expect(one.mark('a', 'b')).toBe(other.mark('a', 'b'))
      expect(one.mark('a', 'b')).not.toBe(one.mark('ab'))
      const file = join(folder, 'hotline.key')
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
      writeFileSync(file, 'nonsense')
      await expect(key()).rejects.toThrow(/is not a key/)
    })
  })
})
