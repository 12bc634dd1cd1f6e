import type { FinalState } from '../../domain/sms.ts'
import type { SmppBind } from '../../sms-config.ts'
import { type PduNamed, tlv } from './pdu.ts'
import { readMessage } from './short-message.ts'

/** A delivery receipt as it came. */
export interface ReadReceipt {
  readonly messageId: string | undefined
  readonly reference: number | undefined
  /** `under-way`: nothing final yet. */
  readonly state: FinalState | 'under-way'
  readonly error: string | undefined
}

/** Whether a deliver_sm tells of a text of ours rather than being one of a person. */
export function isReceipt({ fields, tlvs }: PduNamed<'deliver_sm' | 'data_sm'>): boolean {
  // Bits 2-5: 1 a receipt, 2 and 4 acknowledgements by the telephone, 8 an intermediate notification.
  return (fields.esm_class & 0x3c) !== 0 || tlvs.has(tlv.receiptedMessageId)
}

/** message_state, SMPP 3.4, 5.2.28. A deleted text was taken out of the SMSC by hand. */
const byNumber: readonly (ReadReceipt['state'] | undefined)[] = [
  undefined,
  'under-way',
  'delivered',
  'expired',
  'undeliverable',
  'undeliverable',
  'under-way',
  'unknown',
  'rejected',
]

const byWord: Readonly<Record<string, ReadReceipt['state']>> = {
  ENROUTE: 'under-way',
  ACCEPTD: 'under-way',
  DELIVRD: 'delivered',
  EXPIRED: 'expired',
  DELETED: 'undeliverable',
  UNDELIV: 'undeliverable',
  UNKNOWN: 'unknown',
  REJECTD: 'rejected',
}

/** Reads the parameters where there are such, else the text, whose form is only a custom (SMPP 3.4, appendix B). */
export function readReceipt(
  pdu: PduNamed<'deliver_sm' | 'data_sm'>,
  bind: Pick<SmppBind, 'defaultAlphabet' | 'receiptIds'>,
): ReadReceipt | undefined {
  const { text } = readMessage(pdu, bind)
  const word = /\bstat:\s*([A-Za-z]{7})/i.exec(text)?.[1]?.toUpperCase()
  const number = pdu.tlvs.get(tlv.messageState)?.[0]
  const state = byNumber[number ?? 0] ?? byWord[word ?? '']
  if (state === undefined) return undefined
  const given = cString(pdu.tlvs.get(tlv.receiptedMessageId)) ?? /\bid:\s*([^\s]+)/i.exec(text)?.[1]
  const network = pdu.tlvs.get(tlv.networkError)
  const reference = pdu.tlvs.get(tlv.userMessageReference)
  return {
    messageId: bind.receiptIds === 'decimal' && given && /^[0-9]+$/.test(given) ? BigInt(given).toString() : given,
    reference: reference?.length === 2 ? reference.readUInt16BE() : undefined,
    state,
    error:
      network?.length === 3
        ? `${network[0]}/${network.readUInt16BE(1)}`
        : (/\berr:\s*([0-9A-Za-z]{1,5})/i.exec(text)?.[1] ?? undefined),
  }
}

/**
 * The id of a submit_sm_resp in the form the receipts of this SMSC have: some write the one in hexadecimal and the other
 * in decimal digits.
 */
export function receiptForm(id: string, bind: Pick<SmppBind, 'receiptIds'>): string {
  return bind.receiptIds === 'decimal' && /^[0-9A-Fa-f]+$/.test(id) ? BigInt(`0x${id}`).toString() : id
}

function cString(bytes: Buffer | undefined): string | undefined {
  return bytes?.toString('latin1').replace(/\0+$/, '') || undefined
}
