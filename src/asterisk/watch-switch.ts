import connect, { type Manager } from 'asterisk-manager'

export interface AmiAccess {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly secret: string
}

/** What Asterisk says of itself. */
export interface SwitchStatus {
  readonly currentCalls: number
  readonly startedAt: string
}

export interface SwitchWatch {
  /** The last answer, no older than two askings; unset while the switch does not answer. */
  readonly status: SwitchStatus | undefined
  close(): void
}

const askEveryMs = 5_000

/**
 * Asks Asterisk over AMI how it is, through npm asterisk-manager, for ever. A second way in beside ARI: it answers
 * when ARI does not, and the other way round. The library's own reconnecting is left off, for it forgets its login
 * (NodeJS-AsteriskManager #18, #30): each connection is a new one here.
 */
export function watchSwitch(access: AmiAccess): SwitchWatch {
  let status: SwitchStatus | undefined
  let manager: Manager | undefined
  let answered = true

  const forget = () => {
    manager?.disconnect()
    manager = undefined
    status = undefined
  }
  const ask = () => {
    if (manager && !answered) forget()
    if (!manager) {
      const fresh = connect(access.port, access.host, access.user, access.secret, false)
      fresh.on('error', () => undefined)
      fresh.on('close', () => {
        if (manager === fresh) forget()
      })
      manager = fresh
    }
    answered = false
    manager.action({ action: 'CoreStatus' }, (error, reply) => {
      answered = true
      if (error) return
      status = {
        currentCalls: Number(reply.corecurrentcalls),
        startedAt: `${reply.corestartupdate} ${reply.corestartuptime}`,
      }
    })
  }
  ask()
  const timer = setInterval(ask, askEveryMs)

  return {
    get status() {
      return status
    },
    close() {
      clearInterval(timer)
      forget()
    },
  }
}
