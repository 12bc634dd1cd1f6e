import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Smsc, startSmsc } from '../../../src/bench/peers/smsc.ts'
import { loadConfig } from '../../../src/config.ts'
import type { OutgoingState } from '../../../src/domain/sms.ts'
import { until } from '../../switch/rig.ts'
import { bindTo, openTextLine, pins, type TextLine } from '../line.ts'

const config = loadConfig(() => new Date())

let smsc: Smsc
let line: TextLine | undefined
let senders = 0

beforeEach(async () => {
  smsc = await startSmsc(config)
})

afterEach(async () => {
  await line?.close()
  line = undefined
  await smsc.close()
})

async function open(more: Record<string, unknown> = {}, settings: Record<string, unknown> = {}): Promise<TextLine> {
  line = await openTextLine({ binds: [bindTo(smsc.port, more)], doubtSeconds: 2, ...settings })
  await smsc.when(() => smsc.named('bound').length > 0)
  await until(() => line?.state().status === 'bound')
  return line
}

/** Nobody has texted from there yet. */
function stranger(): string {
  senders += 1
  return `996555${String(senders).padStart(6, '0')}`
}

const ucs2 = (text: string) => Buffer.from(text, 'utf16le').swap16().toString('hex')

function deliver(from: string, text: string, how: Record<string, unknown> = {}): void {
  smsc.order({ do: 'deliver', from, dataCoding: 8, hex: ucs2(text), name: from, ...how })
}

/** Waits for an answer on the handset. */
const answerTo = (number: string) => smsc.when(() => smsc.handset(number)[0])

async function stateOf(which: TextLine, number: string): Promise<OutgoingState | undefined> {
  const all = await which.listed()
  const tail = number.slice(-2)
  return all.find(({ direction, number: masked }) => direction === 'out' && masked.endsWith(tail))?.sending?.state
}

const reaches = (which: TextLine, number: string, state: OutgoingState) =>
  until(async () => (await stateOf(which, number)) === state)

describe('a text and its answer', () => {
  test.each(['udh', 'sar', 'payload'])('long answers go out by %s', async (long) => {
    const opened = await open({ long })
    const from = stranger()
    deliver(from, `ПИН ${pins.listed}, где мой участок?`)
    expect(await answerTo(from)).toMatch(
      /^Вы есть в списке избирателей\. Избирательный участок №1101: ул\. Киевская, школа/,
    )
    const parts = smsc.submits()
    expect(
      parts.every(({ dataCoding, registered, bytes }) => dataCoding === 8 && registered === 1 && bytes % 2 === 0),
    ).toBe(true)
    if (long === 'payload') expect(parts).toEqual([expect.objectContaining({ payload: 1, parts: 1 })])
    else {
      expect(parts.length).toBeGreaterThan(1)
      for (const part of parts) expect(part.bytes).toBeLessThanOrEqual(140)
      if (long === 'udh') expect(parts.every(({ esmClass }) => esmClass === 0x40)).toBe(true)
      else expect(parts.every(({ esmClass, reference }) => esmClass === 0 && reference !== null)).toBe(true)
    }
    await reaches(opened, from, 'delivered')
    expect(smsc.named('acknowledged')).toEqual([expect.objectContaining({ name: from, status: 0 })])
  })

  test('a pair of connections: texts come by the one and answers go by the other', async () => {
    await open({ mode: 'pair' })
    expect(smsc.named('bound').map(({ mode }) => mode)).toEqual(['receiver', 'transmitter'])
    const from = stranger()
    deliver(from, pins.elsewhere)
    expect(await answerTo(from)).toContain('№7087')
  })

  test('digits in GSM-7, and a validity', async () => {
    await open({ validityHours: 5 })
    const from = stranger()
    deliver(from, '', { dataCoding: 0, hex: Buffer.from('PIN 2 0504 1980 00123').toString('hex') })
    expect(await answerTo(from)).toContain('№1101')
    expect(smsc.submits()[0]?.validity).toBe('000000050000000R')
  })

  test('machines are acknowledged and not answered', async () => {
    const { listed } = await open()
    for (const from of ['119', '4404', 'MegaCom']) deliver(from, pins.listed)
    const person = stranger()
    deliver(person, 'РУС')
    await answerTo(person)
    await smsc.when(() => smsc.named('acknowledged').length === 4)
    expect(new Set(smsc.submits().map(({ to }) => to))).toEqual(new Set([person]))
    expect((await listed()).filter(({ outcome }) => outcome === 'not-answered')).toHaveLength(3)
  })

  test('no PIN and no text that was received stands anywhere on disk', async () => {
    const { home } = await open()
    const from = stranger()
    deliver(from, `менин ПИНим ${pins.listed} сырым`)
    await answerTo(from)
    const spaced = stranger()
    deliver(spaced, '2-0504-1980-00123')
    await answerTo(spaced)
    const part = stranger()
    deliver(part, '', { esmClass: 0x40, hex: `050003110201${ucs2(`сырым ${pins.listed}`)}` })
    await smsc.when(() => smsc.named('acknowledged').length === 3)
    for (const name of (await readdir(home)).filter((each) => each !== 'password')) {
      const bytes = await readFile(join(home, name))
      for (const secret of [pins.listed, '2-0504-1980-00123', 'сырым', 'sesame']) {
        expect([name, bytes.includes(secret), bytes.includes(Buffer.from(secret, 'utf16le'))]).toEqual([
          name,
          false,
          false,
        ])
      }
      if (name.endsWith('.log')) expect(bytes.includes(from.slice(3))).toBe(false)
    }
  })
})

