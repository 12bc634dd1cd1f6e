import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { addDays, dayAt, type ElectionCalendar } from './domain/calendar.ts'
import type { Clock } from './domain/clock.ts'
import { smsSchema } from './sms-config.ts'
import { UserError } from './user-error.ts'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a day is written 2026-11-22')
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is written 08:00')
const port = z.int().min(1).max(65535)
const share = z.number().min(0).max(1)
const bothLanguages = z.object({
  ky: z.string().min(1),
  ru: z.string().min(1),
})

const electionSchema = z.strictObject({
  name: bothLanguages,
  votingDay: day,
  voting: z.strictObject({ from: time, to: time }).default({ from: '08:00', to: '20:00' }),
  corrections: z.strictObject({ from: day, until: day }),
  timeZone: z.string().default('Asia/Bishkek'),
  operators: z.strictObject({ from: time, to: time }).default({ from: '09:00', to: '18:00' }),
})

const voiceSchema = z.strictObject({
  engine: z.enum(['rhvoice', 'espeak-ng', 'command']).default('rhvoice'),
  /** Name of the engine's voice. */
  voice: z.string().optional(),
  /** Per cent of the voice's own speed: for sentences, and for numbers and addresses. */
  rate: z.int().min(50).max(200).default(92),
  slowRate: z.int().min(50).max(200).default(82),
  /** For `command`: gets the text on standard input, {voice}, {rate} and {out} are replaced; writes a WAV to {out}. */
  command: z.array(z.string()).optional(),
})

const trunkSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  /** Addresses or networks the operator sends from. */
  match: z.array(z.string()).min(1),
  codecs: z
    .array(z.enum(['alaw', 'g722', 'ulaw']))
    .min(1)
    .default(['alaw', 'g722', 'ulaw']),
  dtmf: z.enum(['rfc4733', 'auto', 'info']).default('rfc4733'),
})

const schema = z.strictObject({
  line: z
    .strictObject({
      numbers: z
        .array(z.string().regex(/^\d{3,10}$/))
        .min(1)
        .default(['1255', '119', '0990091255', '0500091255', '0779091255']),
      /** Put before six-digit local caller numbers. */
      areaCode: z
        .string()
        .regex(/^\d{3,4}$/)
        .default('312'),
      maxCalls: z.int().positive().default(200),
      /** Upper limit of a whole call. */
      maxCallSeconds: z.int().positive().default(900),
      firstDigitSeconds: z.number().positive().default(7),
      interDigitSeconds: z.number().positive().default(4),
      wholeEntrySeconds: z.number().positive().default(60),
      recordSeconds: z.int().positive().default(120),
      /** From this age of the voter list on, its date is said aloud. */
      sayAsOfAfterHours: z.number().positive().default(72),
      /** Different PINs one number may ask for in a day, by call and text together. */
      pinsPerDay: z.int().positive().default(20),
    })
    .prefault({}),
  election: z.union([z.literal('sample'), electionSchema]).default('sample'),
  asterisk: z
    .strictObject({
      /** `debian`: unpacked into the home folder and run from there. `system`: the machine's own, 20 or later. */
      source: z.enum(['debian', 'system']).default('debian'),
      host: z.string().default('127.0.0.1'),
      /** How commands reach Asterisk. `auto`: by the event WebSocket where it takes them there, 22.4 and later do. */
      ari: z.enum(['auto', 'websocket', 'ari-client']).default('auto'),
      sipPort: port.default(5060),
      rtpPorts: z.tuple([port, port]).default([10000, 10999]),
      httpPort: port.default(8088),
      amiPort: port.default(5038),
      trunks: z.array(trunkSchema).default([trunkSchema.parse({ name: 'loopback', match: ['127.0.0.1'] })]),
    })
    .prefault({}),
  voices: z
    .strictObject({
      ky: voiceSchema.prefault({}),
      ru: voiceSchema.prefault({}),
    })
    .prefault({}),
  register: z
    .strictObject({
      /** Folder or https address that holds voters.csv, stations.csv and manifest.json. */
      source: z.string().optional(),
      /** Files of the public keys that may sign; relative to the home folder. */
      keys: z.array(z.string()).default([]),
      /** Folders and addresses whose editions need no signature. */
      trusted: z.array(z.string()).default([]),
      /** What a manifest must say the election is. */
      election: z.string().optional(),
      /** When to refresh, as node-cron reads it, in the election's time zone. */
      cron: z.string().default('0 3 * * *'),
      keep: z.int().min(1).default(3),
      checks: z
        .strictObject({
          badRows: share.default(0),
          conflicts: share.default(0.0001),
          unknownStations: share.default(0),
          emptyStations: share.default(0.05),
          missingAddresses: share.default(0),
          voterCount: share.default(0.05),
          regionCount: share.default(0.1),
          moved: share.default(0.01),
          removed: share.default(0.05),
        })
        .prefault({}),
    })
    .prefault({}),
  /** Texts; without it there are none. */
  sms: smsSchema.optional(),
  console: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      port: port.default(8255),
      /** PEM files; relative to the home folder. */
      tls: z.strictObject({ key: z.string().min(1), cert: z.string().min(1) }).optional(),
      /** Addresses or networks of the proxies that do TLS before it; their X-Forwarded-… headers are believed. */
      behindProxy: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).default([]),
      /** Lets it listen beyond this machine without TLS. */
      plainHttp: z.boolean().default(false),
      /** A sign-in ends after this time without a request, and at the latest after the other. */
      idleMinutes: z.int().min(1).max(1440).default(60),
      signInHours: z.int().min(1).max(168).default(12),
    })
    .prefault({}),
  alerts: z
    .strictObject({
      /** Address that alerts are posted to as JSON. */
      webhook: z.url().optional(),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    })
    .prefault({}),
})

