import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { region } from '../api/common.ts'
import type { RegisterReport, RegisterState, RegisterWork } from '../api/register.ts'
import type { ElectionCalendar } from '../domain/calendar.ts'
import type { Clock } from '../domain/clock.ts'
import type { RegisterDesk, Work } from '../http/register-api.ts'
import type { Log } from '../log.ts'
import { snapshotIds } from '../register/active.ts'
import type { RegisterDirectory } from '../register/directory.ts'
import { isSamePerson, type JournalEntry, overridesOf, peopleToOverride, readJournal } from '../register/journal.ts'
import type { Refresh } from '../register/refresh.ts'
import { type Check, isRed, type Report, reportFile, reportIds } from '../register/report.ts'
import type { SnapshotInfo } from '../register/snapshot-file.ts'
import { UserError } from '../user-error.ts'
import type { RunErrand } from './errand.ts'

/** What the desk works with. */
export interface DeskGround {
  /** The register's folder. */
  readonly folder: string
  readonly directory: RegisterDirectory
  /** Nothing where no source is configured. */
  readonly refresh: Refresh | undefined
  readonly run: RunErrand
  readonly election: () => ElectionCalendar
  readonly clock: Clock
  readonly log: Log
}

const reportsShown = 30
const journalShown = 200

/** So long a request waits for the end of what it asked for. Proxies give up after a minute. */
const patienceMs = 20_000
/** The directory opens another snapshot within a second of its activation. */
const swapLimitMs = 5_000
const lookEveryMs = 50

/** Gathers what the console shows of the register, and has the work done in processes of their own. */
export function openRegisterDesk({ folder, directory, refresh, run, election, clock, log }: DeskGround): RegisterDesk {
  // Neither a report nor a snapshot ever changes.
  const reports = new Map<string, Report>()
  const infos = new Map<string, SnapshotInfo>()
  let work: RegisterWork | undefined
  let looking = Promise.resolve()

  async function reportOf(id: string): Promise<Report | undefined> {
    const known = reports.get(id)
    if (known) return known
    try {
      const report = JSON.parse(await readFile(reportFile(folder, id), 'utf8')) as Report
      reports.set(id, report)
      return report
    } catch {
      return undefined
    }
  }

  /** However many ask, one process looks. */
  function look(ids: readonly string[]): Promise<void> {
    looking = looking.then(async () => {
      const unknown = ids.filter((id) => !infos.has(id))
      if (unknown.length === 0) return
      for (const info of await run('look-at-snapshots', { ids: unknown }, election())) infos.set(info.id, info)
    })
    const looked = looking
    looking = looking.catch(() => undefined)
    return looked
  }

  /** Until calls are answered from what was done. */
  async function settle(isThere: () => boolean): Promise<void> {
    const deadline = performance.now() + swapLimitMs
    while (!isThere() && performance.now() < deadline) await pause(lookEveryMs)
  }

  async function carryOut(asked: Work): Promise<void> {
    const before = directory.snapshot()?.id
    const { by, reason } = asked
    switch (asked.what) {
      case 'activate':
        await run('activate', { id: asked.id, by, reason }, election())
        return settle(() => directory.snapshot()?.id === asked.id)
      case 'override':
        await run('override', { id: asked.id, by, reason }, election())
        if (overridesOf(await readJournal(folder), asked.id).length < peopleToOverride) return
        return settle(() => directory.snapshot()?.id === asked.id)
      case 'roll-back':
        await run('roll-back', { by, reason }, election())
        return settle(() => directory.snapshot()?.id !== before)
      case 'edit-station': {
        const { what: _, ...edit } = asked
        await run('edit-station', edit, election())
        directory.reload()
        return
      }
      case 'withdraw-edit':
        await run('withdraw-edit', { station: asked.station, by, reason }, election())
        directory.reload()
    }
  }

  async function snapshots(journal: readonly JournalEntry[]): Promise<RegisterState['snapshots']> {
    const ids = await snapshotIds(folder)
    await look(ids)
    const active = directory.snapshot()?.id
    const rows = await Promise.all(
      ids.toReversed().map(async (id) => {
        const info = infos.get(id)
        const report = await reportOf(id)
        // A snapshot whose import was cut off has no report, and can't be activated.
        if (!info || !report) return []
        const red = isRed(report)
        const overrides = overridesOf(journal, id)
        const [first] = overrides
        const waits = red && id !== active && overrides.length < peopleToOverride
        return {
          id,
          madeAt: info.madeAt.toISOString(),
          asOf: info.asOf.toISOString(),
          voters: info.voters,
          stations: info.stations,
          active: id === active,
          red,
          mayActivate: id !== active && !waits,
          override: waits && first ? { by: first.by, at: inUtc(first.at), reason: first.reason ?? '' } : null,
        }
      }),
    )
    return rows.flat()
  }

  async function reportList(): Promise<RegisterState['reports']> {
    const ids = (await reportIds(folder)).slice(-reportsShown).reverse()
    const found = await Promise.all(ids.map(reportOf))
    return found.flatMap((report) =>
      report
        ? {
            id: report.id,
            at: inUtc(report.at),
            verdict: report.refused === undefined ? (isRed(report) ? 'red' : 'fit') : 'refused',
            refused: report.refused ?? null,
          }
        : [],
    )
  }

  return {
    async state() {
      const journal = await readJournal(folder)
      return {
        snapshots: await snapshots(journal),
        reports: await reportList(),
        work: work ?? null,
        refresh: refresh ? refreshNow(refresh) : null,
        edits: directory.edits().map(({ station, address, closed, by, reason, at }) => ({
          ...{ station, by, reason, at: inUtc(at) },
          closed: closed !== undefined,
          instead: closed?.instead ?? null,
          address: address ?? null,
        })),
        journal: journal
          .slice(-journalShown)
          .reverse()
          .map(({ at, what, snapshot, station, by, reason }) => ({
            ...{ at: inUtc(at), what, by },
            snapshot: snapshot ?? null,
            station: station ?? null,
            reason: reason ?? null,
          })),
      }
    },

    async report(id) {
      const report = await reportOf(id)
      if (!report) return undefined
      const isThere = (await snapshotIds(folder)).includes(id)
      if (isThere) await look([id])
      return shownReport(report, isThere ? infos.get(id) : undefined)
    },

    station(number) {
      const seen = directory.station(number)
      return seen && { number, ...seen, instead: seen.instead ?? null }
    },

    async hasOverridden(id, by) {
      return overridesOf(await readJournal(folder), id).some((entry) => isSamePerson(entry.by, by))
    },

    async begin(asked) {
      if (work?.running) return 'busy'
      const subject = 'id' in asked ? asked.id : 'station' in asked ? asked.station : ''
      const begun: RegisterWork = {
        ...{ what: asked.what, subject, by: asked.by, since: clock().toISOString() },
        running: true,
        fault: null,
      }
      work = begun
      const end = (fault: string | null) => {
        work = { ...begun, running: false, fault }
      }
      const done = carryOut(asked).then(
        () => end(null),
        (error: unknown) => {
          end(error instanceof UserError ? error.message : 'It failed; the log says why.')
          // Whoever asked may have stopped waiting: then nobody else would tell.
          if (!(error instanceof UserError)) log.error({ err: error, what: asked.what }, 'work on the register failed')
          throw error
        },
      )
      // After their patience ended, the state tells of it.
      done.catch(() => undefined)
      const patience = new AbortController()
      await Promise.race([done, pause(patienceMs, undefined, { signal: patience.signal, ref: false }).catch(() => {})])
      patience.abort()
      return 'begun'
    },

    refresh() {
      if (!refresh) return 'no-source'
      if (refresh.state().running) return 'busy'
      void refresh.now()
      return 'begun'
    },
  }
}

