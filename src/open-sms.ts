import { readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import { join, resolve } from 'node:path'
import type { Kysely } from 'kysely'
import type { Alerts } from './alerts.ts'
import type { Config } from './config.ts'
import type { ElectionCalendar } from './domain/calendar.ts'
import type { Clock } from './domain/clock.ts'
import { parseCallerNumber } from './domain/phone-number.ts'
import type { VoterDirectory } from './domain/voter.ts'
import type { Log } from './log.ts'
import { openKannel } from './sms/kannel/open-kannel.ts'
import { answerableSender, type ReplyRules } from './sms/reply.ts'
import { serveSmsHttp } from './sms/serve-http.ts'
import { type Sms, serveSms } from './sms/serve-sms.ts'
import { openSmpp } from './sms/smpp/open-smpp.ts'
import { openWebhook } from './sms/webhook/open-webhook.ts'
import { readWording } from './sms/wording.ts'
import type { SmsConfig } from './sms-config.ts'
import type { HotlineKey } from './store/hotline-key.ts'
import { makeMessages } from './store/messages.ts'
import type { Hotline } from './store/tables.ts'
import { UserError } from './user-error.ts'

export interface SmsGround {
  readonly config: Config
  /** As it is when a text is answered. */
  readonly election: () => ElectionCalendar
  readonly hotline: Kysely<Hotline>
  readonly key: HotlineKey
  readonly voters: VoterDirectory
  readonly alerts: Alerts
  readonly onProbing: () => void
  readonly clock: Clock
  readonly log: Log
}

/**
 * Opens every bind of the configuration and answers what comes in by them.
 * @throws UserError when a setting or a password's file can't be used
 */
export async function openSms(ground: SmsGround, settings: SmsConfig): Promise<Sms> {
  const { config, election, hotline, key, voters, alerts, onProbing, clock, log } = ground
  const rules = replyRules(config)
  const messages = makeMessages({
    hotline,
    key,
    now: clock,
    timeZone: config.election.timeZone,
    pinsPerDay: config.line.pinsPerDay,
    sameTextSeconds: settings.sameTextSeconds,
    partsSeconds: settings.partsSeconds,
    numberOf: (from) => answerableSender(from, rules.ownNumbers),
  })
  const wording = readWording(join(config.paths.prompts, 'sms.yaml'), election)
  const sms = serveSms({
    config: settings,
    messages,
    voters,
    election,
    wording,
    rules,
    alerts,
    onProbing,
    now: clock,
    log,
  })
  let server: Server | undefined
  try {
    const ends = { receiver: sms.receiver, now: clock, log }
    const routers: Parameters<typeof serveSmsHttp>[1][number][] = []
    for (const bind of settings.binds) {
      const secret = await secretOf(bind.kind === 'webhook' ? bind.secretFile : bind.passwordFile, config, bind.name)
      if (bind.kind === 'smpp') sms.attach(openSmpp(absoluteCa(bind, config), { password: secret, ...ends }))
      else {
        const { gateway, router } =
          bind.kind === 'kannel'
            ? openKannel(bind, { password: secret, ...ends })
            : openWebhook(bind, { secret, ...ends })
        sms.attach(gateway)
        routers.push({ name: bind.name, router })
      }
    }
    if (routers.length > 0) server = await serveSmsHttp(settings.http, routers)
  } catch (error) {
    await sms.close()
    throw error
  }
  return {
    ...sms,
    async close() {
      // What gateways bring until they are closed is still taken.
      await sms.close()
      server?.closeAllConnections()
      server?.close()
    },
  }
}

/** Who is never answered, and how often who is. */
export function replyRules({ line, sms }: Config): ReplyRules {
  const own = line.numbers.flatMap((number) => parseCallerNumber(number, line.areaCode) ?? [])
  return { ownNumbers: new Set(own), answersPerDay: sms?.answersPerDay ?? Number.POSITIVE_INFINITY }
}

async function secretOf(file: string, { paths }: Config, bind: string): Promise<string> {
  const path = resolve(paths.home, file)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      `${path}, the secret of sms.binds ${bind}, can't be read (${error.code}): put it there, mode 0600.`,
    )
  })
  const [secret = ''] = text.split('\n')
  if (secret.trim() === '')
    throw new UserError(`${path} has no secret for sms.binds ${bind} on its first line: write it there.`)
  return secret.trim()
}

type SmppBind = Extract<SmsConfig['binds'][number], { kind: 'smpp' }>

function absoluteCa(bind: SmppBind, { paths }: Config): SmppBind {
  const { tls } = bind
  if (typeof tls === 'boolean' || tls.ca === undefined) return bind
  return { ...bind, tls: { ...tls, ca: resolve(paths.home, tls.ca) } }
}
