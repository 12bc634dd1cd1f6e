import { capacityFor } from '../../src/domain/capacity.ts'
import { operatorsFor } from '../../src/domain/erlang.ts'

const demand = { voters: 4_300_000, days: 5, peakHourShare: 0.15, callSeconds: 150, blocking: 0.01 }

test('one voter in a hundred over five days takes the lines that the project was sized for', () => {
  const one = capacityFor(demand).find(({ share }) => share === 0.01)
  expect(one?.callsInPeakHour).toBeCloseTo(1290, 6)
  expect(one?.erlangs).toBeCloseTo(53.75, 6)
  // Erlang B tables: 53.8 Erlang at 1 % is 68 lines.
  expect(one).toMatchObject({ lines: 68, trunks: 3, cores: 2 })
})

test('more callers take more of everything', () => {
  const all = capacityFor(demand)
  for (const [index, more] of all.entries()) {
    const less = all[index - 1]
    if (!less) continue
    for (const what of ['callsInPeakHour', 'erlangs', 'lines', 'trunks', 'operators'] as const) {
      expect(more[what]).toBeGreaterThanOrEqual(less[what])
    }
  }
  expect(all.at(-1)?.cores).toBeGreaterThan(2)
})

test('operators, as the tables of call centres have them', () => {
  // 100 calls in half an hour of 180 s are 10 Erlang; 80 % within 20 s takes 14 agents, 13 reach about 74 %.
  expect(operatorsFor(10, 180, { share: 0.8, withinSeconds: 20 })).toBe(14)
  expect(operatorsFor(0, 180, { share: 0.8, withinSeconds: 20 })).toBe(0)
  expect(() => operatorsFor(1, 180, { share: 1, withinSeconds: 20 })).toThrow(RangeError)
})
