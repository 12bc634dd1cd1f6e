import { type WorkingHours, workingTime } from '../../src/domain/working-hours.ts'

const office: WorkingHours = {
  workdays: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '18:00',
  holidays: ['2024-11-07', '2024-11-08'],
  timeZone: 'Asia/Bishkek',
}

const due = (start: string, hours: number, more: Partial<WorkingHours> = {}) =>
  workingTime({ ...office, ...more })
    .after(new Date(start), hours)
    .toISOString()

// Bishkek is six hours ahead: 09:00 to 18:00 is 03:00Z to 12:00Z. 10 October 2024 is a Thursday.
describe('working hours after a moment', () => {
  it.each([
    ['within the same day', '2024-10-10T04:00:00Z', 2, '2024-10-10T06:00:00.000Z'],
    ['to the very end of a day', '2024-10-10T10:00:00Z', 2, '2024-10-10T12:00:00.000Z'],
    ['a minute past the end, on the next day', '2024-10-10T10:01:00Z', 2, '2024-10-11T03:01:00.000Z'],
    ['from before the beginning', '2024-10-09T20:00:00Z', 1, '2024-10-10T04:00:00.000Z'],
    ['from after the end', '2024-10-10T15:00:00Z', 1, '2024-10-11T04:00:00.000Z'],
    ['over a weekend', '2024-10-11T11:00:00Z', 2, '2024-10-14T04:00:00.000Z'],
    ['from a Saturday', '2024-10-12T05:00:00Z', 1, '2024-10-14T04:00:00.000Z'],
    ['48 of them: five days of nine and three hours', '2024-10-07T03:00:00Z', 48, '2024-10-14T06:00:00.000Z'],
    ['over holidays and a weekend', '2024-11-06T11:30:00Z', 1, '2024-11-11T03:30:00.000Z'],
    ['none of them, outside: when work begins', '2024-10-12T05:00:00Z', 0, '2024-10-14T03:00:00.000Z'],
    ['parts of an hour', '2024-10-10T04:00:00Z', 0.25, '2024-10-10T04:15:00.000Z'],
  ])('%s', (_what, start, hours, expected) => {
    expect(due(start, hours)).toBe(expected)
  })

  it('count the nights of a shift that ends on the next day, from Sunday into Monday too', () => {
    const nights = { workdays: [7], from: '22:00', to: '06:00' }
    expect(due('2024-10-13T17:00:00Z', 4, nights)).toBe('2024-10-13T21:00:00.000Z')
    // One o'clock on Monday morning still belongs to it.
    expect(due('2024-10-13T19:00:00Z', 5, nights)).toBe('2024-10-14T00:00:00.000Z')
    expect(due('2024-10-13T19:00:00Z', 6, nights)).toBe('2024-10-20T17:00:00.000Z')
  })

  it('are all hours where people work around the clock', () => {
    const always = { workdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '00:00', holidays: [] }
    expect(due('2024-10-10T04:00:00Z', 48, always)).toBe('2024-10-12T04:00:00.000Z')
  })

  it('follow the clocks of a zone that changes them', () => {
    const berlin = { timeZone: 'Europe/Berlin', workdays: [1, 2, 3, 4, 5, 6, 7], holidays: [] }
    // Summer time ends on 27 October 2024: nine o'clock is 07:00Z before and 08:00Z after.
    expect(due('2024-10-26T15:30:00Z', 1, berlin)).toBe('2024-10-27T08:30:00.000Z')
    // A shift over the change itself is an hour longer.
    const night = { ...berlin, from: '23:00', to: '06:00' }
    expect(due('2024-10-26T21:00:00Z', 8, night)).toBe('2024-10-27T05:00:00.000Z')
  })

  it('refuse a week without a workday', () => {
    expect(() => workingTime({ ...office, workdays: [] })).toThrow('one day of the week')
  })
})

describe('a moment at work', () => {
  it.each([
    ['is itself in working hours', '2024-10-10T04:00:00Z', '2024-10-10T04:00:00.000Z'],
    ['is itself as work begins', '2024-10-10T03:00:00Z', '2024-10-10T03:00:00.000Z'],
    ['is the next morning as work ends', '2024-10-10T12:00:00Z', '2024-10-11T03:00:00.000Z'],
    ['is Monday morning at the weekend', '2024-10-12T04:00:00Z', '2024-10-14T03:00:00.000Z'],
    ['is after the holidays', '2024-11-07T04:00:00Z', '2024-11-11T03:00:00.000Z'],
  ])('%s', (_what, moment, expected) => {
    expect(workingTime(office).atWork(new Date(moment)).toISOString()).toBe(expected)
  })
})
