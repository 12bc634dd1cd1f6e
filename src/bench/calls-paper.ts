import { erlangC, linesFor } from '../domain/erlang.ts'

/** What a share of the voters calling takes. */
export interface Capacity {
  readonly voterShare: number
  readonly callsInPeakHour: number
  readonly erlangs: number
  /** So that 1 % of the calls in the peak hour are turned away. */
  readonly lines: number
  /** Share of the calls that would wait, were they queued on as many lines. */
  readonly waiting: number
  readonly cores: number
  readonly trunks: number
}

const voters = 4_300_000
const voterShares = [0.001, 0.01, 0.1]
/** Of all calls of the last five days. */
const peakHourShare = 0.15
const blocking = 0.01
const linesOfTrunk = 30
/** Above this use of the cores callers hear it. */
const coreUse = 0.6

/** @param seconds length of a call @param cpuMs CPU of a call, all processes together */
export function capacityOnPaper(seconds: number, cpuMs: number): readonly Capacity[] {
  return voterShares.map((voterShare) => {
    const callsInPeakHour = voters * voterShare * peakHourShare
    const erlangs = (callsInPeakHour * seconds) / 3600
    const lines = linesFor(erlangs, blocking)
    return {
      voterShare,
      callsInPeakHour,
      erlangs,
      lines,
      waiting: erlangC(erlangs, lines),
      cores: Math.ceil((callsInPeakHour * cpuMs) / 3_600_000 / coreUse),
      trunks: Math.ceil(lines / linesOfTrunk),
    }
  })
}

/** What the figures of `capacityOnPaper` rest on, for people. */
export const paperAssumptions = `${voters.toLocaleString('en')} voters; ${peakHourShare * 100} % of all calls of the last five days in the peak hour, at random; ${blocking * 100} % of those turned away; cores used to ${coreUse * 100} %, the generator not among them; trunks are E1 of ${linesOfTrunk} lines`
