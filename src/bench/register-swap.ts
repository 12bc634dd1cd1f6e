import { setTimeout as delay } from 'node:timers/promises'
import type { ClipBook } from '../caller/clip-book.ts'
import { bookOf } from '../commands/call.ts'
import { commandFile } from '../config.ts'
import { dayAt } from '../domain/calendar.ts'
import { activate } from '../register/active.ts'
import { readStations, snapshotPath, withSnapshot } from '../register/snapshot-file.ts'
import { openSpeech } from '../speech/speech.ts'
import { benchScript, endChild, messageOf, runChild, startChild } from './children.ts'
import { type Edition, moved, writeEdition, writeMovedEdition } from './edition.ts'
import type { Found, Row, Sizes } from './figures.ts'
import type { Ground } from './ground.ts'
import { importedBelow, importOurs } from './imports.ts'
import { callersAtOnce, callMany, chooseVoters, type Line, openLine, readyWithinMs } from './line.ts'
import type { LoopDelay } from './line-child.ts'
import { type Answer, ask } from './phone.ts'
import { median, percentile, rounded } from './statistics.ts'
import type { SwapOrder } from './swap-child.ts'

/** Stations of the register where their clips were not made before: rendering them all takes minutes. */
const fewStations = 12
const swapEveryMs = 500
/** Both editions stay, whatever is activated. */
const keep = 10
const rollbackCallEveryMs = 700
const rollbackTailMs = 2500
const rollbackWithinSeconds = 60

type Condition = 'at rest' | 'swapping' | 'importing'
const conditions: readonly Condition[] = ['at rest', 'swapping', 'importing']

/** What was measured under one condition. */
interface Measured {
  readonly latenciesMs: number[]
  /** What became of calls that were not answered, or wrongly. */
  readonly faults: string[]
  readonly delays: LoopDelay[]
}

/**
 * How long callers wait for an answer on the real switch while nothing else happens, while the register is swapped to
 * and fro, and while another is imported; and how long a rollback takes until a caller hears the old data.
 * @param clipsOfAll whether the clips of all stations are there; otherwise the register has few stations
 */
export async function benchSwap(ground: Ground, edition: Edition, sizes: Sizes, clipsOfAll: boolean): Promise<Found> {
  const { config, progress } = ground
  const task = 'swap'
  progress.update(task, 'two registers')
  const first = clipsOfAll
    ? edition
    : await writeEdition(`${ground.folder}/few-stations`, {
        voters: sizes.voters,
        stations: Math.min(fewStations, sizes.stations),
      })
  const second = await writeMovedEdition(`${ground.folder}/moved`, first)
  const folder = config.paths.register
  const older = (await importOurs(ground, first, folder, { keep })).id
  // Names of snapshots tell seconds: of two of the same one neither is the newer.
  await delay(1000)
  const newer = (await importOurs(ground, second, folder, { keep })).id

  progress.update(task, 'prompts')
  const voters = await chooseVoters(first)
  const dialled = new Set([...voters.map(({ station }) => station), moved.from, moved.to])
  const all = withSnapshot(snapshotPath(folder, older), readStations)
  const stations = all.filter(({ number }) => dialled.has(number))
  const speech = openSpeech(config, ground.tools)
  await speech.renderPrompts((done, total) => progress.update(task, `prompts, ${done} of ${total}`))
  await speech.renderStations(clipsOfAll ? stations : all, dayAt(config.election.timeZone, new Date()))
  const book = bookOf(speech.list(stations))

  const line = await openLine(ground, speech)
  const begin: Record<Condition, () => Promise<() => Promise<void>>> = {
    'at rest': async () => async () => undefined,
    swapping: () => swapping({ folder, ids: [older, newer], everyMs: swapEveryMs, keep }),
    importing: async () => importing(ground, edition),
  }
  try {
    await callMany(callersAtOnce, config.asterisk.sipPort, book, voters)
    const measured = new Map<Condition, Measured>(
      conditions.map((condition) => [condition, { latenciesMs: [], faults: [], delays: [] }]),
    )
    const inBlock = Math.ceil(sizes.calls / sizes.rounds)
    for (let round = 1; round <= sizes.rounds; round += 1) {
      for (const [condition, { latenciesMs, faults, delays }] of measured) {
        progress.update(task, `round ${round} of ${sizes.rounds}: ${inBlock} calls ${condition}`)
        const end = await begin[condition]()
        try {
          await line.delay()
          const heard = await callMany(inBlock, config.asterisk.sipPort, book, voters)
          delays.push(await line.delay())
          latenciesMs.push(...heard.latenciesMs)
          faults.push(...heard.faults)
        } finally {
          await end()
        }
      }
    }
    progress.update(task, 'rollback')
    await activate(folder, newer, async () => undefined, { keep, now: new Date(), by: 'the benchmark' })
    const rollback = await rollBack(ground, { book, line, newer })
    const faults = [...measured.values()].flatMap((each) => each.faults).concat(rollback.faults)
    for (const fault of new Set(faults)) progress.warn(`a call went wrong: ${fault}`)
    const p99 = (condition: Condition) => percentile(measured.get(condition)?.latenciesMs ?? [], 0.99)
    const ratio = p99('swapping') / p99('at rest')
    progress.done(task, `p99 ${Math.round(p99('swapping'))} ms, at rest ${Math.round(p99('at rest'))} ms`)
    return {
      figures: { swapLatencyRatio: rounded(ratio), rollbackSeconds: rounded(rollback.seconds) },
      rows: [
        ...conditions.map((condition): Row => {
          const latencies = measured.get(condition)?.latenciesMs ?? []
          return {
            what: `answer, ${condition} (${latencies.length} calls)`,
            result: `p50 ${median(latencies).toFixed(0)} ms, p99 ${p99(condition).toFixed(0)} ms`,
            ...(condition === 'at rest'
              ? {}
              : { beside: `at rest p99 ${p99('at rest').toFixed(0)} ms`, ratio: p99(condition) / p99('at rest') }),
            ...(condition === 'swapping' ? { wanted: 'at most 2' } : {}),
          }
        }),
        ...conditions.map((condition): Row => {
          const delays = measured.get(condition)?.delays ?? []
          const worst = (of: 'p99Ms' | 'maxMs') => Math.max(...delays.map((each) => each[of])).toFixed(1)
          return {
            what: `event loop's delay, ${condition}`,
            result: `p99 ${worst('p99Ms')} ms, max ${worst('maxMs')} ms`,
          }
        }),
        { what: 'calls interrupted, or answered wrongly', result: String(faults.length), wanted: '0' },
        {
          what: `rollback, to the first old answer (${all.length} stations)`,
          result: `${rollback.seconds.toFixed(1)} s`,
          wanted: 'at most 10 s',
        },
      ],
    }
  } finally {
    await line.close()
  }
}

