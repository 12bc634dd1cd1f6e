import type { Express } from 'express'
import type { Health } from './health.ts'
import { makeMetrics } from './metrics.ts'

/**
 * `GET /health`, 200 when the line can answer callers and 503 when not, and `GET /metrics` for Prometheus, which is
 * always 200: a line that is down should still be measured.
 */
export function mountStatus(app: Express, health: () => Health): void {
  const metrics = makeMetrics()
  app.get('/health', (_request, response) => {
    const now = health()
    response.status(now.ok ? 200 : 503).json(now)
  })
  app.get('/metrics', async (_request, response) => {
    response.set('content-type', metrics.contentType).send(await metrics.text(health()))
  })
}
