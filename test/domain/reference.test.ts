import { makeReference, parseReference } from '../../src/domain/reference.ts'

/** Spread evenly over all references, both ends among them. */
const references = Array.from({ length: 3000 }, (_, i) => makeReference(i / 3000)).concat(makeReference(1 - 2 ** -52))

test('the body goes from 100000 to 999999', () => {
  expect(makeReference(0)).toMatch(/^100000\d$/)
  expect(makeReference(1 - 2 ** -52)).toMatch(/^999999\d$/)
})

test('every reference is seven digits, begins with none but 1 to 9, and is read back', () => {
  for (const reference of references) {
    expect(reference).toMatch(/^[1-9][0-9]{6}$/)
    expect(parseReference(reference)).toBe(reference)
  }
})

test('every single wrong digit is caught', () => {
  for (const reference of references) {
    for (let at = 0; at < reference.length; at += 1) {
      for (let digit = 0; digit <= 9; digit += 1) {
        const wrong = `${reference.slice(0, at)}${digit}${reference.slice(at + 1)}`
        if (wrong !== reference && parseReference(wrong) !== undefined)
          throw new Error(`${wrong} passes for ${reference}`)
      }
    }
  }
})

test('every swap of neighbours is caught', () => {
  for (const reference of references) {
    for (let at = 0; at + 1 < reference.length; at += 1) {
      const swapped = `${reference.slice(0, at)}${reference[at + 1]}${reference[at]}${reference.slice(at + 2)}`
      if (swapped !== reference && parseReference(swapped) !== undefined) throw new Error(`${swapped} passes`)
    }
  }
})

test.each(['', '123456', '12345678', '0123456', 'abcdefg', '100000１', ' 1000007', '1000007\n'])(
  '%j is none',
  (text) => {
    expect(parseReference(text)).toBeUndefined()
  },
)
