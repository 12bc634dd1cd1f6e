import { z } from 'zod'

const port = z.int().min(1).max(65535)
const seconds = z.number().positive()

/** What every bind has, whatever it speaks. */
const common = {
  /** In logs, health and the console. */
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a bind is named like mega or o-1'),
  /** Source of our texts: the short number, or letters. */
  from: z
    .string()
    .regex(/^(\d{3,15}|[A-Za-z][A-Za-z0-9 ]{0,10})$/)
    .default('119'),
  /** Beginnings of the numbers that are texted by this bind when a call asks for it; an answer goes where the text came from. */
  prefixes: z.array(z.string().regex(/^\+\d{1,14}$/, 'a prefix is written +99655')).default([]),
  /** Texts a second that were agreed with the operator; a part of a long text counts as one. */
  perSecond: z.number().positive().max(10_000).default(20),
  /** Texts handed over and not yet answered for. */
  window: z.int().min(1).max(1000).default(10),
  /** Seconds the other side has for an answer. */
  answerSeconds: seconds.default(10),
}

const smppSchema = z.strictObject({
  kind: z.literal('smpp'),
  ...common,
  host: z.string().min(1),
  port: port.default(2775),
  /** Verified against the system's authorities, or against `ca`, a PEM file; relative to the home folder. */
  tls: z
    .union([z.boolean(), z.strictObject({ ca: z.string().optional(), serverName: z.string().optional() })])
    .default(false),
  systemId: z.string().min(1).max(15),
  /** Holds the password on its first line; relative to the home folder. */
  passwordFile: z.string().min(1),
  systemType: z.string().max(12).default(''),
  /** `pair`: one receiver and one transmitter connection, for an SMSC that knows no transceivers. */
  mode: z.enum(['transceiver', 'pair']).default('transceiver'),
  /** How a long text is split: a header in the message, SAR parameters, or not at all. */
  long: z.enum(['udh', 'sar', 'payload']).default('udh'),
  /** What data_coding 0 means to this SMSC. */
  defaultAlphabet: z.enum(['gsm7', 'latin1']).default('gsm7'),
  validityHours: z.number().positive().max(168).default(24),
  /** Ask for delivery receipts. */
  receipts: z.boolean().default(true),
  /** `decimal`: ids are hexadecimal when a text is taken and decimal in its receipt. */
  receiptIds: z.enum(['same', 'decimal']).default('same'),
  /** Type and plan of our own address; without them 0 and 1 for digits, 5 and 0 for letters. */
  sourceTon: z.int().min(0).max(7).optional(),
  sourceNpi: z.int().min(0).max(18).optional(),
  /** The link is tried when it was quiet for so long. */
  enquireSeconds: seconds.default(30),
  /** The longest pause between two tries to connect. */
  reconnectSeconds: seconds.default(60),
})

const kannelSchema = z.strictObject({
  kind: z.literal('kannel'),
  ...common,
  /** Kannel's sendsms address. */
  url: z.url(),
  username: z.string().min(1),
  passwordFile: z.string().min(1),
  /** Which of Kannel's connections sends. */
  smscId: z.string().optional(),
  /** How Kannel reaches us, for its receipts: the address of `sms.http` as seen from there. */
  callback: z.url(),
})

const webhookSchema = z.strictObject({
  kind: z.literal('webhook'),
  ...common,
  url: z.url(),
  /** Holds the secret both sides show in the header `authorization: Bearer …`; relative to the home folder. */
  secretFile: z.string().min(1),
})

export const smsSchema = z.strictObject({
  binds: z
    .array(z.discriminatedUnion('kind', [smppSchema, kannelSchema, webhookSchema]))
    .min(1)
    .refine((binds) => new Set(binds.map(({ name }) => name)).size === binds.length, 'two binds have one name'),
  /** Where gateways that speak HTTP bring what they received, as POST or GET /NAME/…; only opened when one is configured. */
  http: z.strictObject({ host: z.string().default('127.0.0.1'), port: port.default(8256) }).prefault({}),
  /** The same text of the same sender within so many seconds is one text that came twice. */
  sameTextSeconds: seconds.default(60),
  /** Answers a day to one number: more is a machine talking to us. */
  answersPerDay: z.int().positive().default(50),
  /** Parts of a long text wait so long for those that are missing. */
  partsSeconds: seconds.default(300),
  /** A text that may or may not have been taken waits so long for a receipt before it is sent again. */
  doubtSeconds: seconds.default(60),
})

export type SmsConfig = z.infer<typeof smsSchema>
export type SmppBind = z.infer<typeof smppSchema>
export type KannelBind = z.infer<typeof kannelSchema>
export type WebhookBind = z.infer<typeof webhookSchema>
