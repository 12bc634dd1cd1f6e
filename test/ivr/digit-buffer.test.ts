import { makeDigitBuffer } from '../../src/ivr/digit-buffer.ts'

test('keys come out in the order they were pressed', () => {
  const buffer = makeDigitBuffer()
  for (const key of '12#') buffer.press(key)
  expect([buffer.take(), buffer.take(), buffer.take(), buffer.take()]).toEqual(['1', '2', '#', undefined])
})

test('a # after a complete entry is dropped, once, whether it comes before or after', () => {
  const buffer = makeDigitBuffer()
  buffer.press('#')
  buffer.press('4')
  buffer.swallowNext('#')
  expect(buffer.take()).toBe('4')
  buffer.swallowNext('#')
  buffer.press('#')
  buffer.press('#')
  expect([buffer.take(), buffer.take()]).toEqual(['#', undefined])
})

test('another key than # lifts the drop', () => {
  const buffer = makeDigitBuffer()
  buffer.swallowNext('#')
  buffer.press('1')
  buffer.press('#')
  expect([buffer.take(), buffer.take()]).toEqual(['1', '#'])
})

test('a dropped key wakes nobody, and a listener that is gone is not called', () => {
  const buffer = makeDigitBuffer()
  let woken = 0
  const stop = buffer.onPress(() => woken++)
  buffer.swallowNext('#')
  buffer.press('#')
  expect(woken).toBe(0)
  buffer.press('1')
  stop()
  buffer.press('2')
  expect(woken).toBe(1)
})

test('a # that comes late is a choice', () => {
  jest.useFakeTimers()
  const buffer = makeDigitBuffer()
  buffer.swallowNext('#')
  expect(buffer.isSwallowing).toBe(true)
  jest.advanceTimersByTime(3_001)
  expect(buffer.isSwallowing).toBe(false)
  buffer.press('#')
  expect(buffer.take()).toBe('#')
  jest.useRealTimers()
})
