import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from './domain/clock.ts'
import type { Log } from './log.ts'
import { UserError } from './user-error.ts'

/** Something a person must look at, for as long as it lasts. */
export interface Alert {
  /** What it is about: `register-refresh`. One alert a key at a time. */
  readonly key: string
  /** One sentence for people, without personal data: it leaves this machine. */
  readonly text: string
  readonly since: Date
}

export interface Alerts {
  /** Does nothing while the key is open. */
  raise(key: string, text: string): void
  /** Does nothing unless the key is open. */
  clear(key: string, text: string): void
  /** Oldest first. */
  open(): readonly Alert[]
}

export interface AlertsOptions {
  readonly log: Log
  /** An http or https address that gets each change as JSON, see `Notice`; a name and password in it are sent along. */
  readonly webhook?: string | undefined
  readonly now: Clock
  /** Milliseconds the webhook has to answer. */
  readonly timeLimitMs?: number
  /** Milliseconds before the second, third… try. */
  readonly pausesMs?: readonly number[]
}

/** What the webhook gets. */
export interface Notice {
  readonly key: string
  readonly text: string
  readonly state: 'raised' | 'cleared'
  /** ISO time. */
  readonly at: string
}

/**
 * Tells people what must not wait: in the log, to whoever asks, and to a webhook. Never throws later and never waits: a
 * webhook that is down must not hold up what raised the alert.
 * @throws UserError when the webhook is not an http or https address
 */
export function makeAlerts(options: AlertsOptions): Alerts {
  const { log, now } = options
  const send = options.webhook === undefined ? undefined : makeSender(options.webhook, options)
  const open = new Map<string, Alert>()
  // One after the other, so that "cleared" never overtakes "raised".
  let delivered = Promise.resolve()

  function tell(state: Notice['state'], key: string, text: string, at: Date): void {
    if (send) delivered = delivered.then(() => send({ key, text, state, at: at.toISOString() }))
  }

  return {
    raise(key, text) {
      if (open.has(key)) return
      const since = now()
      open.set(key, { key, text, since })
      log.error({ alert: key }, text)
      tell('raised', key, text, since)
    },
    clear(key, text) {
      if (!open.delete(key)) return
      log.info({ alert: key }, text)
      tell('cleared', key, text, now())
    },
    open: () => [...open.values()],
  }
}

/** Sends a notice; when that fails, says so in the log. Never rejects. */
function makeSender(
  webhook: string,
  { log, timeLimitMs = 10_000, pausesMs = [1_000, 5_000] }: AlertsOptions,
): (notice: Notice) => Promise<void> {
  const { address, headers } = addressOf(webhook)
  // The whole address is often a secret: of it, a log shows the host.
  const { host } = address

  async function post(notice: Notice): Promise<string | undefined> {
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers,
        body: JSON.stringify(notice),
        // A redirected POST would arrive elsewhere as a GET, without the notice.
        redirect: 'manual',
        signal: AbortSignal.timeout(timeLimitMs),
      })
      await response.body?.cancel()
      return response.ok ? undefined : `it answered ${response.status}`
    } catch (error) {
      return reasonOf(error)
    }
  }

  return async (notice) => {
    for (let attempt = 1; ; attempt += 1) {
      const fault = await post(notice)
      if (fault === undefined) return
      const waitMs = pausesMs[attempt - 1]
      log.warn(
        { alert: notice.key, state: notice.state, attempt, nextTryInMs: waitMs },
        `the webhook at ${host} did not take an alert: ${fault}`,
      )
      if (waitMs === undefined) return
      await pause(waitMs, undefined, { ref: false })
    }
  }
}

function addressOf(webhook: string): { address: URL; headers: Record<string, string> } {
  const address = URL.canParse(webhook) ? new URL(webhook) : undefined
  if (!address || !['http:', 'https:'].includes(address.protocol)) {
    throw new UserError('The webhook of the alerts is not an http or https address. Mend it, or leave it out.')
  }
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (address.username) {
    // fetch refuses an address that holds them.
    const login = [address.username, address.password].map(decodeURIComponent).join(':')
    headers.authorization = `Basic ${Buffer.from(login).toString('base64')}`
    address.username = ''
    address.password = ''
  }
  return { address, headers }
}

function reasonOf(error: unknown): string {
  const { name, cause } = error as Error
  if (name === 'TimeoutError') return 'it did not answer in time'
  const { code } = (cause ?? {}) as NodeJS.ErrnoException
  return `it could not be reached (${code ?? name})`
}
