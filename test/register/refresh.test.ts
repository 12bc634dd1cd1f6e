import { makeAlerts } from '../../src/alerts.ts'
import { type Deferred, deferred } from '../../src/deferred.ts'
import { type RefreshOptions, scheduleRefresh } from '../../src/register/refresh.ts'
import { UserError } from '../../src/user-error.ts'
import { logLines } from '../log-lines.ts'

/** A time that does not come while tests run. */
const far = '0 3 29 2 *'

type Outcome = 'imported' | 'unchanged'

/** A refresh whose tries end as listed: an outcome, a fault's sentence, or when told to. The last one repeats. */
function make(endings: (Outcome | Error | Deferred<Outcome>)[], more: Partial<RefreshOptions> = {}) {
  const { log, lines, heard } = logLines()
  const told: string[] = []
  const alerts = makeAlerts({ log, now: () => new Date() })
  let runs = 0
  const refresh = scheduleRefresh({
    cron: far,
    timeZone: 'Asia/Bishkek',
    pausesMs: [0, 0, 0, 0],
    log,
    alert: {
      raise(key, text) {
        if (alerts.open().length === 0) told.push(`raised ${key}: ${text}`)
        alerts.raise(key, text)
      },
      clear(key, text) {
        if (alerts.open().length > 0) told.push(`cleared ${key}: ${text}`)
        alerts.clear(key, text)
      },
    },
    async run() {
      const ending = endings[Math.min(runs, endings.length - 1)]
      runs += 1
      if (ending === undefined) throw new Error('A test without endings')
      if (ending instanceof Error) throw ending
      return typeof ending === 'string' ? ending : ending.promise
    },
    ...more,
  })
  made.push(refresh)
  return { refresh, told, alerts, lines, heard, runs: () => runs }
}

const made: { stop(): void }[] = []
afterEach(() => {
  for (const refresh of made.splice(0)) refresh.stop()
})

const fault = (text = 'voters.csv is not there.') => new UserError(text)
const raised = (failures: number, text = 'voters.csv is not there.') =>
  `raised register-refresh: The register could not be refreshed, ${failures} times in a row: ${text}`
const cleared = 'cleared register-refresh: The register could be refreshed again.'

describe('one refresh', () => {
  test.each(['imported', 'unchanged'] as const)('that goes well is over: %s', async (outcome) => {
    const { refresh, told, runs } = make([outcome])
    expect(refresh.state()).toMatchObject({ running: false, failures: 0 })
    const before = Date.now()
    expect(await refresh.now()).toBe(outcome)
    const { lastSuccess, ...state } = refresh.state()
    expect(state).toEqual({ running: false, failures: 0, lastOutcome: outcome, nextAt: expect.any(Date) })
    expect(lastSuccess?.getTime()).toBeGreaterThanOrEqual(before)
    expect(runs()).toBe(1)
    expect(told).toEqual([])
  })

  test('that fails once is tried again, and nobody is woken', async () => {
    const { refresh, told, lines, runs } = make([fault(), 'imported'])
    expect(await refresh.now()).toBe('imported')
    expect(runs()).toBe(2)
    expect(told).toEqual([])
    expect(refresh.state()).toMatchObject({ failures: 0, lastOutcome: 'imported' })
    expect(refresh.state().lastFault).toBeUndefined()
    expect(lines.find(({ level }) => level === 50)).toMatchObject({ fault: 'voters.csv is not there.', failures: 1 })
  })

  test('is tried once more after each pause, then left until its next time', async () => {
    const { refresh, runs } = make([fault('first'), fault('again')])
    expect(await refresh.now()).toBe('failed')
    expect(runs()).toBe(5)
    expect(refresh.state()).toMatchObject({
      running: false,
      failures: 5,
      lastOutcome: 'failed',
      lastFault: 'again',
    })
  })

  test('runs alone', async () => {
    const ending = deferred<Outcome>()
    const { refresh, runs } = make([ending])
    const first = refresh.now()
    expect(refresh.state().running).toBe(true)
    expect(await refresh.now()).toBe('busy')
    ending.resolve('imported')
    expect(await first).toBe('imported')
    expect(refresh.state().running).toBe(false)
    expect(runs()).toBe(1)
    expect(await refresh.now()).toBe('imported')
  })

  test('that waits to be tried again does not run, but lets no other in', async () => {
    const { refresh, heard, runs } = make([fault()], { pausesMs: [3_600_000] })
    const first = refresh.now()
    await heard('will be tried again')
    expect(refresh.state()).toMatchObject({ running: false, failures: 1 })
    expect(await refresh.now()).toBe('busy')
    refresh.stop()
    expect(await first).toBe('stopped')
    expect(runs()).toBe(1)
  })

  test('says when it will be tried again: in half a minute, give or take', async () => {
    const { refresh, heard } = make([fault()], { pausesMs: undefined })
    const before = Date.now()
    const first = refresh.now()
    await heard('will be tried again')
    const nextAt = refresh.state().nextAt?.getTime() ?? 0
    expect(nextAt - before).toBeGreaterThanOrEqual(22_500)
    expect(nextAt - Date.now()).toBeLessThanOrEqual(37_500)
    refresh.stop()
    await first
  })

  test('never shows a long number of a fault', async () => {
    const { refresh, told, lines } = make([fault('line 3: "20504198000123" stands in edition 20261122-030000-ab12')])
    await refresh.now()
    expect(refresh.state().lastFault).toBe('line 3: "…" stands in edition 20261122-030000-ab12')
    expect(JSON.stringify([told, lines])).not.toContain('20504198000123')
  })

  test.each([
    ['something other than an error', 'out of memory', 'out of memory'],
    ['an error without words, as of a child that was killed', new Error(''), 'it ended without saying why.'],
  ])('that fails with %s has a fault too', async (_what, reason, lastFault) => {
    const { refresh } = make([], { run: () => Promise.reject(reason), pausesMs: [] })
    expect(await refresh.now()).toBe('failed')
    expect(refresh.state().lastFault).toBe(lastFault)
  })
})

