import { z } from 'zod'

/** A moment, ISO 8601 in UTC with milliseconds. */
export const moment = z.iso.datetime()

/** A calendar day in the election's time zone. */
export const day = z.iso.date()

/** `HH:MM` on a 24-hour clock. */
export const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is written 08:00')

export const id = z.string().min(1).max(100)

export const byId = z.strictObject({ id })

export const language = z.enum(['ky', 'ru'])

export const bothLanguages = z.strictObject({ ky: z.string().min(1).max(500), ru: z.string().min(1).max(500) })

/** First digit of a station's number. */
export const region = z.enum(['1', '2', '3', '4', '5', '6', '7', '8', '9'])

export const station = z.string().regex(/^[1-9]\d{3}$/, 'a station has four digits')

/** `+996555••••56`. */
export const maskedNumber = z.string()

/** A telephone number as a person types it: 0555…, +996…; spaces and dashes don't matter. */
export const typedNumber = z.string().min(5).max(30)

/** Where the next page begins; only what an answer gave is taken. */
export const cursor = z.string().max(500)

export const pageSize = z.coerce.number().int().min(1).max(200).default(50)

/** A value or several, `?language=ky&language=ru`. */
export function oneOrMore<Value extends z.ZodType>(value: Value) {
  return z.preprocess(
    (given) => (given === undefined || Array.isArray(given) ? given : [given]),
    z.array(value).max(50),
  )
}

/** What the number is, once somebody with the right has asked for it. */
export const fullNumber = z.strictObject({ number: z.string().nullable() }).meta({ id: 'FullNumber' })

/** Every refusal, as RFC 9457 has it. `code` is for programs, `detail` for people. */
export const problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    /** Which fields of the request are wrong, by their path. */
    fields: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'Problem' })

export type Problem = z.infer<typeof problem>
