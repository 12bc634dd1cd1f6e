import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Health } from './health.ts'

export interface Metrics {
  readonly contentType: string
  /** In Prometheus's text format. What is not known has no sample. */
  text(health: Health): Promise<string>
}

/** prom-client's own 10 ms wake a process that nobody calls a hundred times a second. */
const loopWatchMs = 100

/** The line's health as numbers, and the process's own: memory, processor time, delay of the event loop. */
export function makeMetrics(): Metrics {
  // Of its own: prom-client's global one would be shared with whatever else uses the library.
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: loopWatchMs })
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name: `dobush_${name}`, help, labelNames, registers: [registry] })

  const up = gauge('up', 'Whether a caller would be answered from the register now.')
  const switchConnected = gauge('switch_connected', 'Whether Asterisk answers on this interface.', ['connection'])
  const callsInProgress = gauge(
    'calls_in_progress',
    'Calls the switch had when it was asked last, or the application serves at this moment, whichever are more.',
  )
  const registerAge = gauge('register_age_seconds', 'Time since the moment the voter list describes.')
  const registerVoters = gauge('register_voters', 'Voters in the active snapshot.')
  const registerInfo = gauge('register_info', 'The active snapshot, always 1.', ['id'])
  const refreshFailures = gauge('register_refresh_failures', 'Refreshes that failed since one went well.')
  const smsBound = gauge('sms_bound', 'Whether texts can be sent through this bind now.', ['bind'])
  const smsQueued = gauge('sms_queued', 'Texts that wait for the window or the throughput of a bind.', ['bind'])
  const smsLastMinute = gauge('sms_last_minute', 'Texts in the last 60 seconds.', ['bind', 'direction'])
  const alertsOpen = gauge('alerts_open', 'Alerts that people should look at.')

  function take(health: Health): void {
    const { register } = health
    up.set(Number(health.ok))
    switchConnected.set({ connection: 'ari' }, Number(health.switch.ari))
    switchConnected.set({ connection: 'ami' }, Number(health.switch.ami))
    callsInProgress.set(health.callsInProgress)
    alertsOpen.set(health.alerts.length)
    for (const { name: bind, status, queued, lastMinute } of health.sms ?? []) {
      smsBound.set({ bind }, Number(status === 'bound'))
      smsQueued.set({ bind }, queued)
      smsLastMinute.set({ bind, direction: 'in' }, lastMinute.in)
      smsLastMinute.set({ bind, direction: 'out' }, lastMinute.out)
    }
    setOrRemove(registerAge, register && register.ageHours * 3600)
    setOrRemove(registerVoters, register?.voters)
    setOrRemove(refreshFailures, register?.refresh?.failures)
    // Without this, the snapshot of before would be shown beside the one of now.
    registerInfo.reset()
    if (register) registerInfo.set({ id: register.id }, 1)
  }

  return {
    contentType: registry.contentType,
    text(health) {
      take(health)
      return registry.metrics()
    },
  }
}

function setOrRemove(gauge: Gauge<never>, value: number | undefined): void {
  if (value === undefined) gauge.remove()
  else gauge.set(value)
}
