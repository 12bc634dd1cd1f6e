import { addDays, dayAt, type ElectionCalendar, phaseAt } from '../../src/domain/calendar.ts'

const calendar: ElectionCalendar = {
  name: { ky: 'Шайлоо', ru: 'Выборы' },
  votingDay: '2024-11-17',
  voting: { from: '08:00', to: '20:00' },
  corrections: { from: '2024-09-28', until: '2024-11-01' },
  timeZone: 'Asia/Bishkek',
  operators: { from: '09:00', to: '18:00' },
}

describe('phase', () => {
  // Bishkek is six hours ahead: its midnight is 18:00 UTC of the day before.
  it.each([
    ['2020-01-01T00:00:00Z', 'before-window'],
    ['2024-09-27T17:59:59.999Z', 'before-window'],
    ['2024-09-27T18:00:00Z', 'window'],
    ['2024-09-28T00:00:00Z', 'window'],
    ['2024-10-15T12:00:00Z', 'window'],
    ['2024-11-01T17:59:59.999Z', 'window'],
    ['2024-11-01T18:00:00Z', 'after-window'],
    ['2024-11-16T17:59:59.999Z', 'after-window'],
    ['2024-11-16T18:00:00Z', 'voting-day'],
    ['2024-11-17T14:00:00Z', 'voting-day'],
    ['2024-11-17T17:59:59.999Z', 'voting-day'],
    ['2024-11-17T18:00:00Z', 'after-voting'],
    ['2030-01-01T00:00:00Z', 'after-voting'],
  ] as const)('at %s is %s', (moment, phase) => {
    expect(phaseAt(calendar, new Date(moment))).toBe(phase)
  })

  it('follows the calendar’s own time zone', () => {
    const moment = new Date('2024-11-16T20:00:00Z')
    expect(phaseAt(calendar, moment)).toBe('voting-day')
    expect(phaseAt({ ...calendar, timeZone: 'UTC' }, moment)).toBe('after-window')
    expect(phaseAt({ ...calendar, timeZone: 'America/New_York' }, moment)).toBe('after-window')
  })

  it('has a window of one day when it opens and closes on the same', () => {
    const short = { ...calendar, corrections: { from: '2024-10-01', until: '2024-10-01' } }
    expect(phaseAt(short, new Date('2024-09-30T18:00:00Z'))).toBe('window')
    expect(phaseAt(short, new Date('2024-10-01T18:00:00Z'))).toBe('after-window')
  })

  it('goes from the window straight to the vote when corrections end the day before', () => {
    const tight = { ...calendar, corrections: { from: '2024-10-01', until: '2024-11-16' } }
    expect(phaseAt(tight, new Date('2024-11-16T17:59:59Z'))).toBe('window')
    expect(phaseAt(tight, new Date('2024-11-16T18:00:00Z'))).toBe('voting-day')
  })
})

test('the day of a moment', () => {
  expect(dayAt('Asia/Bishkek', new Date('2024-12-31T18:00:00Z'))).toBe('2025-01-01')
  expect(dayAt('UTC', new Date('2024-12-31T18:00:00Z'))).toBe('2024-12-31')
  expect(dayAt('Asia/Bishkek', new Date('2024-02-28T18:00:00Z'))).toBe('2024-02-29')
})

test('days are added over months, years and leap days', () => {
  expect(addDays('2024-02-28', 1)).toBe('2024-02-29')
  expect(addDays('2023-02-28', 1)).toBe('2023-03-01')
  expect(addDays('2024-12-31', 1)).toBe('2025-01-01')
  expect(addDays('2024-03-01', -1)).toBe('2024-02-29')
  expect(addDays('2024-11-17', 0)).toBe('2024-11-17')
})
