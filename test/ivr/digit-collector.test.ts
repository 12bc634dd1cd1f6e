import type { CollectOptions } from '../../src/ivr/call.ts'
import { collectDigit, isEntry, nothingTyped, type Typing, type TypingEvent } from '../../src/ivr/digit-collector.ts'

const timeouts = { firstDigit: 7000, interDigit: 4000, entry: 20_000 }
const pin: CollectOptions = { max: 14, accepts: /^[0-9]{14}$/, terminator: '#', clear: '*' }

/** Feeds events at their times; gives the entry, or the typing where it isn't over. */
function type(events: readonly (readonly [number, TypingEvent])[], options = pin) {
  let typing: Typing = nothingTyped
  for (const [now, event] of events) {
    const result = collectDigit(typing, event, now, options, timeouts)
    if (isEntry(result)) return result
    typing = result
  }
  return typing
}
const digit = (digit: string): TypingEvent => ({ kind: 'digit', digit })
const ended: TypingEvent = { kind: 'prompt-ended' }
const tick: TypingEvent = { kind: 'tick' }

test('no time runs while the prompt is heard', () => {
  expect(type([])).toMatchObject({ deadline: undefined })
  expect(type([[600_000, tick]])).toMatchObject({ digits: '' })
})

test('the first-digit timeout runs from the end of the prompt', () => {
  expect(type([[10_000, ended]])).toMatchObject({ deadline: 17_000 })
  expect(
    type([
      [10_000, ended],
      [16_999, tick],
    ]),
  ).toMatchObject({ digits: '' })
  expect(
    type([
      [10_000, ended],
      [17_000, tick],
    ]),
  ).toEqual({ kind: 'noinput' })
})

test('the timers start after barge-in, though the prompt ended by it', () => {
  expect(type([[1000, digit('2')]])).toMatchObject({ deadline: 5000 })
  expect(
    type([
      [1000, digit('2')],
      [1080, ended],
    ]),
  ).toMatchObject({ deadline: 5000 })
  expect(
    type([
      [1000, digit('2')],
      [1080, ended],
      [5000, tick],
    ]),
  ).toEqual({ kind: 'nomatch', digits: '2' })
})

test('the inter-digit timeout runs anew from each digit, the whole entry from the first', () => {
  const slow = [0, 3900, 7800, 11_700, 15_600].map((at) => [at, digit('1')] as const)
  expect(type(slow)).toMatchObject({ digits: '11111', deadline: 19_600 })
  expect(type([...slow, [19_500, digit('1')]])).toMatchObject({ deadline: 20_000 })
})

test('* starts over with the patience of a first digit', () => {
  expect(
    type([
      [0, digit('1')],
      [100, digit('*')],
    ]),
  ).toEqual({ digits: '', firstDigitAt: undefined, deadline: 7100 })
})

test('# alone is an entry of nothing, which is no match', () => {
  expect(type([[0, digit('#')]])).toEqual({ kind: 'nomatch', digits: '' })
})

test('the fourteenth digit completes the entry', () => {
  const typed = [...'20504198000123'].map((key, index) => [index * 100, digit(key)] as const)
  expect(type(typed)).toEqual({ kind: 'match', digits: '20504198000123' })
})
