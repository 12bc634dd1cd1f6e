import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { bookOf } from '../commands/call.ts'
import { dayAt } from '../domain/calendar.ts'
import { print } from '../print.ts'
import { readStations, snapshotPath, withSnapshot } from '../register/snapshot-file.ts'
import { openSpeech } from '../speech/speech.ts'
import { makeCallDays } from '../store/call-days.ts'
import { openHotline } from '../store/database.ts'
import { makePeople } from '../store/people.ts'
import { makeSignIns } from '../store/sign-ins.ts'
import { type Browser, makeBrowser } from './console-browser.ts'
import { type Choices, clickAround, drawSearch } from './console-clicks.ts'
import { seedHotline } from './console-data.ts'
import { writeEdition } from './edition.ts'
import type { Row } from './figures.ts'
import { type Ground, onOwnGround } from './ground.ts'
import { importOurs } from './imports.ts'
import { callersAtOnce, callMany, chooseVoters, openLine } from './line.ts'
import { printRows } from './print-rows.ts'
import { seededRandom } from './random.ts'
import { median, percentile, rounded } from './statistics.ts'

export interface ConsoleBenchOptions {
  readonly calls: number
  readonly callbacks: number
  /** Searches, each another, and looks at the Now page. */
  readonly searches: number
  readonly exported: number
  readonly supervisors: number
  /** Calls into the line at rest, and as many while supervisors click. */
  readonly lineCalls: number
  readonly rounds: number
  /** Where to work, in a folder of its own; nothing for the system's temporary folder. */
  readonly folder?: string
}

/** What the last line says. */
export interface ConsoleFigures {
  readonly calls: number
  readonly filterP95Ms: number
  readonly nowP95Ms: number
  readonly exportPeakMB: number
  readonly lineLatencyRatio: number
}

const days = 90
const seed = 20261123
const voters = 5000
const stations = 12
const watchers = 3

/** Measures the console over a long history, shows a table, and says the figures as one line of JSON, the last. */
export async function benchConsole(options: ConsoleBenchOptions): Promise<void> {
  const { calls, callbacks, folder } = options
  print(`The console over ${calls} calls and ${callbacks} requests of ${days} days, on SQLite.`)
  print('Nothing else should run meanwhile.\n')
  const { rows, figures } = await onOwnGround(folder, (ground) => measure(ground, options))
  printRows(rows)
  print(JSON.stringify(figures))
}

async function measure(
  ground: Ground,
  options: ConsoleBenchOptions,
): Promise<{ rows: readonly Row[]; figures: ConsoleFigures }> {
  const { config, progress } = ground
  const made = await makeHistory(ground, options)
  const { speech, voters: callers, book } = await makeVoice(ground)
  progress.update('line', 'starting')
  const line = await openLine(ground, speech)
  const browsers = made.tokens.map((token) => makeBrowser(`http://127.0.0.1:${config.console.port}`, token))
  try {
    const [first] = browsers
    if (!first) throw new Error('there is no supervisor')
    const choices = await first.get<Choices>('/api/calls/choices')
    // What the first request of all takes is the start's, not the filter's.
    for (const browser of browsers) await browser.get('/api/now')
    const filters = await timeFilters(ground, browsers, choices, options.searches)
    const now = await timeNow(browsers, options.searches)
    const exports = await weighExports(ground, first, line.pid, made.exportFrom)
    const latencies = await timeLine(ground, { browsers, choices, options, book, callers })
    const ratio = percentile(latencies.clicking, 0.95) / percentile(latencies.rest, 0.95)
    const worst = Math.max(...exports.map(({ peakMB }) => peakMB))
    const figures = {
      calls: options.calls,
      filterP95Ms: rounded(percentile(filters.searchMs, 0.95)),
      nowP95Ms: rounded(percentile(now, 0.95)),
      exportPeakMB: rounded(worst),
      lineLatencyRatio: rounded(ratio),
    }
    const spread = (times: readonly number[]) =>
      `p50 ${median(times).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms, max ${Math.max(...times).toFixed(0)} ms`
    return {
      figures,
      rows: [
        { what: `${made.steps} steps, ${made.megabytes} MB, made in`, result: `${made.seconds} s` },
        { what: `every day counted for reports, once`, result: `${made.countSeconds} s` },
        {
          what: `first page of any filter (${filters.searchMs.length})`,
          result: spread(filters.searchMs),
          wanted: 'p95 at most 300 ms',
        },
        { what: 'its count, up to 10,000', result: spread(filters.countMs) },
        { what: 'Now', result: spread(now), wanted: 'p95 at most 100 ms' },
        ...exports.map(({ format, seconds, bytes, peakMB }) => ({
          what: `export of ${made.exported} calls as ${format}`,
          result: `${peakMB.toFixed(0)} MB above rest, ${seconds.toFixed(1)} s, ${(bytes / 1e6).toFixed(1)} MB long`,
          wanted: 'at most 150 MB',
        })),
        { what: `answer on the line, at rest (${latencies.rest.length} calls)`, result: spread(latencies.rest) },
        {
          what: `the same, ${options.supervisors} supervisors clicking`,
          result: spread(latencies.clicking),
          beside: `at rest p95 ${percentile(latencies.rest, 0.95).toFixed(0)} ms`,
          ratio,
          wanted: 'at most 1.2',
        },
        { what: 'calls interrupted, or answered wrongly', result: String(latencies.faults.length), wanted: '0' },
      ],
    }
  } finally {
    await line.close()
  }
}

