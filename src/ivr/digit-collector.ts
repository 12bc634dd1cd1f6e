import type { CollectOptions, Entry } from './call.ts'

/** Milliseconds. `firstDigit` runs from the end of the prompt, `interDigit` from the last digit, `entry` from the first. */
export interface EntryTimeouts {
  readonly firstDigit: number
  readonly interDigit: number
  readonly entry: number
}

/** An entry being typed. Pure: time comes in with each event, and `deadline` says when to send `tick`. */
export interface Typing {
  readonly digits: string
  readonly firstDigitAt: number | undefined
  /** Unset while the prompt is still heard and nothing was pressed. */
  readonly deadline: number | undefined
}

export type TypingEvent =
  | { readonly kind: 'digit'; readonly digit: string }
  | { readonly kind: 'prompt-ended' }
  | { readonly kind: 'tick' }

export const nothingTyped: Typing = { digits: '', firstDigitAt: undefined, deadline: undefined }

/** @returns the typing as it now stands, or the finished entry */
export function collectDigit(
  typing: Typing,
  event: TypingEvent,
  now: number,
  options: CollectOptions,
  timeouts: EntryTimeouts,
): Typing | Entry {
  switch (event.kind) {
    case 'prompt-ended':
      return typing.deadline === undefined ? { ...typing, deadline: now + timeouts.firstDigit } : typing
    case 'tick':
      return typing.deadline !== undefined && now >= typing.deadline ? complete(typing.digits, options) : typing
    case 'digit':
      return afterDigit(typing, event.digit, now, options, timeouts)
  }
}

function afterDigit(
  typing: Typing,
  digit: string,
  now: number,
  options: CollectOptions,
  timeouts: EntryTimeouts,
): Typing | Entry {
  if (digit === options.clear) return { ...nothingTyped, deadline: now + timeouts.firstDigit }
  if (digit === options.terminator) return { kind: matches(typing.digits, options), digits: typing.digits }
  const digits = typing.digits + digit
  if (digits.length >= options.max) return { kind: matches(digits, options), digits }
  const firstDigitAt = typing.firstDigitAt ?? now
  return { digits, firstDigitAt, deadline: Math.min(now + timeouts.interDigit, firstDigitAt + timeouts.entry) }
}

function complete(digits: string, options: CollectOptions): Entry {
  return digits === '' ? { kind: 'noinput' } : { kind: matches(digits, options), digits }
}

function matches(digits: string, options: CollectOptions): 'match' | 'nomatch' {
  return options.accepts.test(digits) ? 'match' : 'nomatch'
}

export function isEntry(result: Typing | Entry): result is Entry {
  return 'kind' in result
}
