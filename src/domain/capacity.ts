import { linesFor, operatorsFor } from './erlang.ts'

/** What is assumed of the calls that will come. */
export interface Demand {
  readonly voters: number
  /** How many days the calls are spread over. */
  readonly days: number
  /** Part of a day's calls that come in its busiest hour, 0 to 1. */
  readonly peakHourShare: number
  readonly callSeconds: number
  /** Part of the calls that may find all lines busy. */
  readonly blocking: number
}

/** What a share of the voters calling takes. */
export interface Capacity {
  /** Of the voters, 0 to 1. */
  readonly share: number
  readonly callsInPeakHour: number
  readonly erlangs: number
  readonly lines: number
  readonly cores: number
  /** E1 trunks. */
  readonly trunks: number
  readonly operators: number
}

const shares = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1]

/**
 * A call of 11 s took 64 to 81 ms of CPU, Asterisk and application together, on the slow cores of the README's table: a
 * core that is used to 60 % carries 80 to 100. The rest is for the console, an import, and bursts.
 */
const linesPerCore = 80
const fewestCores = 2
/** Of an E1 trunk's 32 time slots. */
export const channelsPerE1 = 30

/** One call in ten asks for a person; 80 of 100 are answered by one within 20 seconds. */
const operatorShare = 0.1
const answered = { share: 0.8, withinSeconds: 20 }

/** How much the line needs when more or fewer of the voters call. */
export function capacityFor({ voters, days, peakHourShare, callSeconds, blocking }: Demand): readonly Capacity[] {
  return shares.map((share) => {
    const callsInPeakHour = (voters * share * peakHourShare) / days
    const erlangs = (callsInPeakHour * callSeconds) / 3600
    const lines = linesFor(erlangs, blocking)
    return {
      share,
      callsInPeakHour,
      erlangs,
      lines,
      cores: Math.max(fewestCores, Math.ceil(lines / linesPerCore)),
      trunks: Math.ceil(lines / channelsPerE1),
      operators: operatorsFor(erlangs * operatorShare, callSeconds, answered),
    }
  })
}