function refreshNow(refresh: Refresh): RegisterState['refresh'] {
  const { running, lastSuccess, failures, lastFault, nextAt } = refresh.state()
  return {
    running,
    lastSuccess: lastSuccess?.toISOString() ?? null,
    failures,
    lastFault: lastFault ?? null,
    nextAt: nextAt?.toISOString() ?? null,
  }
}

const levels = { ok: 'green', note: 'yellow', red: 'red' } as const

function shownReport(report: Report, info: SnapshotInfo | undefined): RegisterReport {
  const { edition } = report
  return {
    id: report.id,
    madeAt: inUtc(report.at),
    asOf: inUtc(report.asOf),
    edition: edition
      ? { id: edition.id ?? null, election: edition.election, signedBy: edition.signedBy ?? null }
      : null,
    refused: report.refused ?? null,
    voters: info?.voters ?? null,
    stations: info?.stations ?? null,
    checks: report.checks.map(({ name, what, verdict, count, of, threshold, examples }) => ({
      ...{ check: name, text: what, count, of, examples: [...examples] },
      level: levels[verdict],
      limit: threshold ?? null,
    })),
    edits: [...report.edits],
    byRegion: info ? regionCounts(info, report.checks) : [],
  }
}

function regionCounts({ regions: counts }: SnapshotInfo, checks: readonly Check[]): RegisterReport['byRegion'] {
  return region.options.map((code) => {
    const voters = counts[code] ?? 0
    const change = checks.find(({ name }) => name === `region-${code}`)
    return { region: code, voters, before: change ? votersBefore(change, voters) : null }
  })
}

/** A region's check is a share of what was there before; of one that is new, of what is there now. */
function votersBefore({ count, of }: Check, now: number): number {
  return count === now && of === now ? 0 : of
}

/** Reports and the journal may hold another offset. */
function inUtc(time: string): string {
  return new Date(time).toISOString()
}
