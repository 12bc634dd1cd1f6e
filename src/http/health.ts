import type { Alert } from '../alerts.ts'

/** How the line is, for a monitor and for people. Holds nothing of any caller or voter. */
export interface Health {
  /** Whether a caller would be answered from the register now. */
  readonly ok: boolean
  readonly switch: { readonly ari: boolean; readonly ami: boolean }
  readonly callsInProgress: number
  readonly register: RegisterHealth | undefined
  /** Every bind that texts go through; nothing when there are none. */
  readonly sms?: readonly BindHealth[]
  /** What people should look at now. */
  readonly alerts: readonly Alert[]
}

export interface RegisterHealth {
  readonly id: string
  /** ISO time of the import. */
  readonly madeAt: string
  /** ISO time or day the list describes. */
  readonly asOf: string
  /** Hours since `asOf`, with fractions. */
  readonly ageHours: number
  readonly voters: number
  /** Older than the line may keep to itself: it says "as of" aloud. */
  readonly stale: boolean
  /** Nothing when no source is configured. */
  readonly refresh?: RefreshHealth | undefined
}

/** How a bind is. */
export interface BindHealth {
  readonly name: string
  readonly status: 'bound' | 'binding' | 'down'
  readonly since: Date
  readonly window: { readonly used: number; readonly size: number }
  readonly queued: number
  readonly lastMinute: { readonly in: number; readonly out: number }
  readonly fault?: string
}

/** How the refreshing of the register goes. */
export interface RefreshHealth {
  readonly running: boolean
  readonly lastSuccess?: Date | undefined
  readonly lastOutcome?: string | undefined
  /** Tries that failed since one went well. */
  readonly failures: number
  readonly lastFault?: string | undefined
  readonly nextAt?: Date | undefined
}