/** Swaps the register over and over until it is told to end. */
async function swapping(order: SwapOrder): Promise<() => Promise<void>> {
  const child = startChild(process.execPath, [benchScript('swap-child'), JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await messageOf(child, readyWithinMs)
  return () => endChild(child)
}

/** Imports the edition over and over, at the lowest priority, until it is told to end. */
function importing(ground: Ground, edition: Edition): () => Promise<void> {
  const { registerFolder } = importedBelow(ground)
  const over = new AbortController()
  const imports = (async () => {
    while (!over.signal.aborted) {
      await importOurs(ground, edition, registerFolder, { yields: true, signal: over.signal })
    }
  })().catch((error: unknown) => {
    if (!over.signal.aborted) throw error
  })
  // Told at the end; until then nobody looks.
  imports.catch(() => undefined)
  return () => {
    over.abort()
    return imports
  }
}

/** From the start of the command to the first packet of the first answer from the older snapshot. */
async function rollBack(
  { folder, config }: Ground,
  { book, line, newer }: { book: ClipBook; line: Line; newer: string },
): Promise<{ seconds: number; faults: readonly string[] }> {
  const deadline = performance.now() + readyWithinMs
  while ((await line.delay()).snapshot !== newer) {
    if (performance.now() > deadline) throw new Error('the line did not take the newer snapshot')
    await delay(100)
  }
  const question = { port: config.asterisk.sipPort, book, language: 'ru', pin: moved.pin } as const
  const faults: string[] = []
  const before = await ask(question)
  if (before.station !== moved.to) faults.push('the newer snapshot was not heard before the rollback')

  const startedAt = performance.now()
  let doneAt = Number.POSITIVE_INFINITY
  const args = [commandFile, 'register', 'rollback', '--by', 'the benchmark', '--reason', 'measured']
  const command = runChild(process.execPath, args, {
    env: { ...process.env, DOBUSH_HOME: folder },
    withinSeconds: rollbackWithinSeconds,
  }).finally(() => {
    doneAt = performance.now()
  })
  command.catch(() => undefined)
  const calls: Promise<Answer | Error>[] = []
  while (performance.now() < doneAt + rollbackTailMs) {
    calls.push(ask(question).catch((error: Error) => error))
    await delay(rollbackCallEveryMs)
  }
  await command
  const answers: Answer[] = []
  for (const answer of await Promise.all(calls)) {
    if (answer instanceof Error) faults.push(answer.message)
    else answers.push(answer)
  }
  answers.sort((a, b) => a.answeredAt - b.answeredAt)
  const isOld = ({ station }: Answer) => station === moved.from
  const first = answers.findIndex(isOld)
  if (first < 0) throw new Error('no caller heard the older snapshot after the rollback')
  if (!answers.slice(first).every(isOld)) faults.push('the newer snapshot was heard after the rollback')
  return { seconds: ((answers[first]?.answeredAt ?? Number.NaN) - startedAt) / 1000, faults }
}
