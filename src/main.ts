import { makeAlerts } from './alerts.ts'
import { answerCalls, type CallPlan } from './asterisk/answer-calls.ts'
import { removeMessages } from './asterisk/messages.ts'
import { watchSwitch } from './asterisk/watch-switch.ts'
import { opusEncoder } from './audio/opus.ts'
import type { Command } from './command.ts'
import { askPauseMs, type Config } from './config.ts'
import { deferred } from './deferred.ts'
import { type Phase, phaseAt } from './domain/calendar.ts'
import type { Clock } from './domain/clock.ts'
import { parseCallerNumber } from './domain/phone-number.ts'
import type { Health } from './http/health.ts'
import { firstQuestion } from './ivr/conversation.ts'
import { serveCall } from './ivr/serve-call.ts'
import { healthOf } from './line-health.ts'
import { makeLiveBoard } from './live-calls.ts'
import type { Log } from './log.ts'
import { makeNextCall, type Served } from './next-call.ts'
import { openConsole } from './open-console.ts'
import { openSms } from './open-sms.ts'
import { watchPinProbing } from './pin-probing.ts'
import { placeApology } from './prepare.ts'
import { refreshInChild } from './refresh-in-child.ts'
import { openVoterDirectory } from './register/directory.ts'
import { scheduleRefresh } from './register/refresh.ts'
import { makeAwakeDuring } from './setup/keep-awake.ts'
import type { SwitchFiles } from './setup/render-dialplan.ts'
import { makeClipJoiner } from './speech/join-clips.ts'
import type { Speech } from './speech/speech.ts'
import { makeCallLog } from './store/call-log.ts'
import { makeCallbackRequests } from './store/callback-requests.ts'
import { callbackRulesOf, dueTime } from './store/callback-rules.ts'
import { openHotline } from './store/database.ts'
import { loadHotlineKey } from './store/hotline-key.ts'
import { makePinLimit } from './store/pin-use.ts'
import { loadRecordingKeys } from './store/recording-keys.ts'
import { makeRecordings } from './store/recordings.ts'
import { electionOf, makeSettingsStore } from './store/settings.ts'
import { keepStrandedMessages } from './stranded-messages.ts'

/** What the line stands on; made by the set-up. */
export interface Ground {
  readonly config: Config
  readonly files: SwitchFiles
  readonly speech: Speech
  /** Compresses what callers say. */
  readonly opusenc: Command
  readonly clock: Clock
  readonly log: Log
}

export interface RunningLine {
  health(): Health
  /** Apologises to callers in mid-call, then closes everything. */
  close(): Promise<void>
  /** Resolves when another process took the calls over, and this one should go. */
  readonly replaced: Promise<void>
}

/** Name of the application in Asterisk, which dialplan/extensions.conf hands calls to. */
export const application = 'dobush'

/** More than there are stations in two languages, so that none goes that a caller is about to hear; an answer is some 150 kB in each codec. */
const mostJoinedClips = 6_000

/** A burst of requests leaves recordings that are not compressed yet. */
const catchUpEveryMs = 3_600_000

