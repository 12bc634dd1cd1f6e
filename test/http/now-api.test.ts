import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import pino from 'pino'
import type { Now } from '../../src/api/now.ts'
import { type Deferred, deferred } from '../../src/deferred.ts'
import { mountRoutes } from '../../src/http/mount-routes.ts'
import { nowApi } from '../../src/http/now-api.ts'

const none = { byHour: [], answered: 0, completed: 0, abandoned: 0, gaveUp: 0, failed: 0 }

function nowWith(inUse: number): Now {
  return {
    at: '2026-11-23T04:00:00.000Z',
    ok: true,
    calls: [],
    lines: { inUse, capacity: 200 },
    today: none,
    yesterday: none,
    callbacks: { waiting: 0, overdue: 0, oldestAt: null },
    switch: { ari: true, ami: true },
    register: null,
    sms: [],
    disk: { freeBytes: 1, totalBytes: 2 },
    alerts: [],
  }
}

let server: Server
let looks: number
let inUse: number
const listeners = new Set<() => void>()
/** Resolves once the line is listened to no more. */
let unheard: Deferred<void>

beforeEach(async () => {
  looks = 0
  inUse = 0
  listeners.clear()
  unheard = deferred()
  const app = express()
  const line = {
    async look() {
      looks += 1
      return nowWith(inUse)
    },
    onChange(listener: () => void) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        unheard.resolve()
      }
    },
  }
  const asker = { id: '1', name: 'aida', roles: ['supervisor' as const], signInId: 's' }
  mountRoutes(app, nowApi(line, pino({ level: 'silent' })), async () => asker)
  await new Promise<void>((resolve) => {
    server = app.listen(0, '127.0.0.1', () => resolve())
  })
})

afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** Opens the stream; `next` resolves with the next event's data. */
async function watch() {
  const abort = new AbortController()
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}/api/now/events`, { signal: abort.signal })
  const reader = response.body?.getReader()
  const decoder = new TextDecoder()
  let text = ''
  return {
    type: response.headers.get('content-type'),
    close: () => abort.abort(),
    async next(): Promise<Now> {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end >= 0) {
          const [event, data] = text.slice(0, end).split('\n')
          text = text.slice(end + 2)
          expect(event).toBe('event: now')
          return JSON.parse(data?.slice('data: '.length) ?? '')
        }
        const more = await reader?.read()
        if (!more || more.done) throw new Error('the stream ended')
        text += decoder.decode(more.value, { stream: true })
      }
    },
  }
}

const change = (to: number) => {
  inUse = to
  for (const listener of listeners) listener()
}

async function closed(): Promise<void> {
  await unheard.promise
  expect(listeners.size).toBe(0)
}

test('a watcher sees the line at once, and then what changes', async () => {
  const watcher = await watch()
  expect(watcher.type).toBe('text/event-stream; charset=utf-8')
  expect((await watcher.next()).lines.inUse).toBe(0)
  change(1)
  change(2)
  expect((await watcher.next()).lines.inUse).toBe(2)
  watcher.close()
  await closed()
})

test('however many watch, one change is looked at once', async () => {
  const watchers = await Promise.all([watch(), watch(), watch()])
  for (const watcher of watchers) await watcher.next()
  const before = looks
  change(7)
  const seen = await Promise.all(watchers.map((watcher) => watcher.next()))
  expect(seen.map(({ lines }) => lines.inUse)).toEqual([7, 7, 7])
  expect(looks - before).toBe(1)
  for (const watcher of watchers) watcher.close()
  await closed()
})

test('what changes without a word is shown, too', async () => {
  const watcher = await watch()
  await watcher.next()
  inUse = 3
  expect((await watcher.next()).lines.inUse).toBe(3)
  watcher.close()
  await closed()
})

test('once nobody watches, nothing listens to the line any more', async () => {
  const watcher = await watch()
  await watcher.next()
  expect(listeners.size).toBe(1)
  watcher.close()
  await closed()
})
