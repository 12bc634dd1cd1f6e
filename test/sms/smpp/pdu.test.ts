import smpp from 'smpp'
import type { PhoneNumber } from '../../../src/domain/phone-number.ts'
import { decodePdu, encodePdu, makeFrames, type PduError, tlv } from '../../../src/sms/smpp/pdu.ts'
import { decodeText, readMessage, submissionsOf } from '../../../src/sms/smpp/short-message.ts'
import { smppBindTo } from '../line.ts'

/** npm smpp reads what we write, and writes what we read: another's understanding of the same bytes. */
describe('as npm smpp has it', () => {
  test('a bind', () => {
    const ours = encodePdu('bind_transceiver', 7, {
      fields: { system_id: 'dobush', password: 'sesame', system_type: 'VMA', interface_version: 0x34 },
    })
    expect(new smpp.PDU(ours)).toMatchObject({
      command: 'bind_transceiver',
      sequence_number: 7,
      system_id: 'dobush',
      password: 'sesame',
      system_type: 'VMA',
      interface_version: 0x34,
    })
    const theirs = new smpp.PDU('bind_transceiver_resp', {
      sequence_number: 7,
      system_id: 'smsc',
      sc_interface_version: 0x34,
    })
    expect(decodePdu(theirs.toBuffer())).toMatchObject({
      command: 'bind_transceiver_resp',
      fields: { system_id: 'smsc' },
    })
  })

  test('a submit_sm with a header, UCS-2 and our reference', () => {
    const [, second] = submissionsOf(bind(), { id: '', to: number, text: 'Ө'.repeat(100), reference: 0x1234 })
    const read = new smpp.PDU(encodePdu('submit_sm', 8, second ?? {}))
    expect(read).toMatchObject({
      source_addr: '119',
      destination_addr: '996555123456',
      esm_class: 0x40,
      data_coding: 8,
      registered_delivery: 1,
      user_message_reference: 0x1234,
    })
    expect(read.short_message.udh).toEqual([Buffer.of(0, 3, 0x34, 2, 2)])
    expect(read.short_message.message).toBe('Ө'.repeat(33))
  })

  test('a deliver_sm in the default alphabet, with a payload, with SAR', () => {
    const said = 'PIN 20504198000123 [€] @£$ {x}'
    const plain = new smpp.PDU('deliver_sm', {
      sequence_number: 1,
      source_addr: '996555123456',
      data_coding: 0,
      short_message: said,
    })
    const read = decodePdu(plain.toBuffer())
    if (read.command !== 'deliver_sm') throw new Error(read.command)
    expect(read.fields.source_addr).toBe('996555123456')
    expect(readMessage(read, { defaultAlphabet: 'gsm7' })).toEqual({ text: said, part: undefined })

    const long = new smpp.PDU('deliver_sm', {
      source_addr: '996555123456',
      data_coding: 8,
      short_message: '',
      message_payload: 'Кайда?'.repeat(60),
      sar_msg_ref_num: 513,
      sar_total_segments: 3,
      sar_segment_seqnum: 2,
    })
    const readLong = decodePdu(long.toBuffer())
    if (readLong.command !== 'deliver_sm') throw new Error(readLong.command)
    expect(readMessage(readLong, { defaultAlphabet: 'gsm7' })).toEqual({
      text: 'Кайда?'.repeat(60),
      part: { reference: 'sar-513', number: 2, of: 3 },
    })
  })

  test('its answers, refusals and nacks', () => {
    const answers = [
      new smpp.PDU('submit_sm_resp', { sequence_number: 9, message_id: 'a1b2' }),
      new smpp.PDU('submit_sm_resp', { sequence_number: 9, command_status: 0x58 }),
      new smpp.PDU('generic_nack', { sequence_number: 9, command_status: 3 }),
      new smpp.PDU('enquire_link', { sequence_number: 9 }),
    ]
    expect(answers.map((pdu) => decodePdu(pdu.toBuffer()))).toMatchObject([
      { command: 'submit_sm_resp', status: 0, fields: { message_id: 'a1b2' } },
      { command: 'submit_sm_resp', status: 0x58 },
      { command: 'generic_nack', status: 3 },
      { command: 'enquire_link', sequence: 9 },
    ])
  })
})

