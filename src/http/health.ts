import type { Server } from 'node:http'
import express from 'express'

/** How the line is, for a monitor and for people. Holds nothing of any caller. */
export interface Health {
  /** Whether a caller would be answered from the register now. */
  readonly ok: boolean
  readonly switch: { readonly ari: boolean; readonly ami: boolean }
  readonly callsInProgress: number
  readonly register: { readonly id: string; readonly madeAt: string; readonly voters: number } | undefined
}

/** Serves `GET /health`: 200 when the line can answer callers, 503 when not. */
export function serveHealth(at: { host: string; port: number }, health: () => Health): Promise<Server> {
  const app = express().disable('x-powered-by')
  app.get('/health', (_request, response) => {
    const now = health()
    response.status(now.ok ? 200 : 503).json(now)
  })
  return new Promise((resolve, reject) => {
    const server = app.listen(at.port, at.host)
    server.once('listening', () => resolve(server))
    server.once('error', reject)
  })
}