describe('parts of a text', () => {
  const header = (reference: number, of: number, number: number) =>
    Buffer.of(5, 0, 3, reference, of, number).toString('hex')
  const part = (from: string, reference: number, of: number, number: number, text: string) =>
    deliver(from, '', { esmClass: 0x40, hex: header(reference, of, number) + ucs2(text) })

  test('out of order, and of two senders with one reference', async () => {
    await open()
    const [one, other] = [stranger(), stranger()]
    part(one, 9, 3, 3, '0123 рахмат')
    part(other, 9, 3, 2, '031992')
    part(one, 9, 3, 1, 'менин ПИНим 205')
    part(other, 9, 3, 3, '00045')
    part(other, 9, 3, 1, 'мой ПИН 115')
    part(one, 9, 3, 2, '0419800')
    expect(await answerTo(one)).toContain('№1101')
    expect(await answerTo(other)).toContain('№7087')
    await smsc.when(() => smsc.named('acknowledged').length === 6)
    expect([smsc.handset(one), smsc.handset(other)]).toEqual([[expect.any(String)], [expect.any(String)]])
  })

  test('two parts that say the same are two parts', async () => {
    await open()
    const from = stranger()
    part(from, 3, 2, 1, '1111111')
    part(from, 3, 2, 2, '1111111')
    expect(await answerTo(from)).toMatch(/табылган жок|не найден/)
  })

  test('a part that comes twice is one', async () => {
    await open()
    const from = stranger()
    part(from, 3, 2, 1, '2050419')
    part(from, 3, 2, 1, '2050419')
    part(from, 3, 2, 2, '8000123')
    part(from, 3, 2, 2, '8000123')
    expect(await answerTo(from)).toContain('№1101')
    await smsc.when(() => smsc.named('acknowledged').length === 4)
    expect(smsc.handset(from)).toHaveLength(1)
  })

  test('by SAR, and as one long payload', async () => {
    await open()
    const [sar, payload] = [stranger(), stranger()]
    const tlv = (number: string) => [
      ['sar_msg_ref_num', '0102'],
      ['sar_total_segments', '02'],
      ['sar_segment_seqnum', number],
    ]
    deliver(sar, '8000123', { tlv: tlv('02') })
    deliver(sar, '2050419', { tlv: tlv('01') })
    deliver(payload, '', { tlv: [['message_payload', ucs2(`${'Салам! '.repeat(30)}${pins.elsewhere}`)]] })
    expect(await answerTo(sar)).toContain('№1101')
    expect(await answerTo(payload)).toContain('№7087')
  })

  test('a part that never comes: the rest is answered after its time', async () => {
    await open({}, { partsSeconds: 1 })
    const from = stranger()
    part(from, 3, 2, 1, 'Кайда добуш берем?')
    expect(await answerTo(from)).toContain('119')
  })
})