/** A hotline with a long history, and supervisors who are signed in. */
async function makeHistory(
  { config, progress }: Ground,
  { calls, callbacks, supervisors, exported }: ConsoleBenchOptions,
) {
  const task = 'history'
  const startedAt = performance.now()
  const hotline = await openHotline(config.database)
  try {
    // It is gone again in an hour.
    await sql`PRAGMA synchronous = OFF`.execute(hotline)
    const people = makePeople(hotline, () => new Date())
    const signIns = makeSignIns(hotline, () => new Date(), { idleMs: 1e9, longestMs: 1e9 })
    const tokens: string[] = []
    const operators: string[] = []
    for (let nth = 1; nth <= supervisors; nth += 1) {
      const roles = ['supervisor'] as const
      const person = await people.add({
        name: `s${nth}`,
        displayName: `Supervisor ${nth}`,
        roles,
        passwordHash: 'none',
      })
      if (!person) throw new Error('the database is not empty')
      await people.setPassword(person.id, 'none')
      operators.push(person.id)
      tokens.push(await signIns.begin(person.id))
    }
    await seedHotline(hotline, {
      ...{ calls, callbacks, days, seed, operators, now: new Date() },
      progress: (done) => progress.update(task, `${done} of ${calls} calls`),
    })
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    progress.update(task, 'counting its days')
    const countedAt = performance.now()
    await makeCallDays(hotline, config.election.timeZone, () => new Date()).countFinished()
    const countSeconds = Math.round((performance.now() - countedAt) / 1000)
    const { steps } = await hotline
      .selectFrom('call_step')
      .select((the) => the.fn.countAll<number>().as('steps'))
      .executeTakeFirstOrThrow()
    const newest = Math.min(exported, calls)
    const { started_at } = await hotline
      .selectFrom('call')
      .select('started_at')
      .orderBy('started_at', 'desc')
      .offset(newest - 1)
      .limit(1)
      .executeTakeFirstOrThrow()
    const { rows } = await sql<{ bytes: number }>`SELECT page_count * page_size AS bytes
      FROM pragma_page_count(), pragma_page_size()`.execute(hotline)
    const megabytes = Math.round((rows[0]?.bytes ?? 0) / 1e6)
    progress.done(task, `${calls} calls, ${steps} steps, ${megabytes} MB`)
    return { tokens, steps, megabytes, seconds, countSeconds, exportFrom: started_at, exported: newest }
  } finally {
    await hotline.destroy()
  }
}