/** Wires the parts together and answers calls until closed. */
export async function runLine({ config, files, speech, opusenc, clock, log }: Ground): Promise<RunningLine> {
  const hotline = await openHotline(config.database)
  const lookUps = await openHotline(config.database, 'caller')
  const keys = await loadRecordingKeys(config.paths.recordingKeys)
  const recordings = makeRecordings({ hotline, keys, encode: opusEncoder(opusenc), log })
  const settings = makeSettingsStore(hotline, config.election, clock)
  const dueAt = async (createdAt: Date) =>
    dueTime(callbackRulesOf(await settings.get(), config.election.timeZone), createdAt)
  const callbacks = makeCallbackRequests({ hotline, recordings, dueAt, now: clock, log })
  const calls = makeCallLog(hotline)
  const register = openVoterDirectory(config.paths.register, log)
  register.watch(({ id }) => log.info({ snapshot: id }, 'another snapshot answers'))
  const { sayAsOfAfterHours, pinsPerDay } = config.line
  const first = electionOf(await settings.get(), config.election)
  const next = makeNextCall({ election: first, speech: speech.changed({ election: first }) }, (now) => {
    switchboard.planChanged()
    placeApology(config, now.speech).catch((err: unknown) => log.error({ err }, 'the apology stays the one of before'))
  })
  const live = makeLiveBoard()
  const alerts = makeAlerts({ log, now: clock, ...config.alerts })
  const { timeZone } = config.election
  const probing = watchPinProbing(alerts, clock, timeZone)
  const key = await loadHotlineKey(config.paths.hotlineKey)
  const pinLimit = makePinLimit({ hotline, lookUps, key, now: clock, timeZone, pinsPerDay, log }, probing.raise)
  const election = () => next.now().election
  const ground = { config, hotline, key, voters: register, election, alerts, onProbing: probing.raise, clock, log }
  const sms = config.sms && (await openSms(ground, config.sms))
  const line = {
    voters: register,
    pinLimit,
    texts: sms?.texts,
    callbacks,
    clock,
    sayAsOfAfterHours,
  }

  const joiner = makeClipJoiner({
    folder: config.paths.joinedClips,
    codecs: config.asterisk.trunks.flatMap(({ codecs }) => codecs),
    most: mostJoinedClips,
  })

  const awakeDuring = makeAwakeDuring()
  const replaced = deferred<void>()
  const seconds = (value: number) => value * 1000
  const planOf = ({ speech, election }: Served, phase: Phase): CallPlan => ({
    setting: {
      timeouts: {
        firstDigit: seconds(config.line.firstDigitSeconds),
        interDigit: seconds(config.line.interDigitSeconds),
        entry: seconds(config.line.wholeEntrySeconds),
      },
      askPauseMs,
      recordSeconds: config.line.recordSeconds,
      spool: files.spoolRecordings,
      clipsFor: speech.clipsFor,
      ...joiner,
    },
    first: firstQuestion(phase),
    serve: (call) =>
      awakeDuring(async () => {
        await serveCall(call, { ...line, election }, calls, live, (id, error) =>
          log.error({ call: id, err: error }, 'a call failed'),
        )
        // What could not be kept stays, and is kept at the next start.
        if (call.hasRecorded && !(await callbacks.hasDraft(call.id))) removeMessages(files.spoolRecordings, call.id)
      }),
  })
  let latest: { readonly served: Served; readonly phase: Phase; readonly plan: CallPlan } | undefined
  const planNow = () => {
    const served = next.now()
    const phase = phaseAt(served.election, clock())
    if (latest?.served !== served || latest.phase !== phase) latest = { served, phase, plan: planOf(served, phase) }
    return latest.plan
  }
  const switchboard = answerCalls(
    { url: files.ariUrl, user: files.ariUser, password: files.ariPassword, application },
    planNow,
    {
      parseAni: (raw) => parseCallerNumber(raw, config.line.areaCode),
      note: (what, detail) => log.info(detail ?? {}, what),
      replaced: replaced.resolve,
    },
    config.asterisk.ari,
  )
  const leaveStranded = await keepStrandedMessages(callbacks, switchboard, files.spoolRecordings, log)
  const ami = watchSwitch(files.ami)

  const closing = new AbortController()
  let caughtUp = Promise.resolve()
  const catchUp = () => {
    caughtUp = recordings.catchUp(config.paths.recordings, closing.signal).catch((err: unknown) => {
      log.error({ err }, 'recordings could not be looked over')
    })
  }
  catchUp()
  const catchingUp = setInterval(catchUp, catchUpEveryMs)
  const refresh = config.register.source
    ? scheduleRefresh({
        cron: config.register.cron,
        timeZone: config.election.timeZone,
        run: () => refreshInChild(config, closing.signal),
        alert: alerts,
        log,
      })
    : undefined

  const health = () => healthOf({ config, clock, switchboard, ami, register, refresh, sms, alerts })
  const page = await openConsole({
    ...{ config, clock, log, health, live, next, refresh },
    asked: switchboard.asked,
    directory: register,
    recordingKeys: keys,
    binds: sms ?? noTexts,
  })

  return {
    health,
    replaced: replaced.promise,
    async close() {
      leaveStranded()
      refresh?.stop()
      closing.abort()
      clearInterval(catchingUp)
      await switchboard.close()
      ami.close()
      await page.close()
      await sms?.close()
      probing.close()
      register.close()
      await caughtUp
      await Promise.all([calls.written(), pinLimit.written()])
      await lookUps.destroy()
      await hotline.destroy()
    },
  }
}

/** Of a line without texts. */
const noTexts = { state: () => [], lastHour: () => undefined }
