import { once } from 'node:events'
import { join } from 'node:path'
import { type Config, projectFolder } from './config.ts'
import { errandRunner } from './desk/errand.ts'
import { keepHouse } from './desk/keep-house.ts'
import { type LineParts, lookAtLine } from './desk/look-at-line.ts'
import { openPromptShelf } from './desk/prompt-shelf.ts'
import { openRegisterDesk } from './desk/register.ts'
import { openSettingsDesk } from './desk/settings.ts'
import type { Clock } from './domain/clock.ts'
import { parseCallerNumber } from './domain/phone-number.ts'
import { callbacksApi } from './http/callbacks-api.ts'
import { callsApi } from './http/calls-api.ts'
import type { Health } from './http/health.ts'
import { type MessagePorts, messagesApi } from './http/messages-api.ts'
import { nowApi } from './http/now-api.ts'
import { peopleApi } from './http/people-api.ts'
import { promptsApi } from './http/prompts-api.ts'
import { registerApi } from './http/register-api.ts'
import { reportsApi } from './http/reports-api.ts'
import { isSecure, serveConsole } from './http/serve-console.ts'
import { settingsApi } from './http/settings-api.ts'
import { signInApi } from './http/sign-in-api.ts'
import type { LiveBoard } from './live-calls.ts'
import type { Log } from './log.ts'
import type { NextCall } from './next-call.ts'
import { generatePassword, makePasswords } from './passwords.ts'
import type { RegisterDirectory } from './register/directory.ts'
import type { Refresh } from './register/refresh.ts'
import { makeAuditLog } from './store/audit-log.ts'
import { makeCallDays } from './store/call-days.ts'
import { makeCallDetails } from './store/call-details.ts'
import { makeCallSearch } from './store/call-search.ts'
import { tallyCalls } from './store/call-tally.ts'
import { makeCallbackList, waitingCallbacks } from './store/callback-list.ts'
import { makeCallbackQueue } from './store/callback-queue.ts'
import { callbackRulesOf } from './store/callback-rules.ts'
import { openHotline } from './store/database.ts'
import { makeLockOuts } from './store/lock-outs.ts'
import { listMessages, numberOfMessage, textsOfCall } from './store/message-list.ts'
import { makePeople } from './store/people.ts'
import type { RecordingKeys } from './store/recording-keys.ts'
import { openRecording } from './store/recordings.ts'
import { makeReports } from './store/reports.ts'
import { makeRetention } from './store/retention.ts'
import { makeSavedFilters } from './store/saved-filters.ts'
import { makeSettingsStore } from './store/settings.ts'
import { makeSignIns } from './store/sign-ins.ts'
import { makeTotpSecrets } from './store/totp-secrets.ts'

/** What the console shows of a line, and changes in it. */
export interface ConsoleGround {
  readonly config: Config
  readonly clock: Clock
  readonly log: Log
  readonly health: () => Health
  readonly live: LiveBoard
  readonly asked: LineParts['asked']
  readonly next: NextCall
  readonly directory: RegisterDirectory
  /** Nothing where no source is configured. */
  readonly refresh: Refresh | undefined
  readonly recordingKeys: RecordingKeys
  /** The ways that texts go by now; none where there are no texts. */
  readonly binds: MessagePorts['binds']
}

/**
 * Wires the console together and serves it. It has connections of its own to the database: the line never waits for it.
 * @returns what closes it
 */
export async function openConsole(ground: ConsoleGround): Promise<{ close(): Promise<void> }> {
  const { config, clock, log, health, live, asked, next, directory, refresh, recordingKeys, binds } = ground
  const { timeZone } = config.election
  const hotline = await openHotline(config.database, 'console')
  const closing = new AbortController()
  const run = errandRunner(config, closing.signal)

  const people = makePeople(hotline, clock)
  const auditLog = makeAuditLog(hotline, clock, log)
  const audit = auditLog.append
  const passwords = { ...makePasswords(), generate: generatePassword }
  const { idleMinutes, signInHours } = config.console
  const signIns = makeSignIns(hotline, clock, { idleMs: idleMinutes * 60_000, longestMs: signInHours * 3_600_000 })
  const lockOuts = makeLockOuts(hotline, clock)

  const settings = makeSettingsStore(hotline, config.election, clock)
  const rules = async () => callbackRulesOf(await settings.get(), timeZone)
  const queue = makeCallbackQueue(hotline, rules, clock)
  // What older versions left has no due time yet, and the working hours in the configuration may be others by now.
  const recounted = queue.recountDueTimes().catch((err: unknown) => {
    log.error({ err }, 'the due times of requests could not be counted')
  })
  const callbacks = {
    list: makeCallbackList(hotline, clock),
    queue,
    recording: (id: string) => openRecording(hotline, recordingKeys, id),
    audit,
  }

  const calls = {
    search: makeCallSearch(hotline),
    calls: makeCallDetails(hotline),
    messagesOf: (id: string) => textsOfCall(hotline, id),
    filters: makeSavedFilters(hotline),
    parseNumber: (typed: string) => parseCallerNumber(typed, config.line.areaCode),
    audit,
    now: clock,
    timeZone,
  }

  const days = makeCallDays(hotline, timeZone, clock)
  const leaveHouse = keepHouse({
    removeOld: makeRetention({ hotline, settings, days, auditLog, timeZone, now: clock }),
    lastRun: async () => {
      const { retentionRun } = await settings.get()
      return retentionRun ? new Date(retentionRun.at) : undefined
    },
    audit,
    timeZone,
    now: clock,
    log,
  })

  const messages: MessagePorts['messages'] = {
    list: (wanted) => listMessages(hotline, wanted),
    number: (id) => numberOfMessage(hotline, id),
  }
  const tally = tallyCalls(hotline, timeZone)
  const lineNow = {
    look: () =>
      lookAtLine({
        clock,
        health,
        live,
        asked,
        capacity: config.line.maxCalls,
        tally,
        waiting: (now) => waitingCallbacks(hotline, now),
        folder: config.paths.home,
      }),
    onChange: live.onChange,
  }
  const registerDesk = openRegisterDesk({
    folder: config.paths.register,
    directory,
    refresh,
    run,
    election: () => next.now().election,
    clock,
    log,
  })
  const settingsDesk = openSettingsDesk({
    settings,
    next,
    run,
    configured: config.election,
    recountDue: async () => {
      await queue.recountDueTimes()
    },
  })

  const server = await serveConsole({
    at: config.console,
    health,
    mounted: [
      ...signInApi({
        people,
        signIns,
        lockOuts,
        passwords,
        totpSecrets: makeTotpSecrets(recordingKeys),
        audit,
        now: clock,
        secure: isSecure(config.console),
      }),
      ...nowApi(lineNow, log),
      ...callsApi(calls),
      ...callbacksApi(callbacks),
      ...reportsApi(makeReports(hotline, days, timeZone)),
      ...registerApi(registerDesk, audit),
      ...promptsApi(openPromptShelf({ folder: config.paths.studio, next, run }), audit),
      ...settingsApi(settingsDesk, audit),
      ...messagesApi({ messages, binds, audit }),
      ...peopleApi({ people, auditLog, passwords }),
    ],
    signIns,
    client: join(projectFolder, 'dist', 'console'),
    log,
  })
  return {
    async close() {
      closing.abort()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      await leaveHouse()
      await recounted
      await hotline.destroy()
    },
  }
}