const number = '+996555123456' as PhoneNumber

const bind = (more?: Record<string, unknown>) => smppBindTo(1, more)

describe('what is not sound', () => {
  const whole = encodePdu('deliver_sm', 5, {
    fields: { source_addr: '996555123456', short_message: Buffer.from('abc') },
    tlvs: [[tlv.userMessageReference, Buffer.of(0, 1)]],
  })
  const faultOf = (bytes: Buffer): PduError | undefined => {
    try {
      decodePdu(bytes)
      return undefined
    } catch (error) {
      return error as PduError
    }
  }

  test.each([
    ['an unknown command', () => withByte(whole, 7, 0x77), 0x03],
    ['a message longer than the PDU', () => withByte(whole, whole.length - 10, 200), 0x01],
    ['a parameter longer than the PDU', () => withByte(whole, whole.length - 3, 9), 0xc0],
    ['a body that is not there', () => whole.subarray(0, 16), 0x01],
    ['a text without an end', () => Buffer.concat([whole.subarray(0, 16), Buffer.alloc(300, 65)]), 0x01],
  ])('%s has its status', (_what, bytes, status) => {
    expect(faultOf(bytes())).toMatchObject({ name: 'PduError', sequence: 5, status })
  })

  test('nothing is read beyond the PDU', () => {
    for (let length = 16; length < whole.length; length += 1) {
      const cut = whole.subarray(0, length)
      const fault = faultOf(cut)
      // Without its last parameter it is whole again.
      if (length === whole.length - 6) expect(fault).toBeUndefined()
      else expect(fault).toMatchObject({ name: 'PduError' })
    }
  })
})

function withByte(bytes: Buffer, at: number, value: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[at] = value
  return changed
}

describe('a stream', () => {
  const pdus = [encodePdu('enquire_link', 1), encodePdu('submit_sm_resp', 2, { fields: { message_id: 'x' } })]
  const bytes = Buffer.concat(pdus)

  test.each([1, 2, 3, 5, 17, 1000])('in pieces of %i', (size) => {
    const frames = makeFrames()
    const cut: Buffer[] = []
    for (let at = 0; at < bytes.length; at += size) {
      const { pdus: whole, broken } = frames.push(bytes.subarray(at, at + size))
      expect(broken).toBe(false)
      cut.push(...whole)
    }
    expect(cut).toEqual(pdus)
  })

  test.each([0, 15, 70_001, 0xffffffff])('a length of %i is none', (length) => {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(length)
    expect(makeFrames().push(Buffer.concat([bytes, head]))).toEqual({ pdus, broken: true })
  })
})

describe('data_coding', () => {
  const cyrillic = 'Кайда'
  const ucs2 = Buffer.from(cyrillic, 'utf16le').swap16()
  test.each([
    ['UCS-2', 8, ucs2, cyrillic],
    ['UCS-2 by group', 0x18, ucs2, cyrillic],
    ['UCS-2 with half a unit behind it', 8, Buffer.concat([ucs2, Buffer.of(4)]), cyrillic],
    ['ISO-8859-5', 6, Buffer.from([0xba, 0xd0, 0xd9, 0xd4, 0xd0]), cyrillic],
    ['Latin-1', 3, Buffer.from([0xe9]), 'é'],
    ['the default alphabet', 0, Buffer.from([0, 0x1b, 0x65, 0x30]), '@€0'],
    ['the default alphabet by class', 0xf1, Buffer.from([0x1b, 0x3c]), '['],
    ['an escape that ends it', 0, Buffer.from([0x41, 0x1b]), 'A '],
  ])('%s', (_what, coding, bytes, text) => {
    expect(decodeText(bytes, coding, 'gsm7')).toBe(text)
  })

  test('0 is what the SMSC says it is', () => {
    expect(decodeText(Buffer.from('@é', 'latin1'), 0, 'latin1')).toBe('@é')
  })
})