type FileConfig = z.infer<typeof schema>

/** Everything the parts need to know, with absolute paths. */
export type Config = Omit<FileConfig, 'election'> & {
  readonly election: ElectionCalendar
  readonly paths: Paths
  /** The hotline's: a file, or the address of a PostgreSQL database, which may hold a password. */
  readonly database: string
}
export type VoiceConfig = z.infer<typeof voiceSchema>

/** Where things lie; all but `prompts` and `dialplan` below the home folder. */
export interface Paths {
  readonly home: string
  /** Debian packages, unpacked: one tree a suite. */
  readonly trees: string
  /** Rendered clips, by content. */
  readonly clips: string
  /** Snapshots of the register and the pointer to the active one. */
  readonly register: string
  /** Files of versions that kept recordings apart from the database. */
  readonly recordings: string
  /** Keys that recordings are encrypted with: whoever has them and the database can listen. */
  readonly recordingKeys: string
  /** Uploaded recordings of prompts, which go before those in `prompts`: ky/welcome.wav. */
  readonly studio: string
  readonly hotline: string
  /** Of the marks and seals in the hotline database: see store/hotline-key.ts. */
  readonly hotlineKey: string
  /** The running line's own: Asterisk's configuration, secrets, spool, process ids. */
  readonly run: string
  /** Clips put together from others for the calls in progress. */
  readonly joinedClips: string
  readonly prompts: string
  readonly dialplan: string
}

/**
 * The dialplan's [ask] gives a caller back to the application after so long without a key: who lost their application
 * waits no longer.
 */
export const askPauseMs = 1_200

/** The project's folder, which holds prompts/ and dialplan/. */
export const projectFolder = resolve(import.meta.dirname, '..')

/** The compiled `dobush` command, for processes that are started by it. */
export const commandFile = join(projectFolder, 'dist', 'bin.js')

export function pathsBelow(home: string): Paths {
  return {
    home,
    trees: join(home, 'trees'),
    clips: join(home, 'clips'),
    register: join(home, 'register'),
    recordings: join(home, 'recordings'),
    recordingKeys: join(home, 'recordings.key'),
    studio: join(home, 'prompts'),
    hotline: join(home, 'hotline.db'),
    hotlineKey: join(home, 'hotline.key'),
    run: join(home, 'run'),
    joinedClips: join(home, 'run', 'joined-clips'),
    prompts: join(projectFolder, 'prompts'),
    dialplan: join(projectFolder, 'dialplan'),
  }
}

/**
 * Reads the configuration of the line.
 * @param home folder of all state; DOBUSH_HOME, or `.dobush` in the project
 * @throws UserError naming the file, the setting and what it should be
 */
export function loadConfig(clock: Clock, home = process.env.DOBUSH_HOME ?? join(projectFolder, '.dobush')): Config {
  const folder = isAbsolute(home) ? home : resolve(home)
  const file = join(folder, 'config.yaml')
  const parsed = schema.safeParse(existsSync(file) ? (parse(readFileSync(file, 'utf8')) ?? {}) : {})
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`)
    throw new UserError(`${file} can't be used. ${faults.join('; ')}. Mend these lines and start again.`)
  }
  const { election, ...rest } = parsed.data
  const { tls } = rest.console
  return {
    ...rest,
    console: { ...rest.console, tls: tls && { key: resolve(folder, tls.key), cert: resolve(folder, tls.cert) } },
    election: election === 'sample' ? sampleCalendar(clock()) : election,
    paths: pathsBelow(folder),
    database: process.env.DATABASE_URL ?? join(folder, 'hotline.db'),
  }
}

/** The sample election: its window of corrections is open whatever the day, so that the line can always be tried. */
export function sampleCalendar(now: Date): ElectionCalendar {
  const today = dayAt('Asia/Bishkek', now)
  return {
    name: {
      ky: 'Жергиликтүү кеңештердин депутаттарын шайлоо',
      ru: 'Голосование на выборах депутатов местных кенешей',
    },
    votingDay: addDays(today, 30),
    voting: { from: '08:00', to: '20:00' },
    corrections: { from: addDays(today, -14), until: addDays(today, 14) },
    timeZone: 'Asia/Bishkek',
    operators: { from: '09:00', to: '18:00' },
  }
}
