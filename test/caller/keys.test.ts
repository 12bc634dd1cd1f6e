import type { Caller } from '../../src/caller/call.ts'
import { parseKeys, runKeys } from '../../src/caller/keys.ts'
import type { Ending } from '../../src/caller/sip.ts'

test('reads groups, pauses, interruptions, waits, speech and hanging up', () => {
  expect(parseKeys(' 2 1,4# !9 ~1.5s ~200ms say:/tmp/a.wav hangup ')).toEqual([
    { do: 'press', wait: true, parts: ['2'] },
    { do: 'press', wait: true, parts: ['1', ',', '4#'] },
    { do: 'press', wait: false, parts: ['9'] },
    { do: 'pause', ms: 1500 },
    { do: 'pause', ms: 200 },
    { do: 'say', wait: true, file: '/tmp/a.wav' },
    { do: 'hangup', wait: true },
  ])
  expect(parseKeys('')).toEqual([])
})

test('names the place of a group it cannot read, and none of its digits', () => {
  expect(() => parseKeys('2 20504198000123x')).toThrow(/^Group 2 of the keys can't be read/)
  expect(() => parseKeys('2 20504198000123x')).not.toThrow(/98000123x/)
})

/** A caller that notes what it is told; the line hangs up after so many deeds. */
function noting(endsAfter = Number.POSITIVE_INFINITY) {
  const deeds: string[] = []
  let end: (ending: Ending) => void = () => undefined
  const ended = new Promise<Ending>((resolve) => {
    end = resolve
  })
  const note = async (deed: string) => {
    deeds.push(deed)
    if (deeds.length === endsAfter) end({ by: 'line', cause: 16 })
  }
  const caller = {
    ended,
    press: (keys: string) => note(`press ${keys}`),
    quiet: (ms: number, options: { after?: string }) => note(`quiet ${ms} ${options.after}`),
    hangup: async () => {
      await note('hangup')
      end({ by: 'caller' })
    },
  } as unknown as Caller
  return { caller, deeds }
}

test('waits its turn before each group, then listens for twelve seconds and hangs up', async () => {
  const { caller, deeds } = noting()
  await runKeys(caller, parseKeys('2 !1 4'))
  expect(deeds).toEqual([
    'quiet 600 speech',
    'press 2',
    'press 1',
    'quiet 600 next-speech',
    'press 4',
    'quiet 12000 now',
    'hangup',
  ])
})

test('stops when the line hangs up', async () => {
  const { caller, deeds } = noting(2)
  await runKeys(caller, parseKeys('2 1 4'))
  expect(deeds.filter((deed) => deed.startsWith('press'))).toEqual(['press 2'])
})
