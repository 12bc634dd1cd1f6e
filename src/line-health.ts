import type { Alerts } from './alerts.ts'
import type { Switchboard } from './asterisk/answer-calls.ts'
import type { SwitchWatch } from './asterisk/watch-switch.ts'
import type { Config } from './config.ts'
import type { Clock } from './domain/clock.ts'
import type { Health } from './http/health.ts'
import type { RegisterDirectory } from './register/directory.ts'
import type { Refresh } from './register/refresh.ts'
import type { Sms } from './sms/serve-sms.ts'

/** What the health of a line is read from. */
export interface HealthParts {
  readonly config: Config
  readonly clock: Clock
  readonly switchboard: Pick<Switchboard, 'up' | 'callsInProgress'>
  readonly ami: Pick<SwitchWatch, 'status'>
  readonly register: Pick<RegisterDirectory, 'snapshot'>
  /** Nothing where no source is configured. */
  readonly refresh: Refresh | undefined
  /** Nothing of a line without texts. */
  readonly sms: Sms | undefined
  readonly alerts: Alerts
}

/** How a line is at this moment. */
export function healthOf({ config, clock, switchboard, ami, register, refresh, sms, alerts }: HealthParts): Health {
  const snapshot = register.snapshot()
  const ageHours = snapshot ? (clock().getTime() - snapshot.asOf.getTime()) / 3_600_000 : 0
  return {
    ok: switchboard.up && snapshot !== undefined,
    switch: { ari: switchboard.up, ami: ami.status !== undefined },
    // The switch has calls that are not the application's yet, but was asked up to five seconds ago.
    callsInProgress: Math.max(switchboard.callsInProgress, ami.status?.currentCalls ?? 0),
    register: snapshot && {
      id: snapshot.id,
      madeAt: snapshot.madeAt.toISOString(),
      asOf: snapshot.asOf.toISOString(),
      ageHours,
      voters: snapshot.voters,
      stale: ageHours > config.line.sayAsOfAfterHours,
      refresh: refresh?.state(),
    },
    ...(sms ? { sms: sms.state() } : {}),
    alerts: alerts.open(),
  }
}
