import { type Capacity, capacityFor, channelsPerE1 } from '../domain/capacity.ts'
import { erlangC } from '../domain/erlang.ts'

/** What a share of the voters calling takes. `cores`: by what was measured. */
export interface PaperCapacity extends Capacity {
  /** Share of the calls that would wait, were they queued on as many lines. */
  readonly waiting: number
}

const voters = 4_300_000
const shares = [0.001, 0.01, 0.1]
/** Of all calls of the last five days, taken together. */
const peakHourShare = 0.15
const blocking = 0.01
/** Above this use of the cores callers hear it. */
const coreUse = 0.6

/** @param callSeconds length of a call @param cpuMs CPU of a call, all processes together */
export function capacityOnPaper(callSeconds: number, cpuMs: number): readonly PaperCapacity[] {
  return capacityFor({ voters, days: 1, peakHourShare, callSeconds, blocking })
    .filter(({ share }) => shares.includes(share))
    .map((needed) => ({
      ...needed,
      waiting: erlangC(needed.erlangs, needed.lines),
      cores: Math.ceil((needed.callsInPeakHour * cpuMs) / 3_600_000 / coreUse),
    }))
}

/** What the figures of `capacityOnPaper` rest on, for people. */
export const paperAssumptions = `${voters.toLocaleString('en')} voters; ${peakHourShare * 100} % of all calls of the last five days in the peak hour, at random; ${blocking * 100} % of those turned away; cores used to ${coreUse * 100} %, the generator not among them; trunks are E1 of ${channelsPerE1} lines`
