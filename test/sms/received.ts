import { randomUUID } from 'node:crypto'
import type { PhoneNumber } from '../../src/domain/phone-number.ts'
import type { DeliveryReport, IncomingText, OutgoingText } from '../../src/domain/sms.ts'
import type { Receiver } from '../../src/sms/port.ts'

/** A receiver that keeps what it gets; `failing` counts down refusals, as of a disk that is full. */
export interface Received extends Receiver {
  readonly texts: IncomingText[]
  readonly reports: DeliveryReport[]
  /** What was refused, because it could not be kept. */
  readonly refused: IncomingText[]
  failing: number
}

export function makeReceived(): Received {
  const received: Received = {
    texts: [],
    reports: [],
    refused: [],
    failing: 0,
    async receive(text) {
      if (received.failing > 0) {
        received.failing -= 1
        received.refused.push(text)
        throw new Error('the disk is full')
      }
      received.texts.push(text)
    },
    async receipt(report) {
      received.reports.push(report)
    },
    changed: () => undefined,
  }
  return received
}

let references = 0

export function outgoing(to: string, text: string): OutgoingText {
  references += 1
  return { id: randomUUID(), to: to as PhoneNumber, text, reference: references }
}
