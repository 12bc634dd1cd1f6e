import { z } from 'zod'
import { bothLanguages, day, moment, time } from './common.ts'
import { route } from './route.ts'

export const calendarSettings = z
  .strictObject({
    name: bothLanguages,
    votingDay: day,
    voting: z.strictObject({ from: time, to: time }),
    corrections: z.strictObject({ from: day, until: day }),
  })
  .meta({ id: 'CalendarSettings' })

const weekday = z.int().min(1).max(7)

export const hoursSettings = z
  .strictObject({
    /** When operators work; 1 is Monday. */
    workdays: z.array(weekday).min(1),
    from: time,
    to: time,
    /** Days on which nobody works. */
    holidays: z.array(day).max(60),
  })
  .meta({ id: 'HoursSettings' })

export const callbackSettings = z
  .strictObject({
    /** Working hours a request may take. */
    dueHours: z.int().min(1).max(1000),
    /** How long a claim holds without a sign of life. */
    claimMinutes: z.int().min(1).max(480),
    /** Pause between attempts, and how many at most. */
    attemptGapMinutes: z.int().min(1).max(10_000),
    maxAttempts: z.int().min(1).max(20),
  })
  .meta({ id: 'CallbackSettings' })

const keepDays = z.int().min(1).max(3650)

/** Days each kind of data is kept, as the law on personal data wants it named. */
export const retentionSettings = z
  .strictObject({
    calls: keepDays,
    /** Of a kept call only the number goes. */
    callers: keepDays,
    callbacks: keepDays,
    recordings: keepDays,
    messages: keepDays,
    audit: keepDays,
  })
  .meta({ id: 'RetentionSettings' })

export const settings = z
  .strictObject({
    calendar: calendarSettings,
    hours: hoursSettings,
    callbacks: callbackSettings,
    retention: retentionSettings,
    /** When retention last ran, and what it removed. */
    retentionRun: z.strictObject({ at: moment, removed: z.record(z.string(), z.int()) }).nullable(),
  })
  .meta({ id: 'Settings' })

export type Settings = z.infer<typeof settings>

const area = 'settings'
const doers = ['administrator'] as const

export const getSettings = route({
  name: 'getSettings',
  area,
  method: 'get',
  path: '/api/settings',
  summary: 'Everything that is set here.',
  who: ['supervisor', 'auditor', 'administrator'],
  response: settings,
})

export const setCalendar = route({
  name: 'setCalendar',
  area,
  method: 'put',
  path: '/api/settings/calendar',
  summary: 'The election; prompts that speak of it are rendered before it counts, from the next call on.',
  who: doers,
  body: calendarSettings
    .refine(({ voting }) => voting.from < voting.to, { path: ['voting', 'to'], error: 'voting ends after it begins' })
    .refine(({ corrections }) => corrections.from <= corrections.until, {
      path: ['corrections', 'until'],
      error: 'corrections end after they begin',
    })
    .refine(({ corrections, votingDay }) => corrections.until <= votingDay, {
      path: ['corrections', 'until'],
      error: 'corrections end before the voting day',
    }),
  response: settings,
})

export const setHours = route({
  name: 'setHours',
  area,
  method: 'put',
  path: '/api/settings/hours',
  summary: 'When operators work.',
  who: doers,
  body: hoursSettings.refine(({ from, to }) => from < to, { path: ['to'], error: 'work ends after it begins' }),
  response: settings,
})

export const setCallbackRules = route({
  name: 'setCallbackRules',
  area,
  method: 'put',
  path: '/api/settings/callbacks',
  summary: 'Due time, claims, attempts; due times of open requests are counted anew.',
  who: doers,
  body: callbackSettings,
  response: settings,
})

export const setRetention = route({
  name: 'setRetention',
  area,
  method: 'put',
  path: '/api/settings/retention',
  summary: 'How long each kind of data is kept.',
  who: doers,
  body: retentionSettings,
  response: settings,
})

export const getCapacity = route({
  name: 'getCapacity',
  area,
  method: 'get',
  path: '/api/settings/capacity',
  summary: 'Lines, cores and trunks for a share of the voters calling (Erlang B and C).',
  who: ['supervisor', 'auditor', 'administrator'],
  query: z.strictObject({
    voters: z.coerce.number().int().min(1).max(100_000_000).default(4_300_000),
    days: z.coerce.number().int().min(1).max(60).default(5),
    peakHourShare: z.coerce.number().min(0.01).max(1).default(0.15),
    callSeconds: z.coerce.number().min(1).max(3600).default(150),
    blocking: z.coerce.number().min(0.0001).max(0.5).default(0.01),
  }),
  response: z
    .array(
      z.strictObject({
        share: z.number(),
        callsInPeakHour: z.number(),
        erlangs: z.number(),
        lines: z.int(),
        cores: z.int(),
        /** E1 trunks of 30 channels, for who still has them. */
        trunks: z.int(),
        /** Operators for one call in ten, 80 % answered within 20 s. */
        operators: z.int(),
      }),
    )
    .meta({ id: 'Capacity' }),
})
