import { makeCallLog } from '../../src/store/call-log.ts'
import { aCall, aStep, at } from './calls.ts'
import { databases } from './databases.ts'
import { cleanUp } from './scratch.ts'

afterEach(cleanUp)

describe.each(databases)('$name', ({ name, empty }) => {
  const notNull = name === 'SQLite' ? 'SQLITE_CONSTRAINT_NOTNULL' : '23502'

  test('a call is listed as it was written, with its steps in order and the caller masked', async () => {
    const log = makeCallLog(await empty())
    await log.write(aCall('a'))
    const { ani: _, ...rest } = aCall('a')
    expect(await log.listCalls({ limit: 10 })).toEqual([
      {
        ...rest,
        caller: '+996555••••56',
        steps: [aStep('welcome'), aStep('menu-language', { outcome: 'match', key: '1', durationMs: 901 })],
      },
    ])
  })

  test('what is not known stays unknown', async () => {
    const log = makeCallLog(await empty())
    await log.write(
      aCall('a', { answeredAt: undefined, ani: undefined, station: undefined, hangupCause: undefined, steps: [] }),
    )
    expect(await log.listCalls({ limit: 10 })).toMatchObject([
      { answeredAt: undefined, caller: undefined, station: undefined, hangupCause: undefined, steps: [] },
    ])
  })

  test('how many digits were typed, and the prompts that were begun, are kept', async () => {
    const log = makeCallLog(await empty())
    const steps = [aStep('pin-enter', { outcome: 'match', digits: 14, prompts: ['no-input', 'pin-enter'] })]
    await log.write(aCall('a', { steps }))
    expect((await log.listCalls({ limit: 1 }))[0]?.steps).toEqual(steps)
  })

  test('what it is searched by is written with it', async () => {
    const hotline = await empty()
    await makeCallLog(hotline).write(aCall('a'))
    await makeCallLog(hotline).write(aCall('b'))
    const facts = { did: '1255', language: 'ru', disposition: 'completed', last_step: 'menu-language', region: '1' }
    const rows = await hotline.selectFrom('call').selectAll().orderBy('id').execute()
    expect(rows).toMatchObject([
      { ...facts, callback: 0, duration_ms: 40_000 },
      { ...facts, callback: 0, duration_ms: 40_000 },
    ])
    expect(await hotline.selectFrom('call_facet').selectAll().execute()).toEqual([
      { ...facts, callback: 0, facet: rows[0]?.facet },
    ])
  })

  test('the full number is stored, so that a callback is possible', async () => {
    const hotline = await empty()
    await makeCallLog(hotline).write(aCall('a'))
    expect(await hotline.selectFrom('call').select('ani').execute()).toEqual([{ ani: '+996555123456' }])
  })

  test('the newest come first, and no more than asked for', async () => {
    const log = makeCallLog(await empty())
    for (const second of [3, 1, 2]) await log.write(aCall(String(second), { startedAt: at(second) }))
    expect((await log.listCalls({ limit: 2 })).map(({ id }) => id)).toEqual(['3', '2'])
  })

  test('a call of thousands of steps is written whole', async () => {
    const log = makeCallLog(await empty())
    const steps = Array.from({ length: 2500 }, (_, n) => aStep(`step-${n}`))
    await log.write(aCall('a', { steps }))
    expect((await log.listCalls({ limit: 1 }))[0]?.steps.map(({ name }) => name)).toEqual(steps.map(({ name }) => name))
  })

  test('a call is written with all its steps or not at all', async () => {
    const hotline = await empty()
    const log = makeCallLog(hotline)
    const broken = { ...aStep('lang'), outcome: null as unknown as string }
    const writing = log.write(aCall('a', { steps: [aStep('welcome'), broken] }))
    await expect(writing).rejects.toMatchObject({ code: notNull })
    expect(await log.listCalls({ limit: 1 })).toEqual([])
    expect(await hotline.selectFrom('call_step').selectAll().execute()).toEqual([])
  })

  test('calls that end together are written together, each with its own', async () => {
    const hotline = await empty()
    const log = makeCallLog(hotline)
    const calls = [
      aCall('a', { startedAt: at(1), steps: [aStep('lang')] }),
      aCall('b', { startedAt: at(2), steps: [] }),
      aCall('c', { startedAt: at(3), did: '119', steps: [aStep('welcome'), aStep('found')] }),
    ]
    for (const call of calls) void log.write(call)
    await log.written()
    const listed = await log.listCalls({ limit: 10 })
    expect(listed.map(({ id, did, steps }) => [id, did, steps.map(({ name }) => name)])).toEqual([
      ['c', '119', ['welcome', 'found']],
      ['b', '1255', []],
      ['a', '1255', ['lang']],
    ])
  })

  test('a call that can not be written keeps none that ended with it from being written', async () => {
    const log = makeCallLog(await empty())
    const broken = { ...aStep('lang'), outcome: null as unknown as string }
    const written = await Promise.allSettled([
      log.write(aCall('a')),
      log.write(aCall('b', { steps: [broken] })),
      log.write(aCall('c')),
    ])
    expect(written.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await log.listCalls({ limit: 10 })).map(({ id }) => id).sort()).toEqual(['a', 'c'])
  })
})
