/** command_status values that tell a person something (SMPP 3.4, 5.1.3). */
const names: Readonly<Record<number, string>> = {
  1: 'ESME_RINVMSGLEN',
  2: 'ESME_RINVCMDLEN',
  3: 'ESME_RINVCMDID',
  4: 'ESME_RINVBNDSTS',
  5: 'ESME_RALYBND',
  8: 'ESME_RSYSERR',
  10: 'ESME_RINVSRCADR',
  11: 'ESME_RINVDSTADR',
  13: 'ESME_RBINDFAIL',
  14: 'ESME_RINVPASWD',
  15: 'ESME_RINVSYSID',
  20: 'ESME_RMSGQFUL',
  69: 'ESME_RSUBMITFAIL',
  88: 'ESME_RTHROTTLED',
  100: 'ESME_RX_T_APPN',
  101: 'ESME_RX_P_APPN',
}

export function statusName(status: number): string {
  const hex = `0x${status.toString(16).padStart(2, '0')}`
  return names[status] ? `${names[status]}, ${hex}` : hex
}

/** The SMSC wants less, and says so. */
export function isThrottled(status: number): boolean {
  return status === 88 || status === 20
}

/** Refusals that another try can overcome. All others say that the text itself will never do. */
export function isRetryable(status: number): boolean {
  return isThrottled(status) || [4, 8, 69, 100].includes(status)
}
