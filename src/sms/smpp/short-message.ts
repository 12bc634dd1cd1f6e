import type { OutgoingText, TextPart } from '../../domain/sms.ts'
import type { SmppBind } from '../../sms-config.ts'
import { decodeGsm7, gsm7Codes } from '../gsm7.ts'
import { splitText } from '../parts.ts'
import { type FieldsOf, type PduNamed, tlv } from './pdu.ts'

/** A submit_sm's body. */
export interface Submission {
  readonly fields: Partial<FieldsOf<'submit_sm'>>
  readonly tlvs: readonly (readonly [number, Buffer])[]
}

const ucs2Coding = 8
const hasHeader = 0x40
const concatenation = { short: 0x00, long: 0x08 } as const

/** How many submit_sm a text takes on this bind. */
export function submissionsFor(bind: Pick<SmppBind, 'long'>, text: string): number {
  return bind.long === 'payload' ? 1 : splitText(text).parts.length
}

/** A text as submit_sm's, one for each part, told apart from the sender's other texts by its reference. */
export function submissionsOf(bind: SmppBind, { to, text, reference }: OutgoingText): Submission[] {
  const { alphabet, parts } = splitText(text)
  const isNumber = /^[0-9]+$/.test(bind.from)
  const common = {
    source_addr_ton: bind.sourceTon ?? (isNumber ? 0 : 5),
    source_addr_npi: bind.sourceNpi ?? (isNumber ? 1 : 0),
    source_addr: bind.from,
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: to.slice(1),
    validity_period: relativeTime(bind.validityHours),
    registered_delivery: bind.receipts ? 1 : 0,
    // Where the default alphabet is another than GSM's, only UCS-2 is sure to arrive as it is.
    data_coding: alphabet === 'gsm7' && bind.defaultAlphabet === 'gsm7' ? 0 : ucs2Coding,
  }
  const bytesOf = (part: string) =>
    common.data_coding === ucs2Coding ? ucs2(part) : Buffer.from((gsm7Codes(part) ?? []).flat())
  const ours = [tlv.userMessageReference, int16(reference)] as const
  if (bind.long === 'payload' && parts.length > 1) {
    return [{ fields: common, tlvs: [ours, [tlv.messagePayload, bytesOf(text)]] }]
  }
  return parts.map((part, index) => {
    const bytes = bytesOf(part)
    if (parts.length === 1) return { fields: { ...common, short_message: bytes }, tlvs: [ours] }
    if (bind.long === 'sar') {
      const sar = [
        [tlv.sarReference, int16(reference)],
        [tlv.sarTotal, Buffer.of(parts.length)],
        [tlv.sarNumber, Buffer.of(index + 1)],
      ] as const
      return { fields: { ...common, short_message: bytes }, tlvs: [ours, ...sar] }
    }
    const header = Buffer.of(5, concatenation.short, 3, reference & 0xff, parts.length, index + 1)
    return {
      fields: { ...common, esm_class: hasHeader, short_message: Buffer.concat([header, bytes]) },
      tlvs: [ours],
    }
  })
}

function ucs2(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16()
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value & 0xffff)
  return bytes
}

/** SMPP's relative time, `YYMMDDhhmmss000R`. */
function relativeTime(hours: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `0000${two(hours / 24)}${two(hours % 24)}${two((hours * 60) % 60)}00000R`
}

export interface ReadMessage {
  readonly text: string
  readonly part: TextPart | undefined
}

/** What a deliver_sm or data_sm says, whichever way it is split. */
export function readMessage(
  pdu: PduNamed<'deliver_sm' | 'data_sm'>,
  bind: Pick<SmppBind, 'defaultAlphabet'>,
): ReadMessage {
  const payload = pdu.tlvs.get(tlv.messagePayload)
  const short = pdu.command === 'deliver_sm' ? pdu.fields.short_message : Buffer.alloc(0)
  const bytes = payload && short.length === 0 ? payload : short
  const { header, body } = pdu.fields.esm_class & hasHeader ? takeHeader(bytes) : { header: undefined, body: bytes }
  return { text: decodeText(body, pdu.fields.data_coding, bind.defaultAlphabet), part: header ?? sarPart(pdu.tlvs) }
}

/** The user data header, and what comes after it. Elements other than those of concatenation are left aside. */
function takeHeader(bytes: Buffer): { header: TextPart | undefined; body: Buffer } {
  const length = bytes[0]
  if (length === undefined || length > bytes.length - 1) return { header: undefined, body: bytes }
  const header = bytes.subarray(1, 1 + length)
  let part: TextPart | undefined
  for (let offset = 0; offset + 2 <= header.length; ) {
    const id = header[offset]
    const size = header[offset + 1] ?? 0
    const value = header.subarray(offset + 2, offset + 2 + size)
    if (id === concatenation.short && value.length === 3) part = partOf(value.readUInt8(0), value, 1, 'udh8')
    if (id === concatenation.long && value.length === 4) part = partOf(value.readUInt16BE(0), value, 2, 'udh16')
    offset += 2 + size
  }
  return { header: part, body: bytes.subarray(1 + length) }
}

function partOf(reference: number, value: Buffer, at: number, kind: string): TextPart | undefined {
  return soundPart(`${kind}-${reference}`, value[at + 1] ?? 0, value[at] ?? 0)
}

function sarPart(tlvs: ReadonlyMap<number, Buffer>): TextPart | undefined {
  const reference = tlvs.get(tlv.sarReference)
  const total = tlvs.get(tlv.sarTotal)?.[0]
  const number = tlvs.get(tlv.sarNumber)?.[0]
  if (reference?.length !== 2 || total === undefined || number === undefined) return undefined
  return soundPart(`sar-${reference.readUInt16BE()}`, number, total)
}

/** One of one is whole; a part that can't be is read as a text of its own. */
function soundPart(reference: string, number: number, of: number): TextPart | undefined {
  return of > 1 && number >= 1 && number <= of ? { reference, number, of } : undefined
}

/** @param coding data_coding, whose values from 16 on are those of GSM 03.38 */
export function decodeText(bytes: Buffer, coding: number, defaultAlphabet: SmppBind['defaultAlphabet']): string {
  switch (alphabetOf(coding)) {
    case 'ucs2':
      // An odd byte at the end is half a unit.
      return Buffer.from(bytes.subarray(0, bytes.length & ~1))
        .swap16()
        .toString('utf16le')
    case 'latin1':
      return bytes.toString('latin1')
    case 'cyrillic':
      return new TextDecoder('iso-8859-5').decode(bytes)
    case 'default':
      return defaultAlphabet === 'gsm7' ? decodeGsm7(bytes) : bytes.toString('latin1')
  }
}

function alphabetOf(coding: number): 'default' | 'latin1' | 'cyrillic' | 'ucs2' {
  if (coding < 16) {
    if (coding === 0) return 'default'
    if (coding === ucs2Coding) return 'ucs2'
    return coding === 6 ? 'cyrillic' : 'latin1'
  }
  // Message class: bit 2 tells eight-bit data. The general groups: bits 2 and 3.
  const group = coding >> 4
  if (group === 15) return coding & 4 ? 'latin1' : 'default'
  if (group === 14) return 'ucs2'
  if (group >= 12) return 'default'
  return (['default', 'latin1', 'ucs2', 'default'] as const)[(coding >> 2) & 3] ?? 'default'
}