/** A small register, and what the line says of it. */
async function makeVoice(ground: Ground) {
  const { config, progress } = ground
  progress.update('prompts', 'a small register')
  const edition = await writeEdition(join(ground.folder, 'edition'), { voters, stations })
  const { id } = await importOurs(ground, edition, config.paths.register)
  const all = withSnapshot(snapshotPath(config.paths.register, id), readStations)
  const speech = openSpeech(config, ground.tools)
  await speech.renderPrompts((done, total) => progress.update('prompts', `${done} of ${total}`))
  await speech.renderStations(all, dayAt(config.election.timeZone, new Date()))
  progress.done('prompts', `${all.length} stations`)
  return { speech, voters: await chooseVoters(edition), book: bookOf(speech.list(all)) }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** Browsers take turns: one person alone would ask more often than anybody may. */
async function timeFilters({ progress }: Ground, browsers: readonly Browser[], choices: Choices, searches: number) {
  const random = seededRandom(seed)
  const searchMs: number[] = []
  const countMs: number[] = []
  for (let nth = 0; nth < searches; nth += 1) {
    const browser = browsers[nth % browsers.length]
    if (!browser) continue
    if (nth % 20 === 0) progress.update('filters', `${nth} of ${searches}`)
    const search = drawSearch(choices, new Date(), random)
    searchMs.push(await timed(() => browser.post('/api/calls/search', search)))
    const { sort: _, ...counted } = search
    countMs.push(await timed(() => browser.post('/api/calls/count', counted)))
  }
  progress.done('filters', `p95 ${percentile(searchMs, 0.95).toFixed(0)} ms`)
  return { searchMs, countMs }
}

async function timeNow(browsers: readonly Browser[], looks: number): Promise<number[]> {
  const times: number[] = []
  for (let nth = 0; nth < looks; nth += 1) {
    const browser = browsers[nth % browsers.length]
    if (browser) times.push(await timed(() => browser.get('/api/now')))
  }
  return times
}

/** How much more memory the application takes while it exports than before; its kernel keeps the highest. */
async function weighExports({ progress }: Ground, browser: Browser, pid: number, from: string) {
  const found = []
  for (const format of ['csv', 'xlsx'] as const) {
    progress.update('export', format)
    await writeFile(`/proc/${pid}/clear_refs`, '5')
    const rest = await memoryOf(pid, 'VmRSS')
    const startedAt = performance.now()
    const bytes = await browser.drain('/api/calls/export', { filter: { from }, format })
    const seconds = (performance.now() - startedAt) / 1000
    found.push({ format, bytes, seconds, peakMB: (await memoryOf(pid, 'VmHWM')) - rest })
  }
  progress.done('export', found.map(({ format, peakMB }) => `${format} ${peakMB.toFixed(0)} MB`).join(', '))
  return found
}

async function memoryOf(pid: number, which: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return (Number(new RegExp(`^${which}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024) / 1e6
}

interface LineWork {
  readonly browsers: readonly Browser[]
  readonly choices: Choices
  readonly options: ConsoleBenchOptions
  readonly book: ReturnType<typeof bookOf>
  readonly callers: Awaited<ReturnType<typeof chooseVoters>>
}

/** In turn at rest and with everybody clicking, so that what else happens on the machine happens to both. */
async function timeLine({ config, progress }: Ground, { browsers, choices, options, book, callers }: LineWork) {
  const { lineCalls, rounds } = options
  const { sipPort } = config.asterisk
  const rest: number[] = []
  const clicking: number[] = []
  const faults: string[] = []
  const inBlock = Math.ceil(lineCalls / rounds)
  const call = async (into: number[], what: string, round: number) => {
    progress.update('line', `round ${round} of ${rounds}: ${inBlock} calls ${what}`)
    const heard = await callMany(inBlock, sipPort, book, callers)
    into.push(...heard.latenciesMs)
    faults.push(...heard.faults)
  }
  await callMany(callersAtOnce, sipPort, book, callers)
  for (let round = 1; round <= rounds; round += 1) {
    await call(rest, 'at rest', round)
    const over = new AbortController()
    const clicks = browsers.map((browser, nth) => clickAround(browser, choices, seededRandom(seed + nth), over.signal))
    const streams = browsers.slice(0, watchers).map((browser) => browser.watch('/api/now/events', over.signal))
    const everybody = Promise.all([...clicks, ...streams])
    // Told below; until then nobody looks.
    everybody.catch(() => undefined)
    try {
      await call(clicking, 'while everybody clicks', round)
    } finally {
      over.abort()
    }
    await everybody
  }
  for (const fault of new Set(faults)) progress.warn(`a call went wrong: ${fault}`)
  progress.done(
    'line',
    `p95 ${percentile(clicking, 0.95).toFixed(0)} ms, at rest ${percentile(rest, 0.95).toFixed(0)} ms`,
  )
  return { rest, clicking, faults }
}