describe('what an SMSC refuses', () => {
  test('throttled: tried again until it is taken, once', async () => {
    const opened = await open()
    smsc.order({ do: 'set', submitStatus: [2, 0x58] })
    const from = stranger()
    deliver(from, pins.listed)
    await answerTo(from)
    expect(smsc.submits().filter(({ status }) => status === 0x58)).toHaveLength(2)
    await reaches(opened, from, 'delivered')
    expect(smsc.handset(from)).toHaveLength(1)
  })

  test.each([0x08, 0x14, 0x64])('status %d is tried again', async (status) => {
    await open()
    smsc.order({ do: 'set', submitStatus: [1, status] })
    const from = stranger()
    deliver(from, 'РУС')
    await answerTo(from)
    expect(smsc.handset(from)).toHaveLength(1)
  })

  test('a permanent refusal is not tried again', async () => {
    const opened = await open()
    smsc.order({ do: 'set', submitStatus: [1, 0x0b] })
    const from = stranger()
    deliver(from, 'РУС')
    await reaches(opened, from, 'rejected')
    const other = stranger()
    deliver(other, 'РУС')
    await answerTo(other)
    expect(smsc.submits().filter(({ to }) => to === from)).toHaveLength(1)
  })

  test('an SMSC that throttles what is above its limit gets all of it in the end, each once', async () => {
    await open({ perSecond: 200, window: 50 })
    smsc.order({ do: 'set', throttleAbove: 40 })
    const all = Array.from({ length: 60 }, stranger)
    for (const from of all) deliver(from, 'РУС')
    await smsc.when(() => all.every((from) => smsc.handset(from).length > 0), 60_000)
    expect(smsc.submits().some(({ status }) => status === 0x58)).toBe(true)
    expect(all.filter((from) => smsc.handset(from).length !== 1)).toEqual([])
  })

  test('no more than the window are under way', async () => {
    await open({ window: 7, answerSeconds: 10, long: 'payload' })
    smsc.order({ do: 'set', hold: 1 })
    const all = Array.from({ length: 30 }, stranger)
    for (const from of all) deliver(from, 'РУС')
    for (let released = 0; released < 30; ) {
      const least = Math.min(7, 30 - released)
      await smsc.when(() => smsc.submits().length >= released + least)
      // What came by now was under way at once.
      expect(smsc.submits().length - released).toBeLessThanOrEqual(7)
      const before = smsc.named('released').length
      smsc.order({ do: 'release' })
      released += Number((await smsc.when(() => smsc.named('released')[before])).count)
    }
    smsc.order({ do: 'set', hold: 0 })
    smsc.order({ do: 'release' })
    await smsc.when(() => all.every((from) => smsc.handset(from).length === 1))
  })
})

describe('receipts', () => {
  test.each([
    ['DELIVRD', 'delivered'],
    ['UNDELIV', 'undeliverable'],
    ['EXPIRED', 'expired'],
    ['REJECTD', 'rejected'],
  ] as const)('%s: %s', async (receiptState, state) => {
    const opened = await open()
    smsc.order({ do: 'set', receiptState })
    const from = stranger()
    deliver(from, 'РУС')
    await reaches(opened, from, state)
  })

  test.each([
    ['in UCS-2, told by the text alone', { receiptCoding: 'ucs2', receiptTlv: 0, keepReference: 0 }],
    ['in the default alphabet, told by the text alone', { receiptTlv: 0, keepReference: 0 }],
    ['three times', { receiptCopies: 3 }],
  ])('%s', async (_, how) => {
    const opened = await open()
    smsc.order({ do: 'set', ...how })
    const from = stranger()
    deliver(from, pins.listed)
    await reaches(opened, from, 'delivered')
    expect(smsc.handset(from)).toHaveLength(1)
  })

  test('with the id in decimal digits', async () => {
    const opened = await open({ receiptIds: 'decimal' })
    smsc.order({ do: 'set', receiptDecimal: 1, keepReference: 0 })
    const from = stranger()
    deliver(from, pins.listed)
    await reaches(opened, from, 'delivered')
  })

  test('late, in any order, and one that contradicts the first', async () => {
    const opened = await open()
    smsc.order({ do: 'set', receipts: 'none' })
    const [one, other, lost] = [stranger(), stranger(), stranger()]
    for (const from of [one, other, lost]) deliver(from, 'РУС')
    for (const from of [one, other, lost]) await reaches(opened, from, 'sent')
    const idOf = (number: string) =>
      smsc
        .submits()
        .filter(({ to }) => to === number)
        .map(({ messageId }) => messageId)
    for (const messageId of idOf(other)) smsc.order({ do: 'receipt', messageId })
    await reaches(opened, other, 'delivered')
    for (const messageId of idOf(one)) smsc.order({ do: 'receipt', messageId, receiptState: 'UNDELIV' })
    await reaches(opened, one, 'undeliverable')
    for (const messageId of idOf(one)) smsc.order({ do: 'receipt', messageId, receiptState: 'DELIVRD' })
    await smsc.when(() => smsc.named('receipt-acknowledged').length === 3 * idOf(one).length)
    expect(await stateOf(opened, one)).toBe('undeliverable')
    expect(await stateOf(opened, lost)).toBe('sent')
  })

  test('that overtakes the answer to its submit_sm', async () => {
    const opened = await open({ answerSeconds: 10 })
    smsc.order({ do: 'set', hold: 1 })
    const from = stranger()
    deliver(from, 'КЫР')
    await smsc.when(() => smsc.named('receipt-acknowledged').length > 0)
    smsc.order({ do: 'set', hold: 0 })
    smsc.order({ do: 'release' })
    await reaches(opened, from, 'delivered')
    expect(smsc.handset(from)).toHaveLength(1)
  })

  test('of a text that nobody sent is acknowledged and does no harm', async () => {
    await open()
    const text = 'id:7777 sub:001 dlvrd:001 submit date:2411100000 done date:2411100000 stat:DELIVRD err:000 text:'
    for (const hex of [Buffer.from(text).toString('hex'), '', 'ff00ff']) {
      smsc.order({ do: 'deliver', from: '996555999999', esmClass: 4, hex, name: 'strange' })
    }
    const from = stranger()
    deliver(from, 'РУС')
    await answerTo(from)
    await smsc.when(
      () => smsc.named('acknowledged').filter(({ name, status }) => name === 'strange' && status === 0).length === 3,
    )
    expect(smsc.handset('996555999999')).toEqual([])
  })
})