describe('the alert', () => {
  test('is raised at the second failure, once a series, and cleared when all is well', async () => {
    const { refresh, told, alerts, lines } = make([fault('first'), fault('second'), fault('third'), 'imported'])
    expect(await refresh.now()).toBe('imported')
    expect(told).toEqual([raised(2, 'second'), cleared])
    expect(alerts.open()).toEqual([])
    const alarms = lines.filter((line) => line.alert === 'register-refresh')
    expect(alarms.map(({ level }) => level)).toEqual([50, 30])
  })

  test('counts over the times of the schedule', async () => {
    const { refresh, told, alerts } = make([fault(), fault(), fault(), 'unchanged'], { pausesMs: [] })
    expect(await refresh.now()).toBe('failed')
    expect(told).toEqual([])
    expect(await refresh.now()).toBe('failed')
    expect(told).toEqual([raised(2)])
    expect(await refresh.now()).toBe('failed')
    expect(alerts.open()).toHaveLength(1)
    expect(refresh.state().failures).toBe(3)
    expect(await refresh.now()).toBe('unchanged')
    expect(told).toEqual([raised(2), cleared])
  })

  test('starts anew after a refresh that went well', async () => {
    const endings = [fault(), 'imported', fault(), 'imported', fault(), fault(), 'imported', fault(), fault()] as const
    const { refresh, told } = make([...endings], { pausesMs: [] })
    const outcomes: string[] = []
    for (const _ of endings) outcomes.push(await refresh.now())
    expect(outcomes).toEqual(endings.map((ending) => (typeof ending === 'string' ? ending : 'failed')))
    expect(refresh.state().lastSuccess).toBeInstanceOf(Date)
    expect(told).toEqual([raised(2), cleared, raised(2)])
  })
})

describe('the schedule', () => {
  test.each(['at three', '61 * * * *', ''])('"%s" is refused', (cron) => {
    expect(() => make(['unchanged'], { cron })).toThrow(UserError)
  })

  test('tells its next time, in the zone of the election', () => {
    const { refresh } = make(['unchanged'], { cron: '0 3 * * *' })
    const { nextAt } = refresh.state()
    // Bishkek is six hours ahead of UTC all year.
    expect(nextAt?.toISOString()).toMatch(/T21:00:00\.000Z$/)
    expect(nextAt?.getTime()).toBeGreaterThan(Date.now())
  })

  test('refreshes by itself, and not beside one that is not over', async () => {
    const started = deferred<void>()
    const ending = deferred<Outcome>()
    let runs = 0
    const { heard } = make([], {
      cron: '* * * * * *',
      run() {
        runs += 1
        started.resolve()
        return ending.promise
      },
    })
    await started.promise
    await heard('skipped: the one before is not over')
    expect(runs).toBe(1)
    ending.resolve('imported')
    await heard('register refresh')
  })

  test('that is stopped begins nothing any more', async () => {
    const { refresh, runs } = make(['imported'])
    refresh.stop()
    refresh.stop()
    expect(await refresh.now()).toBe('stopped')
    expect(refresh.state().nextAt).toBeUndefined()
    expect(runs()).toBe(0)
  })

  test('that is stopped does not wait for a refresh, nor hold its end against it', async () => {
    const second = deferred<void>()
    const ending = deferred<Outcome>()
    let runs = 0
    const { refresh, told } = make([], {
      async run() {
        runs += 1
        if (runs === 1) throw fault()
        second.resolve()
        return ending.promise
      },
    })
    const first = refresh.now()
    await second.promise
    refresh.stop()
    ending.reject(new Error('SIGINT'))
    expect(await first).toBe('stopped')
    expect(told).toEqual([])
    expect(refresh.state()).toMatchObject({ running: false, failures: 1 })
  })
})
