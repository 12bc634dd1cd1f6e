import { type CommandName, decodePdu, encodePdu, longestPdu, makeFrames, PduError } from '../../../src/sms/smpp/pdu.ts'
import { isReceipt, readReceipt } from '../../../src/sms/smpp/receipt.ts'
import { readMessage } from '../../../src/sms/smpp/short-message.ts'
import type { SmppBind } from '../../../src/sms-config.ts'
import { seeded } from '../../audio/seeded.ts'

const random = seeded(1255)
const below = (count: number) => Math.floor(random() * count)
const bytes = (count: number) => Buffer.from(Array.from({ length: count }, () => below(256)))
const bind = { defaultAlphabet: 'gsm7', receiptIds: 'same' } as unknown as SmppBind

const tags = [0x001e, 0x0204, 0x020c, 0x020e, 0x020f, 0x0423, 0x0424, 0x0427, 0x1400]

function sound(): Buffer {
  const fields = {
    source_addr_ton: below(7),
    source_addr_npi: below(10),
    source_addr: '996555000111',
    destination_addr: '119',
    esm_class: [0, 4, 0x40, 0x44][below(4)] ?? 0,
    data_coding: [0, 1, 3, 4, 6, 8, 0xf1, 0xf5, 0x18][below(9)] ?? 0,
    short_message: bytes(below(255)),
  }
  const tlvs = Array.from({ length: below(4) }, () => [tags[below(tags.length)] ?? 0, bytes(below(20))] as const)
  return encodePdu('deliver_sm', below(0x7fffffff), { fields, tlvs })
}

/** A sound PDU with a few bytes changed, cut off, or put in; its length may say otherwise. */
function damaged(): Buffer {
  let pdu = Buffer.from(sound())
  for (let times = 1 + below(4); times > 0; times -= 1) {
    const at = below(pdu.length)
    const kind = below(4)
    if (kind === 0) pdu[at] = below(256)
    if (kind === 1) pdu = pdu.subarray(0, Math.max(16, at))
    if (kind === 2) pdu = Buffer.concat([pdu.subarray(0, at), bytes(1 + below(8)), pdu.subarray(at)])
    if (kind === 3) pdu[4 + below(12)] = below(256)
  }
  return pdu
}

test('of 100,000 damaged PDUs each is read or refused, and none throws anything else', () => {
  const seen = { read: 0, refused: 0 }
  for (let index = 0; index < 100_000; index += 1) {
    const pdu = index % 10 === 0 ? Buffer.concat([bytes(16), bytes(below(300))]) : damaged()
    try {
      const read = decodePdu(pdu)
      if (read.command === 'deliver_sm' || read.command === 'data_sm') {
        if (isReceipt(read)) readReceipt(read, bind)
        const { text, part } = readMessage(read, bind)
        if (typeof text !== 'string') throw new Error('no text')
        if (part && !(part.number >= 1 && part.number <= part.of && part.of <= 255)) throw new Error('no such part')
      }
      seen.read += 1
    } catch (error) {
      if (!(error instanceof PduError)) throw error
      if (error.sequence !== pdu.readUInt32BE(12)) throw new Error('another PDU is refused')
      seen.refused += 1
    }
  }
  expect(seen.read).toBeGreaterThan(10_000)
  expect(seen.refused).toBeGreaterThan(10_000)
})

test('a stream is cut into the same PDUs whatever pieces it comes in', () => {
  for (let round = 0; round < 300; round += 1) {
    const sent = Array.from({ length: 1 + below(20) }, sound)
    const stream = Buffer.concat(sent)
    const frames = makeFrames()
    const got: Buffer[] = []
    for (let at = 0; at < stream.length; ) {
      const size = 1 + below([1, 3, 50, 5000][below(4)] ?? 1)
      const { pdus, broken } = frames.push(stream.subarray(at, at + size))
      expect(broken).toBe(false)
      got.push(...pdus.map((pdu) => Buffer.from(pdu)))
      at += size
    }
    expect(got).toEqual(sent)
  }
})

test.each([0, 1, 15, longestPdu + 1, 0xffffffff])(
  'a length of %d breaks the stream off, after what was sound',
  (length) => {
    const head = Buffer.alloc(16)
    head.writeUInt32BE(length)
    const first = sound()
    const { pdus, broken } = makeFrames().push(Buffer.concat([first, head]))
    expect(pdus).toEqual([first])
    expect(broken).toBe(true)
  },
)

test('every command is read as it was written', () => {
  const names: CommandName[] = [
    'bind_transceiver',
    'bind_transceiver_resp',
    'submit_sm',
    'submit_sm_resp',
    'deliver_sm',
    'data_sm',
    'enquire_link',
    'generic_nack',
  ]
  for (const command of names) {
    const tlvs = [[0x0204, Buffer.of(1, 2)]] as const
    const read = decodePdu(encodePdu(command, 7, { tlvs }))
    expect(read).toMatchObject({ command, sequence: 7, status: 0 })
    expect(read.tlvs.get(0x0204)).toEqual(Buffer.of(1, 2))
  }
})
