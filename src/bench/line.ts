import { setTimeout as delay } from 'node:timers/promises'
import type { ClipBook } from '../caller/clip-book.ts'
import { configureSwitch } from '../prepare.ts'
import { startAsterisk } from '../setup/asterisk-process.ts'
import type { Speech } from '../speech/speech.ts'
import { benchScript, endChild, messageOf, startChild } from './children.ts'
import { drawVoters, type Edition, type ListedVoter } from './edition.ts'
import type { Ground } from './ground.ts'
import type { LoopDelay } from './line-child.ts'
import { ask } from './phone.ts'

const dialledStations = 8
export const callersAtOnce = 6
const staggerMs = 400
export const readyWithinMs = 60_000

/** Some voters of different stations. */
export async function chooseVoters(edition: Edition): Promise<readonly ListedVoter[]> {
  const byStation = new Map<string, ListedVoter>()
  for (const voter of await drawVoters(edition, 1000)) {
    if (byStation.size < dialledStations) byStation.set(voter.station, voter)
  }
  return [...byStation.values()]
}

export interface Line {
  /** Of the application. */
  readonly pid: number
  /** Since it was asked last. */
  delay(): Promise<LoopDelay>
  close(): Promise<void>
}

/** Asterisk and the line's application, each in a process of its own. */
export async function openLine(ground: Ground, speech: Speech): Promise<Line> {
  const { config, tools } = ground
  const files = await configureSwitch({ config, tools, speech })
  const asterisk = await startAsterisk(tools.asterisk, files)
  ground.endings.push(() => asterisk.stop())
  const child = startChild(process.execPath, [benchScript('line-child')], {
    env: { ...process.env, DOBUSH_HOME: ground.folder },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  child.send(files)
  await messageOf(child, readyWithinMs)
  const { pid } = child
  if (pid === undefined) throw new Error('the line has no process')
  return {
    pid,
    async delay() {
      child.send('delay')
      return messageOf<LoopDelay>(child, readyWithinMs)
    },
    async close() {
      await endChild(child)
      await asterisk.stop()
    },
  }
}

export interface Heard {
  readonly latenciesMs: readonly number[]
  readonly faults: readonly string[]
}

/** Places so many calls, several at once, by different voters in both languages. */
export async function callMany(
  count: number,
  port: number,
  book: ClipBook,
  voters: readonly ListedVoter[],
): Promise<Heard> {
  const latenciesMs: number[] = []
  const faults: string[] = []
  let next = 0
  const caller = async (nth: number) => {
    await delay(nth * staggerMs)
    while (next < count) {
      const call = next++
      const voter = voters[call % voters.length]
      if (!voter) throw new Error('there is no voter to call')
      try {
        const answer = await ask({ port, book, language: call % 2 === 0 ? 'ky' : 'ru', pin: voter.pin })
        latenciesMs.push(answer.latencyMs)
        if (answer.station !== voter.station) faults.push(`station ${answer.station} instead of ${voter.station}`)
      } catch (error) {
        faults.push((error as Error).message)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(callersAtOnce, count) }, (_, nth) => caller(nth)))
  return { latenciesMs, faults }
}
