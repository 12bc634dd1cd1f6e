import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { deferred } from '../../src/deferred.ts'
import { activeSnapshot, snapshotIds } from '../../src/register/active.ts'
import { bringIn } from '../../src/register/bring-in.ts'
import { openVoterDirectory } from '../../src/register/directory.ts'
import { readReport } from '../../src/register/report.ts'
import { writeSample } from '../../src/register/sample.ts'
import { ignoreProgress, noClips, pinOf, pseudoRandom, removeScratch, scratch, tolerant } from './scratch.ts'

// These work on files and processes, and a machine may be busy with others.
jest.setTimeout(300_000)

const children: ChildProcess[] = []

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  removeScratch()
})

/** A child that brings editions in by turns, and what it says on its way. */
function startChild(folder: string, origins: readonly string[], ...options: string[]) {
  const files = ['run-ts.cjs', 'import-child.ts'].map((name) => join(__dirname, name))
  const child = spawn(process.execPath, [...files, ...options, folder, ...origins], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return { child, exited: once(child, 'exit'), said: createInterface({ input: child.stdout }) }
}

function bring(origin: string, folder: string, now = new Date(), clips = noClips) {
  const options = { folder, keys: [], trusted: true, now, limits: tolerant, keep: 2, again: true }
  return bringIn(origin, options, clips, ignoreProgress)
}

/** What is left of an import that was killed, and of nothing else. */
function leftovers(folder: string): string[] {
  const belongs =
    /^(keys|active\.json|journal\.jsonl|source\.json|\.(import|pointer|edits)\.lock|report-.*\.json|snapshot-.*\.sqlite)$/
  const keys = readdirSync(join(folder, 'keys')).filter((name) => !name.endsWith('.key'))
  return [...readdirSync(folder).filter((name) => !belongs.test(name)), ...keys]
}

test.each([
  ['begin', 1],
  ['reading stations', 1],
  ['reading voters', 1],
  ['reading voters', 4],
  ['writing', 1],
  ['checking', 1],
  ['checking', 2],
  ['clips', 1],
  ['active', 1],
  ['reading voters', 9],
])(
  'killed at the sound of "%s" (%i), an import leaves a register that answers, and the next one works',
  async (line, nth) => {
    const here = scratch()
    const origin = join(here, 'edition')
    const folder = join(here, 'register')
    await writeSample(origin, { stations: 20, voters: 60_000 })
    const first = await bring(origin, folder, new Date('2026-11-20T03:00:00Z'))

    const { exited } = startChild(folder, [origin], '--signal', 'SIGKILL', '--at', line, '--nth', `${nth}`)
    expect(await exited).toEqual([null, 'SIGKILL'])

    const directory = openVoterDirectory(folder)
    expect(directory.findByPin(pinOf('20504198000123'))).toMatchObject({ kind: 'found', station: { number: '1101' } })
    if (line !== 'active') expect(directory.snapshot()?.id).toBe(first?.id)

    expect(await bring(origin, folder)).toMatchObject({ voters: 60_000, stations: 20 })
    expect(leftovers(folder)).toEqual([])
    directory.close()
  },
)

interface Truth {
  readonly origin: string
  /** Station by PIN; empty for those without. */
  readonly stations: ReadonlyMap<string, string>
}

/** A sample and, made of it, an edition in which everyone is at another station. */
async function twoEditions(here: string): Promise<readonly [Truth, Truth]> {
  const one = join(here, 'one')
  const other = join(here, 'other')
  await writeSample(one, { stations: 40, voters: 20_000 })
  mkdirSync(other)
  const stationsCsv = readFileSync(join(one, 'stations.csv'), 'utf8')
  const numbers = stationsCsv.match(/^\d{4}/gm) ?? []
  const next = new Map(numbers.map((number, index) => [number, numbers[(index + 1) % numbers.length] ?? '']))
  const votersCsv = readFileSync(join(one, 'voters.csv'), 'utf8')
  const moved = votersCsv.replace(/^("?\d{14}"?[,;]"?)(\d{4})/gm, (_, head: string, at: string) => head + next.get(at))
  expect(moved).not.toBe(votersCsv)
  writeFileSync(join(other, 'stations.csv'), stationsCsv)
  writeFileSync(join(other, 'voters.csv'), moved)
  const truthOf = (origin: string, text: string): Truth => ({
    origin,
    stations: new Map(
      [...text.matchAll(/^"?(\d{14})"?[,;]"?(\d{4})?"?[,;]"?listed/gm)].map(([, pin = '', station = '']) => [
        pin,
        station,
      ]),
    ),
  })
  return [truthOf(one, votersCsv), truthOf(other, moved)]
}

test('killed 100 times at any moment, an import never leaves a mixture, a broken pointer or a lock', async () => {
  const here = scratch()
  const folder = join(here, 'register')
  const truths = await twoEditions(here)
  const origins = truths.map(({ origin }) => origin)
  const random = pseudoRandom(119)
  const sample = [...truths[0].stations.keys()].filter((_, index) => index % 97 === 0)
  expect(sample.length).toBeGreaterThan(150)
  await bring(truths[0].origin, folder)

  /** Which edition answers; every voter of the sample must be at its station of that one. */
  function answering(): number {
    const active = activeSnapshot(folder)
    if (!active) throw new Error('There must be an active snapshot.')
    expect(readReport(folder, active.id).checks.length).toBeGreaterThan(5)
    const directory = openVoterDirectory(folder)
    const said = sample.map((pin) => {
      const lookup = directory.findByPin(pinOf(pin))
      return 'station' in lookup ? lookup.station.number : lookup.kind
    })
    directory.close()
    const which = truths.findIndex(({ stations }) => stations.get(sample[0] ?? '') === said[0])
    expect(said).toEqual(sample.map((pin) => truths[which]?.stations.get(pin)))
    return which
  }

  // How long a whole one takes in a child, from the second on: the first also warms up.
  const measure = startChild(folder, origins)
  const times: number[] = []
  for await (const line of measure.said) {
    if (line === 'active') times.push(performance.now())
    if (times.length === 5) measure.child.kill('SIGKILL')
  }
  await measure.exited
  const whole = ((times[4] ?? 0) - (times[0] ?? 0)) / 4

  const answered = [0, 0]
  const lastWords = new Map<string, number>()
  for (let kill = 0; kill < 100; kill += 1) {
    const { child, exited, said } = startChild(folder, kill % 2 === 0 ? origins : [...origins].reverse())
    // A place in two of them, spread evenly and then shaken a little, so that every step is hit.
    const delay = whole * 2 * ((kill + random(1000) / 1000) / 100)
    let last = ''
    for await (const line of said) {
      if (last === '') void pause(delay).then(() => child.kill('SIGKILL'))
      last = line
    }
    expect(await exited).toEqual([null, 'SIGKILL'])
    lastWords.set(last, (lastWords.get(last) ?? 0) + 1)
    const which = answering()
    answered[which] = (answered[which] ?? 0) + 1
    expect(await bring(truths[1 - which]?.origin ?? '', folder)).toMatchObject({ voters: 20_000, stations: 40 })
    expect(answering()).toBe(1 - which)
    expect(leftovers(folder)).toEqual([])
  }
  // Kills that always met the same step, or never let an edition through, would prove little.
  expect(lastWords.size).toBeGreaterThanOrEqual(3)
  for (const count of answered) expect(count).toBeGreaterThan(10)
  expect((await snapshotIds(folder)).length).toBeLessThanOrEqual(3)
  expect(readdirSync(join(folder, 'keys')).length).toBeLessThanOrEqual(2)
  for (const name of readdirSync(folder)) {
    if (name.startsWith('snapshot-')) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o400)
  }
})

const busy = 'Another import of the voter list is running. Wait until it has ended and try again.'

describe('while an import is running, another is refused', () => {
  it('in the same process', async () => {
    const here = scratch()
    const origin = join(here, 'edition')
    const folder = join(here, 'register')
    await writeSample(origin, { stations: 20, voters: 500 })
    const rendering = deferred<void>()
    const held = deferred<void>()
    const first = bring(origin, folder, new Date(), async () => {
      rendering.resolve()
      await held.promise
    })
    await rendering.promise
    await expect(bring(origin, folder)).rejects.toThrow(busy)
    held.resolve()
    const imported = await first
    expect(activeSnapshot(folder)?.id).toBe(imported?.id)
    expect(await snapshotIds(folder)).toEqual([imported?.id])
  })

  it('in another process, until that is stopped', async () => {
    const here = scratch()
    const origin = join(here, 'edition')
    const folder = join(here, 'register')
    await writeSample(origin, { stations: 20, voters: 500 })
    // Held there, it can't end before the other has tried.
    const { child, exited, said } = startChild(folder, [origin], '--signal', 'SIGSTOP', '--at', 'reading voters')
    for await (const line of said) if (line === 'reading voters') break
    await expect(bring(origin, folder)).rejects.toThrow(busy)
    child.kill('SIGKILL')
    await exited
    expect(await bring(origin, folder)).toMatchObject({ voters: 500 })
    expect(leftovers(folder)).toEqual([])
  })
})
