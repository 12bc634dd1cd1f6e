/** SMPP 3.4's protocol data units as bytes and back (SMPP Protocol Specification v3.4, chapters 4 and 5). */

type FieldType = 'byte' | 'text' | 'bytes'
/** Name and type; of a `text`, the most bytes with the zero that ends it. */
type Field = readonly [name: string, type: FieldType, most?: number]

const bindFields = [
  ['system_id', 'text', 16],
  // Eight letters by the specification; SMSCs give out longer ones.
  ['password', 'text', 65],
  ['system_type', 'text', 13],
  ['interface_version', 'byte'],
  ['addr_ton', 'byte'],
  ['addr_npi', 'byte'],
  ['address_range', 'text', 41],
] as const satisfies readonly Field[]

const addressFields = [
  ['service_type', 'text', 6],
  ['source_addr_ton', 'byte'],
  ['source_addr_npi', 'byte'],
  ['source_addr', 'text', 65],
  ['dest_addr_ton', 'byte'],
  ['dest_addr_npi', 'byte'],
  ['destination_addr', 'text', 65],
  ['esm_class', 'byte'],
] as const satisfies readonly Field[]

const messageFields = [
  ...addressFields,
  ['protocol_id', 'byte'],
  ['priority_flag', 'byte'],
  ['schedule_delivery_time', 'text', 17],
  ['validity_period', 'text', 17],
  ['registered_delivery', 'byte'],
  ['replace_if_present_flag', 'byte'],
  ['data_coding', 'byte'],
  ['sm_default_msg_id', 'byte'],
  ['short_message', 'bytes'],
] as const satisfies readonly Field[]

const dataFields = [
  ...addressFields,
  ['registered_delivery', 'byte'],
  ['data_coding', 'byte'],
] as const satisfies readonly Field[]

const nameField = [['system_id', 'text', 16]] as const satisfies readonly Field[]
const idField = [['message_id', 'text', 65]] as const satisfies readonly Field[]
const none = [] as const satisfies readonly Field[]

const commands = {
  generic_nack: { id: 0x80000000, fields: none },
  bind_receiver: { id: 0x00000001, fields: bindFields },
  bind_receiver_resp: { id: 0x80000001, fields: nameField },
  bind_transmitter: { id: 0x00000002, fields: bindFields },
  bind_transmitter_resp: { id: 0x80000002, fields: nameField },
  submit_sm: { id: 0x00000004, fields: messageFields },
  submit_sm_resp: { id: 0x80000004, fields: idField },
  deliver_sm: { id: 0x00000005, fields: messageFields },
  deliver_sm_resp: { id: 0x80000005, fields: idField },
  unbind: { id: 0x00000006, fields: none },
  unbind_resp: { id: 0x80000006, fields: none },
  bind_transceiver: { id: 0x00000009, fields: bindFields },
  bind_transceiver_resp: { id: 0x80000009, fields: nameField },
  enquire_link: { id: 0x00000015, fields: none },
  enquire_link_resp: { id: 0x80000015, fields: none },
  data_sm: { id: 0x00000103, fields: dataFields },
  data_sm_resp: { id: 0x80000103, fields: idField },
} as const

type Commands = typeof commands
export type CommandName = keyof Commands

type ValueOf<Type extends FieldType> = Type extends 'byte' ? number : Type extends 'text' ? string : Buffer
/** What a command carries in its body. */
export type FieldsOf<Name extends CommandName> = {
  readonly [One in Commands[Name]['fields'][number] as One[0]]: ValueOf<One[1]>
}

interface PduOf<Name extends CommandName> {
  readonly command: Name
  readonly status: number
  readonly sequence: number
  readonly fields: FieldsOf<Name>
  /** Optional parameters by tag; of one that comes twice, the last. */
  readonly tlvs: ReadonlyMap<number, Buffer>
}

export type Pdu = { [Name in CommandName]: PduOf<Name> }[CommandName]
/** A PDU of one of these commands. */
export type PduNamed<Name extends CommandName> = Extract<Pdu, { command: Name }>

/** Statuses we send or act upon. */
export const status = {
  ok: 0x00,
  badLength: 0x02,
  badCommand: 0x03,
  systemError: 0x08,
  badMessageLength: 0x01,
  throttled: 0x58,
  badTlvStream: 0xc0,
  tryLater: 0x64,
} as const

export const tlv = {
  receiptedMessageId: 0x001e,
  userMessageReference: 0x0204,
  sarReference: 0x020c,
  sarTotal: 0x020e,
  sarNumber: 0x020f,
  networkError: 0x0423,
  messagePayload: 0x0424,
  messageState: 0x0427,
} as const

const headerLength = 16
const byId = new Map<number, CommandName>(
  Object.entries(commands).map(([name, { id }]) => [id, name as CommandName] as const),
)

/** Bytes of a PDU that are none. Says what to answer; the stream after it is sound. */
export class PduError extends Error {
  override readonly name = 'PduError'
  readonly sequence: number
  readonly status: number
  /** The command, where it is known and its body is what is wrong. */
  readonly command: CommandName | undefined

  constructor(message: string, at: { sequence: number; status: number; command?: CommandName }) {
    super(message)
    this.sequence = at.sequence
    this.status = at.status
    this.command = at.command
  }
}

export function isResponse(command: CommandName): boolean {
  return commands[command].id >= 0x80000000
}

