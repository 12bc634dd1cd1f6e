import type { Pin } from './pin.ts'
import type { Station } from './station.ts'

/**
 * What the register says of a PIN.
 * `found`: listed, with the station. `station-closed`: listed at a station that was closed with none in its place yet.
 * `no-biometry`: known, but not listed for want of biometric registration. `not-listed`: the register does not know
 * the PIN. `unavailable`: there is no register to ask, or it can't say.
 */
export type Lookup =
  | { readonly kind: 'found'; readonly station: Station }
  | { readonly kind: 'station-closed'; readonly station: Station }
  | { readonly kind: 'no-biometry' }
  | { readonly kind: 'not-listed' }
  | { readonly kind: 'unavailable' }

/** The active snapshot of the voter list. Synchronous: the file is local. Never answers with a neighbour. */
export interface VoterDirectory {
  findByPin(pin: Pin): Lookup
  /** The moment the list describes; nothing when there is no list. */
  asOf(): Date | undefined
}
