import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { register as globalRegistry } from 'prom-client'
import type { Health } from '../../src/http/health.ts'
import { mountStatus } from '../../src/http/mount-status.ts'
import { parsePrometheusText } from './prometheus-text.ts'

const well: Health = {
  ok: true,
  switch: { ari: true, ami: false },
  callsInProgress: 17,
  register: {
    id: '20261122-030000-ab12',
    madeAt: '2026-11-22T03:00:00.000Z',
    asOf: '2026-11-21T18:00:00.000Z',
    ageHours: 12.5,
    voters: 4_300_000,
    stale: false,
    refresh: {
      running: false,
      lastSuccess: new Date('2026-11-22T03:00:42Z'),
      lastOutcome: 'failed',
      failures: 2,
      lastFault: 'voters.csv is not there.',
      nextAt: new Date('2026-11-23T03:00:00Z'),
    },
  },
  alerts: [{ key: 'register-refresh', text: 'It failed.', since: new Date('2026-11-22T03:05:00Z') }],
}

const bare: Health = {
  ok: false,
  switch: { ari: false, ami: false },
  callsInProgress: 0,
  register: undefined,
  alerts: [],
}

let server: Server | undefined

afterEach(async () => {
  if (!server) return
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
  server = undefined
})

/** Serves what is in `shown.health`, which may be changed. */
async function serve(health: Health) {
  const shown = { health }
  const app = express()
  mountStatus(app, () => shown.health)
  server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    shown,
    address,
    async samples() {
      const response = await fetch(`${address}/metrics`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
      return parsePrometheusText(await response.text())
    },
  }
}

describe('/health', () => {
  test('tells all there is, with 200', async () => {
    const { address } = await serve(well)
    const response = await fetch(`${address}/health`)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      ok: true,
      switch: { ari: true, ami: false },
      callsInProgress: 17,
      register: {
        id: '20261122-030000-ab12',
        madeAt: '2026-11-22T03:00:00.000Z',
        asOf: '2026-11-21T18:00:00.000Z',
        ageHours: 12.5,
        voters: 4_300_000,
        stale: false,
        refresh: {
          running: false,
          lastSuccess: '2026-11-22T03:00:42.000Z',
          lastOutcome: 'failed',
          failures: 2,
          lastFault: 'voters.csv is not there.',
          nextAt: '2026-11-23T03:00:00.000Z',
        },
      },
      alerts: [{ key: 'register-refresh', text: 'It failed.', since: '2026-11-22T03:05:00.000Z' }],
    })
  })

  test('is 503 when the line can not answer', async () => {
    const { address } = await serve(bare)
    const response = await fetch(`${address}/health`)
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ ok: false, alerts: [] })
  })
})

describe('/metrics', () => {
  test('tells how the line and its register are', async () => {
    const { samples } = await serve(well)
    const found = Object.fromEntries([...(await samples())].filter(([name]) => name.startsWith('dobush_')))
    const one = (value: number) => [{ labels: {}, value }]
    expect(found).toEqual({
      dobush_up: one(1),
      dobush_switch_connected: [
        { labels: { connection: 'ari' }, value: 1 },
        { labels: { connection: 'ami' }, value: 0 },
      ],
      dobush_calls_in_progress: one(17),
      dobush_register_age_seconds: one(45_000),
      dobush_register_voters: one(4_300_000),
      dobush_register_info: [{ labels: { id: '20261122-030000-ab12' }, value: 1 }],
      dobush_register_refresh_failures: one(2),
      dobush_alerts_open: one(1),
    })
  })

  test('tells how the process is, the delay of its event loop among it', async () => {
    const { samples } = await serve(well)
    const found = await samples()
    expect(found.get('process_resident_memory_bytes')?.[0]?.value).toBeGreaterThan(1_000_000)
    for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes'])
      expect(found.get(name)).toHaveLength(1)
  })

  test('is 200 when the line is down, without numbers of a register that is not there', async () => {
    const { shown, samples } = await serve(well)
    await samples()
    shown.health = bare
    const found = await samples()
    expect(found.get('dobush_up')).toEqual([{ labels: {}, value: 0 }])
    expect([...found.keys()].filter((name) => name.startsWith('dobush_register'))).toEqual([])
  })

  test('shows the snapshot that answers now, and no other', async () => {
    const { shown, samples } = await serve(well)
    await samples()
    shown.health = { ...well, register: well.register && { ...well.register, id: '20261123-030000-cd34' } }
    expect((await samples()).get('dobush_register_info')).toEqual([
      { labels: { id: '20261123-030000-cd34' }, value: 1 },
    ])
  })

  test('leaves the refresh out where no source is configured', async () => {
    const { samples } = await serve({ ...well, register: well.register && { ...well.register, refresh: undefined } })
    expect((await samples()).has('dobush_register_refresh_failures')).toBe(false)
  })

  test('holds no words of faults and alerts', async () => {
    const { address } = await serve(well)
    const text = await (await fetch(`${address}/metrics`)).text()
    expect(text).not.toContain('voters.csv')
    expect(text).not.toContain('It failed')
  })

  test('uses nothing that another part of the process could touch', async () => {
    await serve(well)
    expect(globalRegistry.getMetricsAsArray()).toEqual([])
  })
})

test.each([
  ['a sample without a type', 'a 1\n'],
  ['a bad number', '# TYPE a gauge\na one\n'],
  ['bad labels', '# TYPE a gauge\na{b="c} 1\n'],
  ['the same sample twice', '# TYPE a gauge\na 1\na 2\n'],
  ['a last line without its end', '# TYPE a gauge\na 1'],
])('the reader of these tests refuses %s', (_what, text) => {
  expect(() => parsePrometheusText(text)).toThrow()
})
