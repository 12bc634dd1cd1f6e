import { say } from '../domain/prompt.ts'
import type { Call } from './call.ts'
import { menu } from './menu.ts'

declare const given: unique symbol

/** Proof that the caller heard what a recording is for and pressed the key of consent. Only `askConsent` makes one. */
export interface Consent {
  readonly [given]: true
  readonly at: Date
}

/** Asks for leave to record. The text is heard to its end: no key counts before it. */
export async function askConsent(call: Call, now: () => Date): Promise<Consent | undefined> {
  const choice = await menu(call, {
    intro: say('cb-consent'),
    items: [
      { key: '1', choice: 'yes' },
      { key: '9', choice: 'no' },
    ],
    bargeIn: false,
  })
  return choice === 'yes' ? ({ at: now() } as Consent) : undefined
}
