import type { Server } from 'node:http'
import express from 'express'
import type { Health } from './health.ts'
import { makeMetrics } from './metrics.ts'

/**
 * Serves `GET /health`, 200 when the line can answer callers and 503 when not, and `GET /metrics` for Prometheus, which
 * is always 200: a line that is down should still be measured.
 */
export function serveStatus(at: { host: string; port: number }, health: () => Health): Promise<Server> {
  const metrics = makeMetrics()
  const app = express().disable('x-powered-by')
  app.get('/health', (_request, response) => {
    const now = health()
    response.status(now.ok ? 200 : 503).json(now)
  })
  app.get('/metrics', async (_request, response) => {
    response.set('content-type', metrics.contentType).send(await metrics.text(health()))
  })
  return new Promise((resolve, reject) => {
    const server = app.listen(at.port, at.host)
    server.once('listening', () => resolve(server))
    server.once('error', reject)
  })
}