describe('a connection that fails', () => {
  test('an SMSC that refuses the bind is asked again', async () => {
    smsc.order({ do: 'set', bindStatus: [3, 0x0d] })
    await open()
    expect(smsc.named('bind-refused')).toHaveLength(3)
  })

  test('a wrong password is named and tried again', async () => {
    smsc.order({ do: 'set', password: 'changed' })
    line = await openTextLine({ binds: [bindTo(smsc.port)] })
    await until(() => line?.state().status === 'down')
    expect(line.state().fault).toContain('ESME_RINVPASWD')
    smsc.order({ do: 'set', password: 'sesame' })
    await until(() => line?.state().status === 'bound')
    expect(line.state().fault).toBeUndefined()
    expect(await readFile(line.logFile, 'utf8')).not.toContain('sesame')
  })

  test('an SMSC that falls silent is noticed, and bound again when it wakes', async () => {
    const { state } = await open({ answerSeconds: 0.5, enquireSeconds: 0.3 })
    smsc.order({ do: 'set', silent: 1 })
    await smsc.when(() => smsc.named('closed').length > 0)
    smsc.order({ do: 'set', silent: 0 })
    await until(() => state().status === 'bound')
    const from = stranger()
    deliver(from, 'РУС')
    await answerTo(from)
  })

  test('the link is tried while nothing happens, and left alone while it is answered', async () => {
    await open({ enquireSeconds: 0.1 })
    await smsc.when(() => smsc.named('enquired').length > 5)
    expect(smsc.named('closed')).toEqual([])
  })

  test('an SMSC that unbinds, hangs up or goes away is bound again', async () => {
    const { state } = await open()
    for (const what of ['unbind', 'cut', 'unbind']) {
      const before = smsc.named('bound').length
      smsc.order({ do: what })
      await smsc.when(() => smsc.named('bound').length > before)
      await until(() => state().status === 'bound')
      const from = stranger()
      deliver(from, 'РУС')
      await answerTo(from)
    }
  })

  test.each([
    ['udh', 2],
    ['payload', 1],
  ])(
    'a text that was taken and not answered for is not sent twice when its receipt tells (%s)',
    async (long, parts) => {
      const opened = await open({ answerSeconds: 0.5, long })
      smsc.order({ do: 'set', swallow: 1 })
      const from = stranger()
      deliver(from, 'РУС')
      await reaches(opened, from, 'delivered')
      expect(smsc.submits().filter(({ to }) => to === from)).toHaveLength(parts)
    },
  )

  test('a text that was not taken is sent again', async () => {
    const opened = await open({ answerSeconds: 0.5 }, { doubtSeconds: 0.5 })
    smsc.order({ do: 'set', silent: 1 })
    await smsc.when(() => smsc.named('closed').length > 0)
    const from = stranger()
    deliver(from, 'РУС')
    smsc.order({ do: 'set', silent: 0 })
    await reaches(opened, from, 'delivered')
    expect(smsc.handset(from)).toHaveLength(1)
  })

  test('a text that the SMSC brings again is answered once', async () => {
    await open()
    const from = stranger()
    deliver(from, pins.listed)
    deliver(from, pins.listed)
    await answerTo(from)
    smsc.order({ do: 'cut' })
    deliver(from, pins.listed)
    await smsc.when(() => smsc.named('acknowledged').length === 3)
    const other = stranger()
    deliver(other, 'РУС')
    await answerTo(other)
    expect(smsc.handset(from)).toHaveLength(1)
  })
})