/** A status other than 0 goes out without a body. */
export function encodePdu<Name extends CommandName>(
  command: Name,
  sequence: number,
  body: { status?: number; fields?: Partial<FieldsOf<Name>>; tlvs?: readonly (readonly [number, Buffer])[] } = {},
): Buffer {
  const { status: code = 0, fields = {}, tlvs = [] } = body
  const pieces: Buffer[] = []
  if (code === 0) {
    const values = fields as Readonly<Record<string, number | string | Buffer | undefined>>
    for (const [name, type, most] of commands[command].fields as readonly Field[]) {
      pieces.push(encodeField(name, type, values[name], most))
    }
    for (const [tag, value] of tlvs) {
      const head = Buffer.alloc(4)
      head.writeUInt16BE(tag, 0)
      head.writeUInt16BE(value.length, 2)
      pieces.push(head, value)
    }
  }
  const header = Buffer.alloc(headerLength)
  header.writeUInt32BE(
    pieces.reduce((sum, piece) => sum + piece.length, headerLength),
    0,
  )
  header.writeUInt32BE(commands[command].id, 4)
  header.writeUInt32BE(code, 8)
  header.writeUInt32BE(sequence, 12)
  return Buffer.concat([header, ...pieces])
}

function encodeField(name: string, type: FieldType, value: number | string | Buffer | undefined, most = 256): Buffer {
  if (type === 'byte') return Buffer.of(Number(value ?? 0))
  if (type === 'text') {
    const text = Buffer.from(`${value ?? ''}\0`, 'latin1')
    if (text.length > most || text.indexOf(0) !== text.length - 1)
      throw new RangeError(`${name} does not fit its field`)
    return text
  }
  const bytes = Buffer.isBuffer(value) ? value : Buffer.alloc(0)
  if (bytes.length > 254) throw new RangeError(`${name} has ${bytes.length} bytes and may have 254`)
  return Buffer.concat([Buffer.of(bytes.length), bytes])
}

/**
 * @param bytes one whole PDU, as `splitFrames` gives it
 * @throws PduError when they are none
 */
export function decodePdu(bytes: Buffer): Pdu {
  const sequence = bytes.readUInt32BE(12)
  const code = bytes.readUInt32BE(8)
  const command = byId.get(bytes.readUInt32BE(4))
  if (command === undefined) {
    throw new PduError('The command is unknown.', { sequence, status: status.badCommand })
  }
  const body = bytes.subarray(headerLength)
  const fields: Record<string, number | string | Buffer> = {}
  let rest = body
  for (const [name, type, most] of commands[command].fields as readonly Field[]) {
    // The specification leaves the body of a refusal out, and some leave it out of every response.
    if (rest.length === 0 && isResponse(command)) {
      fields[name] = type === 'byte' ? 0 : type === 'text' ? '' : Buffer.alloc(0)
      continue
    }
    const read = decodeField(rest, type, most)
    if (read === undefined) {
      throw new PduError(`${command} has no sound ${name}.`, { sequence, status: status.badMessageLength, command })
    }
    fields[name] = read.value
    rest = rest.subarray(read.length)
  }
  const tlvs = decodeTlvs(rest)
  if (tlvs === undefined) {
    throw new PduError(`${command} has unsound optional parameters.`, {
      sequence,
      status: status.badTlvStream,
      command,
    })
  }
  return { command, status: code, sequence, fields, tlvs } as unknown as Pdu
}

function decodeField(
  bytes: Buffer,
  type: FieldType,
  most = 256,
): { value: number | string | Buffer; length: number } | undefined {
  const [first] = bytes
  if (first === undefined) return undefined
  if (type === 'byte') return { value: first, length: 1 }
  if (type === 'text') {
    const end = bytes.indexOf(0)
    return end < 0 || end >= most ? undefined : { value: bytes.toString('latin1', 0, end), length: end + 1 }
  }
  return first > bytes.length - 1 ? undefined : { value: bytes.subarray(1, 1 + first), length: 1 + first }
}

function decodeTlvs(bytes: Buffer): Map<number, Buffer> | undefined {
  const tlvs = new Map<number, Buffer>()
  for (let offset = 0; offset < bytes.length; ) {
    if (bytes.length - offset < 4) return undefined
    const length = bytes.readUInt16BE(offset + 2)
    const value = bytes.subarray(offset + 4, offset + 4 + length)
    if (value.length < length) return undefined
    tlvs.set(bytes.readUInt16BE(offset), value)
    offset += 4 + length
  }
  return tlvs
}

/** Longer is no PDU: a message_payload has 64 KiB at most. */
export const longestPdu = 70_000

/** Puts a stream's pieces together and cuts it into PDUs. */
export interface Frames {
  /** @returns the PDUs that are whole now; `broken` when what follows is no PDU, after which nothing can be told apart */
  push(piece: Buffer): { readonly pdus: readonly Buffer[]; readonly broken: boolean }
}

export function makeFrames(): Frames {
  let held: Buffer[] = []
  let size = 0
  return {
    push(piece) {
      held.push(piece)
      size += piece.length
      const pdus: Buffer[] = []
      // Put together only when there is something to cut: a long PDU in small pieces must not be copied at each.
      while (size >= 4) {
        const head = (held[0]?.length ?? 0) >= 4 ? held[0] : undefined
        const all = head ?? Buffer.concat(held)
        if (!head) held = [all]
        const length = all?.readUInt32BE(0) ?? 0
        if (length < headerLength || length > longestPdu) return { pdus, broken: true }
        if (size < length) break
        const whole = held.length === 1 && held[0] ? held[0] : Buffer.concat(held)
        pdus.push(whole.subarray(0, length))
        size -= length
        held = size > 0 ? [whole.subarray(length)] : []
      }
      return { pdus, broken: false }
    },
  }
}
